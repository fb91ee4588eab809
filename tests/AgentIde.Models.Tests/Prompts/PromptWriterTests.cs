using System.Globalization;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Models.Answers;
using AgentIde.Models.Prompts;
using CsCheck;

namespace AgentIde.Models.Tests.Prompts;

public sealed class PromptWriterTests
{
    private const string Code = "import pandas as pd\nprint(\"score: 1\")\n";

    [Fact]
    public async Task The_same_assignment_gives_the_same_bytes()
    {
        Prompt one = await Graded(0.2, 0.001).WriteAsync(Operator.Improve, 1), other = await Graded(0.2, 0.001).WriteAsync(Operator.Improve, 1);

        other.Whole().ShouldBe(one.Whole());
        other.Template.ShouldBe("improve/2");
        other.Version.ShouldBe((await new SmallRun().WriteAsync(Operator.Draft)).Version);
    }

    [Theory]
    [InlineData(0.123456, 0.008, "RMSLE 0.125 ± ")]
    [InlineData(0.123456, 0.002, "RMSLE 0.123 ± ")]
    [InlineData(0.123456, 0.0001, "RMSLE 0.12345 ± ")]
    [InlineData(1234.56, 30, "RMSLE 1240 ± ")]
    [InlineData(-0.5, 0.5, "RMSLE -0.5 ± ")]
    public async Task A_grade_is_rounded_to_half_the_paired_error_or_coarser(double value, double paired, string shown)
    {
        SmallRun run = Graded(value, paired);

        string text = (await run.WriteAsync(Operator.Improve, 2)).Whole();

        text.ShouldContain(shown);
        text.ShouldNotContain(value.ToString(CultureInfo.InvariantCulture) + (value == -0.5 ? "0" : ""));
    }

    [Fact]
    public async Task A_gain_that_can_not_be_told_is_no_different()
    {
        SmallRun run = Graded(0.2, 0.002).Node(Operator.Improve, 2, "Nothing much.", Code + "#\n", "", new Score(0.20007, ScoreKind.Verified, 0.01, null, [new Comparison(2, -0.0002, 0.002)]));

        (await run.WriteAsync(Operator.Improve, 2)).Whole().ShouldContain("Nothing much. RMSLE 0.200 ± 0.010, no different");
    }

    [Fact]
    public async Task What_files_of_rows_are_called_is_told()
    {
        TaskFacts pictures = SmallRun.Task with { Files = [new("train_images/{id}.png", "test_images/{id}.png"), new("masks/{id}.png", null)] };

        string text = (await new SmallRun(pictures).WriteAsync(Operator.Draft)).Whole();

        text.ShouldContain("files of rows, {id} for the row's id: \"input/train_images/{id}.png\" of a row of train.csv, \"input/test_images/{id}.png\" of a row of test.csv\n");
        text.ShouldContain("files of rows, {id} for the row's id: \"input/masks/{id}.png\" of a row of train.csv, none of rows of test.csv\n");
        (await new SmallRun().WriteAsync(Operator.Draft)).Whole().ShouldNotContain("files of rows");
    }

    [Fact]
    public async Task Nothing_of_the_private_answers_is_told()
    {
        SmallRun run = Graded(0.2, 0.002).Add(new PrivateScored(0.987654, "gold", "strong", "a problem"));

        foreach (Operator @operator in Enum.GetValues<Operator>())
        {
            string text = (await run.WriteAsync(@operator, @operator == Operator.Draft ? null : 1)).Whole();

            text.ShouldNotContain("0.98");
            text.ShouldNotContain("gold");
            text.ShouldNotContain("a problem");
        }
    }

    [Fact]
    public async Task Memory_is_capped_and_says_what_it_leaves_out()
    {
        SmallRun run = new(nodes: 1_000);
        for (int node = 1; node <= 300; node++)
        {
            bool isValid = node % 3 != 0;
            run.Node(Operator.Draft, null, $"Idea {node}: {new string('x', 200)}", Code + $"# {node}\n", "", isValid ? new Score(0.5 - (node * 0.001), ScoreKind.Verified, 0.01, null, []) : null,
                isValid ? null : new Failure(FailureKind.Exception, $"ValueError: {node % 2}", 1, null));
        }

        foreach (int tokens in (int[])[2_000, 500])
        {
            string text = (await run.WriteAsync(Operator.Draft, null, SmallRun.Options with { MemoryTokens = tokens })).Request.Messages[0].Text;
            string memory = text[text.IndexOf("# What was tried", StringComparison.Ordinal)..text.IndexOf("# What to do now", StringComparison.Ordinal)];
            int start = memory.IndexOf("=== BEGIN", StringComparison.Ordinal), end = memory.IndexOf("=== END", StringComparison.Ordinal);

            Tokens.Bound(memory[start..end]).ShouldBeInRange(tokens / 2, tokens + 30);
            memory.ShouldContain("Best so far:\n- node 299: Idea 299: ");
            memory.ShouldContain("more left out …]");
        }
    }

