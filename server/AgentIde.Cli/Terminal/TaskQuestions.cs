using System.Collections.Immutable;
using AgentIde.Cli.Commands;
using AgentIde.Core.Holdouts;
using AgentIde.Tasks.Drafting;
using AgentIde.Tasks.Folders;
using AgentIde.Tasks.Metrics;

namespace AgentIde.Cli.Terminal;

/// <summary>
/// A run on a folder with two tables and no <c>task.yaml</c>: what the task is, is said by flags, or asked for where
/// somebody can answer, each with what the data suggest. Nothing is written before it has been said.
/// </summary>
internal sealed class TaskQuestions(TextReader answers, TextWriter questions)
{
    private const int Attempts = 5;
    private const int Named = 12;

    private static readonly string[] Places = ["public", "", "data"];
    private static readonly string[] Tables = ["train.csv", "train.csv.gz", "test.csv", "test.csv.gz"];

    /// <summary>Whether a folder lacks nothing but what makes a task of its tables.</summary>
    public static bool AreFor(string folder) =>
        Directory.Exists(folder) && !Path.Exists(Path.Combine(folder, "task.yaml")) && Places.Any(place => Directory.Exists(Path.Combine(folder, place)) && Directory.EnumerateFiles(Path.Combine(folder, place)).Any(IsTable));

    /// <summary>Makes the task as the flags say; what they leave open is guessed, and told.</summary>
    public void Make(TaskWish wish, CancellationToken cancellationToken) => Write(Draft(wish, cancellationToken), cancellationToken);

    /// <summary>Asks for label and metric, and makes the task.</summary>
    public void Ask(TaskWish wish, CancellationToken cancellationToken)
    {
        (TaskDraft? draft, LabelUnclearException? unclear) = TryDraft(wish, cancellationToken);
        questions.WriteLine(SafeText.OneLine($"{wish.Folder} has train and test, and no task.yaml yet. Enter takes what stands in brackets.", 400));
        ImmutableArray<string> columns = draft?.Candidates ?? unclear!.Candidates;
        wish = Asked("Which column is to be predicted", columns, draft?.Label, label => wish with { Label = label }, cancellationToken);
        TaskDraft known = Draft(wish, cancellationToken);
        wish = Asked($"By which metric ({known.WhyMetric})", [.. MetricCatalogue.All.Select(metric => metric.Name)], known.Metric.Name, metric => wish with { Metric = metric }, cancellationToken);
        Write(Draft(wish, cancellationToken), cancellationToken);
    }

    /// <summary>What to say where nobody can be asked.</summary>
    public static CommandException Unasked(TaskWish wish, CancellationToken cancellationToken)
    {
        (TaskDraft? draft, LabelUnclearException? unclear) = TryDraft(wish, cancellationToken);
        return new CommandException(ExitCode.BadUsage, draft is null
            ? $"{wish.Folder} has no task.yaml: {unclear!.Message}"
            : $"{wish.Folder} has train and test, and no task.yaml: say what the task is, such as --label {ResumeCommand.Quoted(draft.Label)} --metric {draft.Metric.Name} ({draft.WhyLabel}; {draft.WhyMetric}), and the run writes one.");
    }

    private static bool IsTable(string path) => Tables.Contains(Path.GetFileName(path), StringComparer.OrdinalIgnoreCase);

    private static (TaskDraft? Draft, LabelUnclearException? Unclear) TryDraft(TaskWish wish, CancellationToken cancellationToken)
    {
        try
        {
            return (TaskDraft.Of(wish, cancellationToken), null);
        }
        catch (LabelUnclearException unclear)
        {
            return (null, unclear);
        }
    }

    private static TaskDraft Draft(TaskWish wish, CancellationToken cancellationToken) =>
        TryDraft(wish, cancellationToken) is (var draft, var unclear) && draft is not null ? draft : throw new CommandException(ExitCode.BadUsage, unclear!.Message, unclear);

    /// <summary>Until an answer fits the data, or nobody answers.</summary>
    private TaskWish Asked(string what, ImmutableArray<string> choices, string? usual, Func<string, TaskWish> wish, CancellationToken cancellationToken)
    {
        string among = string.Join(", ", choices.Take(Named)) + (choices.Length > Named ? $" and {choices.Length - Named} more" : "");
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            questions.Write(SafeText.OneLine($"{what}: {among}?{(usual is null ? "" : $" [{usual}]")}", 600) + " ");
            questions.Flush();
            string answer = answers.ReadLine()?.Trim() ?? throw new OperationCanceledException("Nobody answered.");
            if (answer.Length == 0 && usual is null)
            {
                continue;
            }

            TaskWish next = wish(answer.Length == 0 ? usual! : answer);
            try
            {
                TryDraft(next, cancellationToken);
                return next;
            }
            catch (TaskProblemException problem)
            {
                questions.WriteLine(SafeText.OneLine(problem.Message, 400));
            }
        }

        throw new CommandException(ExitCode.BadUsage, "No answer fitted the data: agentide task new --help tells how to make a task by hand.");
    }

    private void Write(TaskDraft draft, CancellationToken cancellationToken)
    {
        draft.Write(cancellationToken);
        questions.WriteLine(SafeText.OneLine($"{Path.Combine(draft.Folder, "task.yaml")} written: predicts {draft.Label} ({draft.WhyLabel}) by {draft.Metric.Name} ({draft.WhyMetric}); rows are named by {draft.IdColumn} ({draft.WhyIdColumn}).", 600));
    }
}
