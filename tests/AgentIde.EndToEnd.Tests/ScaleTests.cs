using System.Diagnostics;
using System.Text.Json;
using System.Xml.Linq;
using AgentIde.Core.Runs;
using AgentIde.Storage;
using AgentIde.Testing;

namespace AgentIde.EndToEnd.Tests;

/// <summary><c>agentide scale</c> on real runs of a tiny task, whose processes are killed on the way.</summary>
[Collection(KillersCollection.Name)]
public sealed class ScaleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SqliteRunStore _store;

    public ScaleTests() => _store = new SqliteRunStore(_folder.Path, TimeProvider.System);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_group_that_was_killed_goes_on_where_it_was_and_its_figures_are_those_of_its_runs()
    {
        string task = SmallTask.Create(_folder["task"]);
        string[] command = ["scale", task, "--seeds", "2", "--nodes", "3", "--group", "group", "--engineer", $"recording:{Recording()}", "--json"];
        using (Process group = Product.Start(_folder.Path, command))
        {
            await BegunAsync("small-1");
            group.Kill();
            Kill(Product.OwnerOf(_store.FolderOf(RunId.Parse("small-1"))).ShouldNotBeNull());
            await group.WaitForExitAsync(Token);
        }

        Ended early = await Product.RunAsync(_folder.Path, "scale", "--report", "group");
        (early.ExitCode, early.Errors).ShouldBe((2, "agentide: No run of group has ended: go on with it by the command that began it.\n"));
        (await Product.RunAsync(_folder.Path, "scale", "--report", "small-1")).Errors.ShouldContain("small-1 can't be figured: it has not ended: wait for it, or go on with it by 'agentide run --resume small-1'");

        Ended ended = await Product.RunAsync(_folder.Path, command);
        ended.ExitCode.ShouldBe(0, ended.Errors);
        using JsonDocument document = JsonDocument.Parse(ended.Output);
        document.RootElement.GetProperty("finished").GetBoolean().ShouldBeTrue();
        JsonElement result = document.RootElement.GetProperty("report").GetProperty("results").EnumerateArray().ShouldHaveSingleItem();
        result.GetProperty("runs").EnumerateArray().Select(run => (run.GetProperty("run").GetString(), run.GetProperty("seed").GetInt64(), run.GetProperty("nodes").GetInt32())).ShouldBe([("small-1", 1, 3), ("small-2", 2, 3)]);
        Journal first = await JournalAsync("small-1");
        first.Nodes.Select(node => node.Attempts).ShouldBe([2, 1, 1], "what had ended is not executed again");

        // The first line is off by four, the second is the truth but for its noise, the third node fails.
        JsonElement[] points = [.. result.GetProperty("points").EnumerateArray()];
        JsonElement one = Point(points, "nodes", 1), whole = Point(points, "whole", 0);
        Value(one, "holdout").ShouldBe(first[1].Score!.Value, 1e-12);
        Value(whole, "holdout").ShouldBe(first[2].Score!.Value, 1e-12);
        Value(whole, "private").ShouldBeLessThan(1.1);
        Value(one, "private").ShouldBeGreaterThan(4);
        (Value(whole, "regret"), Value(whole, "valid")).ShouldBe((0, 2 / 3.0));
        Math.Abs(Value(whole, "gapInErrors")).ShouldBeLessThan(4);
        double privately = first.Private!.Score!.Value;
        Value(whole, "private").ShouldBe(privately, 1e-9, "a line does not change by a refit");
        result.GetProperty("delivered").GetProperty("value").GetDouble().ShouldBe(privately, 1e-12);
        result.GetProperty("reach")[1].GetProperty("overRuns").EnumerateArray().Select(chance => chance.GetDouble()).ShouldBe([1, 1]);

        // Again: nothing is run, and finished runs by name say the same as their group.
        (await Product.RunAsync(_folder.Path, command)).ExitCode.ShouldBe(0);
        (await _store.ListAsync(Token)).Length.ShouldBe(2, "nothing is run twice");
        Ended named = await Product.RunAsync(_folder.Path, "scale", "--report", "small-2", "small-1", "--csv", "scale.csv", "--html", "scale.html", "--svg", "scale.svg");
        named.ExitCode.ShouldBe(0, named.Errors);
        named.Output.Split('\n').ShouldAllBe(line => line.Length <= 120);
        named.Output.Split('\n').ShouldContain(line => line.StartsWith("whole    2/2", StringComparison.Ordinal) && line.EndsWith(" 67 %", StringComparison.Ordinal));
        (await File.ReadAllTextAsync(_folder["scale.csv"], Token)).ShouldBe(await File.ReadAllTextAsync(_folder["group", "scale.csv"], Token));
        XDocument.Load(_folder["scale.svg"]).Descendants().Count(element => element.Attribute("class")?.Value == "line private").ShouldBe(3, "two panels and what the line means");
        string page = await File.ReadAllTextAsync(_folder["scale.html"], Token);
        page.ShouldContain("prefers-color-scheme: dark");
        page.ShouldNotContain("<script");
    }

    [Fact]
    public async Task Runs_of_a_group_may_be_jobs_of_a_cluster()
    {
        string task = SmallTask.Create(_folder["task"]);
        Ended ended = await Product.RunAsync(
            _folder.Path, Engines.Environment("slurm", _folder), "scale", task, "--seeds", "2", "--nodes", "2", "--group", "group", "--parallel", "2", "--sandbox", "slurm", "--engineer", $"recording:{Recording()}", "--json");
        ended.ExitCode.ShouldBe(0, ended.Errors);
        foreach (string run in (string[])["small-1", "small-2"])
        {
            Journal journal = await JournalAsync(run);
            (journal.Sandbox!.Engine, journal.Nodes.Count(node => node.IsValid)).ShouldBe(("slurm", 2));
            journal.Private!.Score.ShouldNotBeNull().ShouldBeLessThan(1.1);
        }
    }

    [Fact]
    public async Task A_group_spends_no_more_than_it_may_in_all_and_goes_on_when_it_may_spend_more()
    {
        // An answer is reserved at 4,000 tokens of a thousandth of a dollar and comes to 1,000: after two runs of one dollar each there are three left.
        await using ModelServer.ScriptedServer model = new(request => ModelServer.Protocols.Answer(request, new ModelServer.CannedAnswer(
            $"A line.\n\n```python\n{SmallTask.Solution(3, 2, 0)}\n```\n", Usage: new ModelServer.CannedUsage(6_000, 0, 1_000, 0))));
        string task = SmallTask.Create(_folder["task"]);
        string[] command =
        [
            "scale", task, "--seeds", "3", "--nodes", "1", "--group", "group", "--engineer", "openai:scripted", "--base-url", $"{model.Url}", "--price", "openai:scripted=0,1000", "--max-output", "4000", "--cost", "10", "--json",
        ];
        (await Product.RunAsync(_folder.Path, ModelRuns.Keys, [.. command, "--total-cost", "5"])).ExitCode.ShouldBe(1);
        model.Requests.Length.ShouldBe(2);
        (await _store.ListAsync(Token)).Length.ShouldBe(2);
        (await File.ReadAllTextAsync(_folder["group", "group.json"], Token)).ShouldContain("the group has $3.00 left of --total-cost, and with that: ");

        Ended ended = await Product.RunAsync(_folder.Path, ModelRuns.Keys, [.. command, "--total-cost", "6"]);
        ended.ExitCode.ShouldBe(0, ended.Errors);
        model.Requests.Length.ShouldBe(3);
        (await JournalAsync("small-3")).Settings!.Budget.Dollars.ShouldBe(4);
    }

    private string Recording()
    {
        // Long enough to be killed in its midst.
        string[] codes = ["import time\nprint('begun', flush=True)\ntime.sleep(4)\n" + SmallTask.Solution(3, 2, 4), SmallTask.Solution(3, 2, 0), "raise ValueError('no')\n"];
        return _folder.Write("proposals.jsonl", string.Concat(codes.Select(code => JsonSerializer.Serialize(new { plan = "A line.", code }) + "\n")));
    }

    private static JsonElement Point(JsonElement[] points, string axis, double amount) =>
        points.Single(point => point.GetProperty("budget").GetProperty("axis").GetString() == axis && point.GetProperty("budget").GetProperty("amount").GetDouble() == amount);

    private static double Value(JsonElement point, string name) => point.GetProperty(name).GetProperty("value").GetDouble();

    private static void Kill(int id)
    {
        using Process process = Process.GetProcessById(id);
        process.Kill();
    }

    private async Task<Journal> JournalAsync(string run) => Journal.Empty.Apply((await _store.ReadAsync(RunId.Parse(run), 0, 10_000, Token)).Events);

    private async Task BegunAsync(string name)
    {
        WaitLimit limit = new();
        RunId run = RunId.Parse(name);
        while (!File.Exists(Path.Combine(_store.FolderOf(run), "run.db")))
        {
            await Task.Delay(20, limit.Token);
        }

        Journal journal = Journal.Empty;
        while (!journal.Has(1) || !journal[1].OutputSoFar.Contains("begun", StringComparison.Ordinal))
        {
            RunPage page = await _store.ReadAsync(run, journal.Seq, 10_000, limit.Token);
            journal = journal.Apply(page.Events);
            if (page.Events.IsEmpty)
            {
                await _store.WaitForNewsAsync(run, journal.Seq, page.Liveness, limit.Token);
            }
        }
    }
}
