using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Storage;
using AgentIde.Tasks.Folders;
using AgentIde.Tasks.Holdouts;
using AgentIde.Testing;

namespace AgentIde.Cli.Tests;

/// <summary><c>agentide scale --report</c> on runs whose submissions were made for a real split, without a sandbox; EndToEnd makes real runs.</summary>
public sealed class ScaleCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _task;

    public ScaleCommandTests() => _task = SmallTask.Create(_folder["task"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_solution_of_a_finished_run_is_graded_on_the_private_answers()
    {
        await MakeRunAsync(seed: 1, shifts: [4, 0.5]);
        await MakeRunAsync(seed: 2, shifts: [0.5]);
        Ended ended = await Program.RunAsync(_folder.Path, "scale", "--report", "small-1", "small-2", "--csv", "out.csv", "--html", "out.html", "--svg", "out.svg", "--json");
        ended.ExitCode.ShouldBe(0, ended.Errors);
        using JsonDocument document = JsonDocument.Parse(ended.Output);
        JsonElement result = document.RootElement.GetProperty("report").GetProperty("results").EnumerateArray().ShouldHaveSingleItem();
        JsonElement whole = result.GetProperty("points").EnumerateArray().Last();

        // Both runs end with the same line, shifted by a half: what that gets is known without any of this.
        double expected = await GradeAsync(0.5);
        whole.GetProperty("private").GetProperty("value").GetDouble().ShouldBe(expected, 1e-9);
        whole.GetProperty("regret").GetProperty("value").GetDouble().ShouldBe(0);
        Math.Abs(whole.GetProperty("gapInErrors").GetProperty("value").GetDouble()).ShouldBeLessThan(4);
        (await File.ReadAllLinesAsync(_folder["out.csv"], TestContext.Current.CancellationToken)).ShouldContain(string.Create(CultureInfo.InvariantCulture, $"small,scripted/1,aide,whole,,private,{expected:R},0,2"));
        File.Exists(_folder["out.html"]).ShouldBeTrue();
        File.Exists(_folder["out.svg"]).ShouldBeTrue();
    }

    [Fact]
    public async Task What_models_cost_is_an_axis_and_the_second_holdout_a_figure_in_each_form()
    {
        await MakeRunAsync(seed: 1, shifts: [4, 0.5], dollars: 0.03m, second: 0.9);
        Ended ended = await Program.RunAsync(_folder.Path, "scale", "--report", "small-1", "--csv", "out.csv", "--html", "out.html", "--svg", "out.svg");
        ended.ExitCode.ShouldBe(0, ended.Errors);
        string[] lines = ended.Output.Split('\n');
        lines.ShouldAllBe(line => line.Length <= 120);
        lines.ShouldContain(line => line.StartsWith("5k tok   1/1", StringComparison.Ordinal));
        lines.ShouldContain(line => line.StartsWith("$0.05    1/1", StringComparison.Ordinal));
        lines.ShouldContain(line => line.StartsWith("second      0.9", StringComparison.Ordinal) && line.Contains(" on rows that nothing was chosen by; holdout less second ", StringComparison.Ordinal));

        string[] csv = await File.ReadAllLinesAsync(_folder["out.csv"], TestContext.Current.CancellationToken);
        csv.ShouldContain("small,scripted/1,aide,whole,,second,0.9,,1");
        csv.ShouldContain(line => line.StartsWith("small,scripted/1,aide,whole,,gap_to_second_in_errors,", StringComparison.Ordinal));
        csv.Where(line => line.Contains(",holdout,", StringComparison.Ordinal)).Select(line => line.Split(',')[3]).Distinct().ShouldBe(["nodes", "tokens", "dollars", "paths", "whole"]);
        string page = await File.ReadAllTextAsync(_folder["out.html"], TestContext.Current.CancellationToken);
        page.ShouldContain("holdout less second");
        page.ShouldContain("<td class=\"number\">8k</td><td class=\"number\">$0.060</td>");
        XElement[] drawn = [.. XDocument.Load(_folder["out.svg"]).Descendants()];
        drawn.Count(element => element.Attribute("class")?.Value == "line private").ShouldBe(5, "four panels and what the line means");
        drawn.Where(element => element.Attribute("text-anchor")?.Value == "middle").Select(element => element.Value).ShouldContain("spent on models");
        drawn[0].Attribute("height")!.Value.ShouldBe("582");
    }

    [Fact]
    public async Task A_run_of_another_secret_is_never_graded()
    {
        await MakeRunAsync(seed: 1, shifts: [0.5]);
        File.Delete(_folder[".agentide", "secret"]);
        await SaysAsync(4, "has lost its secret", "--report", "small-1");
        WorkspaceSecret.ReadOrCreate(_folder.Path);
        await SaysAsync(4, "The holdout can't be cut as small-1 had it", "--report", "small-1");
    }

    [Fact]
    public async Task What_can_not_be_figured_is_refused_in_one_line()
    {
        SmallTask.Create(_folder["twin"]);
        await SaysAsync(2, "both have the id small: figure them one after the other", "task", "twin");
        await SaysAsync(2, "--nodes is for making runs, and --report figures those that are there", "--report", "group", "--nodes", "3");
        await SaysAsync(2, "task is no folder of a group", "--report", "task");
        await SaysAsync(2, "--seeds must be at least 1", "task", "--seeds", "0");
        Directory.Delete(_folder["task", "private"], recursive: true);
        await SaysAsync(2, "small has no private answers, so nobody can say what its scores are worth: put them into", "task");
        (await Program.RunAsync(_folder.Path, "import", "aide", ImportedFiles.Journal)).ExitCode.ShouldBe(0);
        await SaysAsync(2, "it was imported from AIDE, so its scores are claims that nobody can verify", "--report", "last");
    }

    private async Task SaysAsync(int exitCode, string says, params string[] arguments)
    {
        Ended ended = await Program.RunAsync(_folder.Path, ["scale", .. arguments]);
        (ended.ExitCode, ended.Errors.Trim().Split('\n').Length).ShouldBe((exitCode, 1), ended.Errors);
        ended.Errors.ShouldContain(says);
    }

    /// <summary>What a line shifted by so much gets on the private answers, all rows at hand.</summary>
    private async Task<double> GradeAsync(double shift)
    {
        byte[] submission = Predict(Path.Combine(_task, "public", "test.csv"), shift);
        return (await TaskFolder.Read(_task).PrivateGrader()!.GradeAsync(submission, CancellationToken.None)).Score!.Value;
    }

    private async Task MakeRunAsync(long seed, double[] shifts, decimal? dollars = null, double? second = null)
    {
        using SqliteRunStore store = new(_folder.Path, TimeProvider.System);
        TaskFolder task = TaskFolder.Read(_task);
        BlindHoldout holdout = new(task, WorkspaceSecret.ReadOrCreate(_folder.Path), 1);
        string split = _folder[$"split-{seed}"];
        SplitFacts facts = await holdout.PrepareAsync(split, CancellationToken.None);
        await using OwnedRun run = await store.CreateAsync(task.Facts.Id, CancellationToken.None);
        RunSettings settings = new(run.Run, _task, "solution.py", "scripted/1", "aide", ProgramLanguage.Python, seed, 1, new Budget(5, 600));
        await run.AppendAsync([new RunStarted(settings, task.Facts, new SandboxReport("scripted", "1", "none", [])), new HoldoutMade(facts)], [], CancellationToken.None);
        Blob code = Blob.Of("print(1)\n");
        for (int node = 1; node <= shifts.Length; node++)
        {
            Blob submission = Blob.Of(Predict(Path.Combine(split, "search", "test.csv"), shifts[node - 1]));
            Grade grade = await holdout.Grader.GradeAsync(submission.Bytes, CancellationToken.None);
            ExecutionRecord execution = new(Ending.Exited, 0, null, false, 1.5, 1.4, 1 << 20, code.Digest, submission.Digest, null, null);
            await run.AppendAsync(
                [
                    new NodeStarted(node, Operator.Draft, [], "the test's turn", []),
                    .. dollars is null ? Array.Empty<RunEvent>() :
                    [
                        new CallReserved(node, node, "openai:gpt", code.Digest, new TokenUsage(3_000, 0, 2_000, 0), dollars * 2, null),
                        new CallEnded(node, node, code.Digest, null, null, "", new TokenUsage(3_000, 0, 1_000, 0), dollars, 1),
                    ],
                    new NodeProposed(node, "A line.", code.Digest, [], null, null),
                    new ExecutionStarted(node, 1, ExecutionPurpose.Search), new ExecutionEnded(node, 1, ExecutionPurpose.Search, execution),
                    new NodeScored(node, new Score(grade.Score!.Value, ScoreKind.Verified, grade.StandardError, null, [])),
                ],
                [code, submission],
                CancellationToken.None);
        }

        await run.AppendAsync([new SolutionChosen(shifts.Length, "the best", RunEnding.NodesSpent), .. second is { } opened ? [new SecondHoldoutOpened(shifts.Length, opened, 0.05, 40)] : Array.Empty<RunEvent>(), new RunFinished(RunEnding.NodesSpent, "all nodes are spent", Digest.Of("journal"))], [], CancellationToken.None);
    }

    /// <summary>3x + 2z and the shift for each row of a test file.</summary>
    private static byte[] Predict(string test, double shift)
    {
        string[][] rows = [.. File.ReadLines(test).Select(line => line.Split(','))];
        int id = Array.IndexOf(rows[0], "id"), x = Array.IndexOf(rows[0], "x"), z = Array.IndexOf(rows[0], "z");
        return System.Text.Encoding.UTF8.GetBytes("id,y\n" + string.Concat(rows.Skip(1).Select(row => string.Create(CultureInfo.InvariantCulture, $"{row[id]},{(3 * Number(row[x])) + (2 * Number(row[z])) + shift}\n"))));

        static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
    }
}
