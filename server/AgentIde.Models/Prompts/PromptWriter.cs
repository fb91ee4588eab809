using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Models.Prompts;

/// <summary>
/// Writes what a model is asked. Everything comes from the assignment and the options, so the same ones give the same
/// bytes. Nothing in it leads to the private answers: of grades it tells those on the blind holdout, rounded, and never
/// by row. What others wrote stands in marked parts. Where a prompt would be too long, the parts that matter least are
/// shortened first, and say so.
/// </summary>
public static class PromptWriter
{
    private const int OutputBytes = 5_000;
    private const int DescriptionBytes = 24_000;
    private const int ProfileBytes = 15_000;
    private const int FixesBytes = 3_000;
    private const int BranchesBytes = 4_000;
    private const int SaidBytes = 40_000;

    /// <exception cref="ModelException">Not even the shortest form fits into <see cref="PromptOptions.MaximumTokens"/>.</exception>
    public static async Task<Prompt> WriteAsync(Assignment assignment, PromptOptions options, CancellationToken cancellationToken)
    {
        Node? parent = assignment.Parents.IsEmpty ? null : assignment.Journal[assignment.Parents[0]];
        string code = "", output = "";
        if (parent is { Code: { } digest })
        {
            code = VisibleText.Of(await assignment.ReadText(digest, cancellationToken));
            output = assignment.Journal.Executed(parent.Id).Execution is { } execution ? await assignment.ReadText(execution.Output, cancellationToken) : "";
        }

        return Write(assignment, options, parent, code, PromptSections.Outcome(parent, VisibleText.Of(output)), await SecondParent.ReadAsync(assignment, cancellationToken));
    }

    /// <summary>The second and last try, after an answer that could not be read.</summary>
    /// <param name="prompt">The first try.</param>
    public static Prompt Repair(Prompt prompt, string answer, Answers.UnreadableAnswerException problem)
    {
        string excerpt = problem.Excerpt.Length == 0 ? "" : MarkedData.Of("the program around there", problem.Excerpt);
        return Further(prompt, answer, "repair", Templates.Of("repair").Fill(("problem", VisibleText.Line(problem.Message, 500)), ("excerpt", excerpt)));
    }

    /// <summary>Asks for something else where the answer was the program of an earlier node.</summary>
    public static Prompt Another(Prompt prompt, string answer, int node) =>
        Further(prompt, answer, "another", Templates.Of("another").Fill(("node", node.ToString(CultureInfo.InvariantCulture))));

    /// <summary>Asks a model to read a program and what it printed. Its answer is for <see cref="Answers.ReviewReader"/>.</summary>
    public static Prompt Review(TaskFacts task, string code, string output, PromptOptions options)
    {
        string system = Templates.Of("review").Fill();
        int each = Math.Max(1_000, ((options.MaximumTokens * Tokens.BytesOfOne) - Encoding.UTF8.GetByteCount(system) - 1_000) / 3);
        string message = Templates.Of("review-task").Fill(
            ("metric", task.Metric.DisplayName),
            ("direction", PromptSections.Direction(task.Metric)),
            ("description", MarkedData.Of("the task", TextCut.End(VisibleText.Of(task.Description), Math.Min(each, 6_000)))),
            ("program", MarkedData.Of("the program", TextCut.Middle(VisibleText.Of(code), each))),
            ("output", MarkedData.Of("what it printed", TextCut.Middle(VisibleText.Of(output), Math.Min(each, OutputBytes)))));
        return new Prompt(new ModelRequest(system, [new ModelMessage(ModelRole.User, message)], options.MaximumOutput, options.TakesForms ? ReviewForm : null) { Effort = options.Effort, Temperature = options.Temperature }, Templates.Title("review"), Templates.Version);
    }

    /// <summary>Whether a prompt with these rules asked for a review.</summary>
    internal static bool IsReview(string system) => system == Templates.Of("review").Fill();

    private static Prompt Further(Prompt prompt, string answer, string template, string request)
    {
        string said = TextCut.Middle(Answers.AnswerText.WellFormed(answer), prompt.Request.MaximumOutput * Tokens.BytesOfOne);
        return prompt with
        {
            Request = prompt.Request with
            {
                // Providers refuse an empty turn.
                Messages = [.. prompt.Request.Messages, new ModelMessage(ModelRole.Assistant, said.Length == 0 ? "(nothing)" : said), new ModelMessage(ModelRole.User, Tidy(request))],
            },
            Template = Templates.Title(template),
        };
    }