    [Fact]
    public async Task Debug_is_told_what_did_not_help_before()
    {
        Failure failure = new(FailureKind.TimeOut, "did not end within 600 s", null, null);
        SmallRun run = new SmallRun()
            .Node(Operator.Draft, null, "Trees.", Code, "fold 1\n", null, failure)
            .Node(Operator.Debug, 1, "Fewer rounds.", Code + "#1\n", "", null, failure)
            .Node(Operator.Debug, 1, "Fewer rows.", Code + "#2\n", "", null, failure)
            .Node(Operator.Debug, 3, "Fewer folds.", Code + "#3\n", "", null, failure);

        string message = (await run.WriteAsync(Operator.Debug, 3)).Request.Messages[0].Text;

        string fixes = message[message.IndexOf("# Fixes that did not help", StringComparison.Ordinal)..];
        fixes.ShouldContain(string.Concat(new[] { "4: Fewer folds", "3: Fewer rows", "2: Fewer rounds" }.Select(fix => $"- node {fix}. It ended with: did not end within 600 s\n")));
        message.ShouldContain("failed: did not end within 600 s");
        message.ShouldContain("The program failed (over the time limit), as shown above.");
    }

    [Fact]
    public async Task A_prompt_keeps_within_its_bound_whatever_it_has_to_tell() => await Gen.Select(Gen.Int[2_500, 40_000], Gen.Int[0, 60_000], Gen.Int[0, 60_000], Gen.Int[1, 60_000], Gen.Enum<Operator>())
        .SampleAsync(async (tokens, description, output, code, @operator) =>
        {
            SmallRun run = Wordy(description, output, code);
            try
            {
                PromptOptions options = SmallRun.Options with { MaximumTokens = tokens };
                Prompt prompt = @operator == Operator.Merge ? await run.MergeAsync(1, 1, options) : await run.WriteAsync(@operator, @operator == Operator.Draft ? null : 1, options);
                return Tokens.Bound(prompt.Request.System) + prompt.Request.Messages.Sum(message => Tokens.Bound(message.Text)) <= tokens;
            }
            catch (ModelException problem)
            {
                return problem.Problem == CallProblem.Request && tokens < 6_000;
            }
        }, iter: 60);

    [Fact]
    public async Task The_program_is_the_last_to_be_cut_and_then_no_edits_are_asked_for()
    {
        SmallRun run = Wordy(50_000, 50_000, 12_000);

        Prompt enough = await run.WriteAsync(Operator.Improve, 1, SmallRun.Options with { MaximumTokens = 10_000 });
        enough.Request.Messages[0].Text.ShouldContain(new string('c', 99) + "\n" + new string('c', 99));
        enough.Request.Messages[0].Text.ShouldContain("characters left out");
        enough.Request.Messages[0].Text.ShouldContain("<<<<<<< SEARCH");
        enough.Request.Messages[0].Text.Split('\n').Count(line => line == new string('c', 99)).ShouldBe(120);

        Prompt tight = await run.WriteAsync(Operator.Improve, 1, SmallRun.Options with { MaximumTokens = 6_000 });
        tight.Request.Messages[0].Text.Split('\n').Count(line => line == new string('c', 99)).ShouldBeLessThan(120);
        tight.Request.Messages[0].Text.ShouldNotContain("<<<<<<< SEARCH");
    }

    [Fact]
    public async Task A_model_that_can_be_held_to_fields_is_asked_for_an_object()
    {
        Prompt prompt = await new SmallRun().WriteAsync(Operator.Draft, null, SmallRun.Options with { IsStructured = true, Effort = Effort.High, Temperature = 0.5 });

        prompt.Request.Form.ShouldNotBeNull().Fields.Select(field => field.Field).ShouldBe(["plan", "code", "reasons"]);
        prompt.Request.Messages[0].Text.ShouldNotContain("```");
        (prompt.Request.Effort, prompt.Request.Temperature, prompt.Request.MaximumOutput).ShouldBe((Effort.High, 0.5, 8_000));
    }

    [Fact]
    public async Task The_second_try_tells_what_was_said_and_what_was_wrong()
    {
        Prompt first = await new SmallRun().WriteAsync(Operator.Draft);

        Prompt second = PromptWriter.Repair(first, "", new UnreadableAnswerException("The answer is empty."));

        second.Request.Messages.Select(message => message.Role).ShouldBe([ModelRole.User, ModelRole.Assistant, ModelRole.User]);
        second.Request.Messages[0].ShouldBe(first.Request.Messages[0]);
        second.Request.Messages[1].Text.ShouldBe("(nothing)");
        second.Request.Messages[2].Text.ShouldStartWith("Your answer could not be used: The answer is empty.\n\nGive the whole answer again");
        second.Template.ShouldBe("repair/2");
    }

    private static SmallRun Graded(double value, double paired) => new SmallRun()
        .Node(Operator.Draft, null, "One.", Code, "", new Score(value + 0.01, ScoreKind.Verified, 0.01, null, []))
        .Node(Operator.Improve, 1, "Two.", Code + "# 2\n", "", new Score(value, ScoreKind.Verified, 0.01, null, [new Comparison(1, 0.01, paired)]));

    private static SmallRun Wordy(int description, int output, int code)
    {
        static string Lines(char letter, int length) => string.Concat(Enumerable.Repeat(new string(letter, 99) + "\n", length / 100));
        TaskFacts task = SmallRun.Task with { Description = Lines('d', description) + new string('\u202E', description / 20) };
        DataProfile profile = SmallRun.Profile with { Columns = [.. SmallRun.Profile.Columns, .. Enumerable.Range(0, 200).Select(at => SmallRun.Profile.Columns[2] with { Name = $"column {at}" })] };
        return new SmallRun(task, profile, observations: [.. Enumerable.Repeat(Lines('o', 300), 20)])
            .Node(Operator.Draft, null, Lines('p', 500), Lines('c', code), Lines('t', output), null, new Failure(FailureKind.Exception, "ValueError: \0", 1, Lines('e', 5_000)));
    }
}