    private static Prompt Write(Assignment assignment, PromptOptions options, Node? parent, string code, string outcome, SecondParent? second)
    {
        Journal journal = assignment.Journal;
        GradeWords grades = GradeWords.Of(journal);
        Memory memory = new(journal, assignment.Node, parent?.Id, grades);
        PromptPart task = new(bytes => PromptSections.Task(journal.Task!, bytes), DescriptionBytes, 1_500);
        PromptPart data = new(bytes => PromptSections.Data(journal, bytes), ProfileBytes, 2_000);
        PromptPart told = new(bytes => PromptSections.Told(memory.Text(bytes), grades), options.MemoryTokens * Tokens.BytesOfOne, 800);
        PromptPart program = new(bytes => PromptSections.Program(parent, grades, code, bytes), Answers.ProgramText.MaximumBytes, 4_000);
        PromptPart printed = new(bytes => outcome.Length == 0 ? "" : Templates.Of("output").Fill(("output", MarkedData.Of("how it ended and what it printed", TextCut.Middle(outcome, bytes)))), OutputBytes, 1_500);
        PromptPart fixes = new(bytes => assignment.Operator == Operator.Debug ? PromptSections.Fixes(memory, bytes) : "", FixesBytes, 600);
        PromptPart other = new(bytes => second?.Program(grades, bytes) ?? "", Answers.ProgramText.MaximumBytes, 4_000);
        PromptPart branches = new(bytes => second?.Plans(journal, parent!, grades, bytes) ?? "", BranchesBytes, 800);
        PromptPart said = new(new PersonSays(journal, assignment.Node).Text, SaidBytes, 5_000);
        string system = PromptSections.Rules(journal.Settings!.Language, assignment.Limits, options.Environment);
        string instruction = Instruction(assignment, options, parent, grades, isCut: false);
        int room = (options.MaximumTokens * Tokens.BytesOfOne) - Encoding.UTF8.GetByteCount(system) - Encoding.UTF8.GetByteCount(instruction) - 20;
        if (!PromptPart.Fit([told, data, printed, fixes, branches, task, said, other, program], room))
        {
            throw new ModelException(
                CallProblem.Request, $"A prompt for this task does not fit into {options.MaximumTokens} tokens, however much of it is left out: allow more, or take a model with a longer context.", TokenUsage.None);
        }

        instruction = program.IsCut ? Instruction(assignment, options, parent, grades, isCut: true) : instruction;
        string message = string.Join("\n\n", new[] { task.Text, data.Text, told.Text, program.Text, printed.Text, other.Text, branches.Text, fixes.Text, said.Text, instruction }.Where(text => text.Length > 0));
        return new Prompt(
            new ModelRequest(system, [new ModelMessage(ModelRole.User, message)], options.MaximumOutput, options.IsStructured ? Form : null) { Effort = options.Effort, Temperature = options.Temperature },
            Templates.Title(Name(assignment.Operator)),
            Templates.Version);
    }

    private static AnswerForm ReviewForm { get; } = new(AnswerForm.Review,
    [
        ("is_bug", "true or false"),
        ("is_suspect", "true or false"),
        ("summary", "Two or three sentences."),
        ("metric", "A number, or null."),
        ("lower_is_better", "true or false"),
        ("findings", "Lines of the form: - kind: `line of the program, copied exactly` - what is wrong there. Empty where there is nothing."),
    ]);

    private static AnswerForm Form { get; } = new(AnswerForm.Solution,
    [
        ("plan", "One or two plain sentences: what you do and why."),
        ("code", "The whole program, or edits of it where the prompt allows them."),
        ("reasons", "Lines of the form: - block: `first line of the part` - why"),
    ]);

    private static string Instruction(Assignment assignment, PromptOptions options, Node? parent, GradeWords grades, bool isCut)
    {
        Journal journal = assignment.Journal;
        string took = parent?.Execution is { Seconds: { } seconds } ? $"The program above took {Spans.Words(TimeSpan.FromSeconds(Math.Max(0, seconds)))}. " : "";
        int nodes = Math.Max(1, journal.Settings!.Budget.Nodes - assignment.Node + 1);
        string time = Templates.Of("time").Fill(
            ("left", Spans.Words(TimeSpan.FromSeconds(Math.Clamp(journal.Settings.Budget.Seconds - journal.Spent.TotalSeconds, 0, 1e8)))),
            ("nodes", nodes == 1 ? "one node" : $"{nodes} nodes"),
            ("parent", took),
            ("limit", Spans.Words(assignment.Limits.Time)));
        string form = AnswerFormText(journal.Settings.Language, options.IsStructured, mayEdit: parent is not null && !isCut);
        PromptTemplate template = Templates.Of(Name(assignment.Operator));
        return assignment.Operator switch
        {
            Operator.Debug => template.Fill(("failure", parent?.Failure is { } failure ? PromptSections.FailureWord(failure.Kind) : "it has no grade"), ("time", time), ("answer", form)),
            Operator.Improve or Operator.Tune or Operator.Merge or Operator.Simplify => template.Fill(("step", grades.Step), ("time", time), ("answer", form)),
            _ => template.Fill(("time", time), ("answer", form)),
        };
    }

    private static string AnswerFormText(ProgramLanguage language, bool isStructured, bool mayEdit)
    {
        string form = mayEdit ? "edits" : "program";
        return isStructured
            ? Templates.Of("answer-object").Fill(("code", Templates.Of($"code-{form}").Fill()))
            : Templates.Of($"answer-{form}").Fill(("fence", language == ProgramLanguage.CSharp ? "csharp" : "python"));
    }

    private static string Name(Operator @operator) => @operator.ToString().ToLowerInvariant();

    /// <summary>Without the gap that an empty value leaves.</summary>
    private static string Tidy(string text) => text.Replace("\n\n\n\n", "\n\n", StringComparison.Ordinal);
}
