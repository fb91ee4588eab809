using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentIde.Core.Runs;
using AgentIde.Storage;
using AgentIde.Testing;

namespace AgentIde.EndToEnd.Tests;

/// <summary>A group of runs whose processes are killed without warning: the same command again brings it to its end.</summary>
[Collection(KillersCollection.Name)]
public sealed class BenchTests : IDisposable
{
    private const string Group = "group";

    private static readonly string[] MedalNames = ["median", "bronze", "silver", "gold"];
    private static readonly bool IsTorture = Environment.GetEnvironmentVariable("AGENTIDE_TORTURE") is "1";

    private readonly TemporaryFolder _folder = new();
    private readonly string _workspace;
    private readonly SqliteRunStore _store;

    public BenchTests()
    {
        _workspace = Directory.CreateDirectory(_folder["workspace"]).FullName;
        _store = new SqliteRunStore(_workspace, TimeProvider.System);
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_group_whose_processes_were_killed_goes_on_and_its_runs_are_ordinary_ones()
    {
        string prepared = SmallTask.Create(_folder["data", "small", "prepared"]);
        NameMedals(prepared, "  trivial: 18\n  good: 1.2\n", "  gold: 1.1\n  silver: 1.2\n  bronze: 2\n  median: 18\n");
        string[] command = ["bench", "run", "--data", _folder["data"], "--competition", "small", "--seeds", "2", "--nodes", "1", "--group", Group, "--parallel", "2", "--engineer", $"recording:{Recording()}", "--json"];
        using (Process group = Product.Start(_workspace, command))
        {
            await BegunAsync("small-1");
            group.Kill();
            Kill(Product.OwnerOf(_store.FolderOf(RunId.Parse("small-1"))).ShouldNotBeNull());
            await group.WaitForExitAsync();
        }

        Ended ended = await Product.RunAsync(_workspace, command);
        ended.ExitCode.ShouldBe(0, ended.Errors);
        JsonElement[] runs = Runs(ended);
        runs.Select(run => (run.GetProperty("run").GetString(), run.GetProperty("state").GetString(), run.GetProperty("medal").GetString())).ShouldBe([("small-1", "done", "gold"), ("small-2", "done", "gold")], ignoreOrder: true);
        (await JournalAsync("small-1"))[1].Attempts.ShouldBe(2);
        (await JournalAsync("small-2"))[1].Attempts.ShouldBe(1);
        new[] { (await JournalAsync("small-1")).Settings!.Seed, (await JournalAsync("small-2")).Settings!.Seed }.Order().ShouldBe([1, 2]);

        // As if somebody had died between the beginning of a run and the manifest.
        string manifest = Path.Combine(_workspace, Group, "group.json");
        JsonNode state = JsonNode.Parse(await File.ReadAllTextAsync(manifest))!;
        state["slots"]![1]!["run"] = null;
        await File.WriteAllTextAsync(manifest, state.ToJsonString());
        (await Product.RunAsync(_workspace, command)).ExitCode.ShouldBe(0);
        (await _store.ListAsync(CancellationToken.None)).Length.ShouldBe(2, "nothing is run twice");
        await ReportsAsync(competitions: 1);
        string shared = Repository.PathOf("..", "shared", "tasks");
        if (IsTorture && Directory.Exists(shared))
        {
            using BenchTests eight = new();
            await eight.EndsHoweverOftenItIsKilledAsync(shared);
        }
    }

    [Fact]
    public async Task Competitions_of_pictures_and_of_metrics_of_their_own_are_run_from_prepared_folders()
    {
        PreparedContests.Create(_folder["data"]);
        string recording = _folder.Write("proposals.jsonl", JsonSerializer.Serialize(new { plan = "By brightness, or activity.", code = PreparedContests.Solution }) + "\n");
        Ended ended = await Product.RunAsync(
            _workspace, "bench", "run", "--data", _folder["data"], "--competition", $"{PreparedContests.Pictures},{PreparedContests.Table}", "--seeds", "1", "--nodes", "1", "--group", Group, "--parallel", "2", "--engineer", $"recording:{recording}", "--json");
        ended.ExitCode.ShouldBe(0, ended.Errors);
        foreach (JsonElement run in Runs(ended))
        {
            run.GetProperty("score").GetDouble().ShouldBeGreaterThan(0.8, ended.Output);
            Journal journal = await JournalAsync(run.GetProperty("run").GetString()!);
            journal[1].Standing.ShouldNotBeNull().Value.ShouldBe(run.GetProperty("score").GetDouble(), 0.15);
            journal.Split!.Distinguishable.ShouldBeNull();
        }
    }

    /// <summary>The eight tasks beside the repository in MLE-bench's layout, with the built-in engineer: some ten minutes.</summary>
    private async Task EndsHoweverOftenItIsKilledAsync(string shared)
    {
        string[] tasks = [.. Directory.GetDirectories(shared).Select(path => Path.GetFileName(path))];
        foreach (string task in tasks)
        {
            Copy(Path.Combine(shared, task), _folder["data", task, "prepared"]);
            string yaml = Path.Combine(_folder["data", task, "prepared"], "task.yaml");
            string text = await File.ReadAllTextAsync(yaml);
            await File.WriteAllTextAsync(yaml, new[] { "trivial", "simple", "good", "strong" }.Zip(MedalNames).Aggregate(text, (before, name) => before.Replace($"  {name.First}:", $"  {name.Second}:", StringComparison.Ordinal)));
        }

        string[] command = ["bench", "run", "--data", _folder["data"], "--competition", string.Join(',', tasks), "--seeds", "2", "--nodes", "3", "--time", "4m", "--group", Group, "--parallel", "2", "--json"];
        for (int death = 0; death < 6; death++)
        {
            using Process group = Product.Start(_workspace, command);
            RunId run = await NewestLiveAsync(death * 2);
            group.Kill();
            await group.WaitForExitAsync();
            if (death % 2 == 0 && Product.OwnerOf(_store.FolderOf(run)) is { } owner)
            {
                Kill(owner);
            }
        }

        Ended ended = await Product.RunAsync(_workspace, command);
        ended.ExitCode.ShouldBe(0, ended.Errors);
        Runs(ended).Select(run => run.GetProperty("state").GetString()).ShouldBe(Enumerable.Repeat("done", 16));
        Runs(ended).Count(run => run.GetProperty("score").ValueKind == JsonValueKind.Number).ShouldBe(16);
        (await _store.ListAsync(CancellationToken.None)).Length.ShouldBe(16);
        await ReportsAsync(competitions: 8);
    }

    private async Task ReportsAsync(int competitions)
    {
        Ended ended = await Product.RunAsync(_workspace, "bench", "report", Group, "--output", "report", "--json");
        ended.ExitCode.ShouldBe(0, ended.Errors);
        JsonElement split = JsonDocument.Parse(ended.Output).RootElement.GetProperty("agents")[0].GetProperty("splits")[0];
        (split.GetProperty("split").GetString(), split.GetProperty("reported").GetInt32(), split.GetProperty("seeds").GetInt32()).ShouldBe(("own", competitions, 2));
        string page = await File.ReadAllTextAsync(Path.Combine(_workspace, "report", "report.html"));
        page.ShouldContain("in none of");
        page.ShouldContain("class=\"spark\"");
    }

    private string Recording()
    {
        // Long enough to be killed in its midst.
        string code = "import time\nprint('begun', flush=True)\ntime.sleep(4)\n" + SmallTask.Solution(3, 2, 0);
        return _folder.Write("proposals.jsonl", JsonSerializer.Serialize(new { plan = "A line.", code }) + "\n");
    }

    private static void NameMedals(string prepared, string before, string after)
    {
        string yaml = Path.Combine(prepared, "task.yaml");
        File.WriteAllText(yaml, File.ReadAllText(yaml).Replace(before, after, StringComparison.Ordinal));
    }

    private static JsonElement[] Runs(Ended ended) => [.. JsonDocument.Parse(ended.Output).RootElement.GetProperty("runs").EnumerateArray()];

    private static void Kill(int id)
    {
        using Process process = Process.GetProcessById(id);
        process.Kill();
    }

    private Task<Journal> JournalAsync(string run) => UntilAsync(run, _ => true);

    private Task<Journal> BegunAsync(string run) => UntilAsync(run, journal => journal.Has(1) && journal[1].OutputSoFar.Contains("begun", StringComparison.Ordinal));

    private async Task<Journal> UntilAsync(string name, Func<Journal, bool> until)
    {
        WaitLimit limit = new();
        RunId run = RunId.Parse(name);
        while (!File.Exists(Path.Combine(_store.FolderOf(run), "run.db")))
        {
            await Task.Delay(20, limit.Token);
        }

        Journal journal = Journal.Empty;
        while (true)
        {
            RunPage page = await _store.ReadAsync(run, journal.Seq, 10_000, limit.Token);
            journal = journal.Apply(page.Events);
            if (until(journal) && page.Events.IsEmpty)
            {
                return journal;
            }

            if (page.Events.IsEmpty)
            {
                await _store.WaitForNewsAsync(run, journal.Seq, page.Liveness, limit.Token);
            }
        }
    }

    /// <summary>A live run, once so many others have ended or are under way too.</summary>
    private async Task<RunId> NewestLiveAsync(int others)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(10));
        while (true)
        {
            ImmutableArray<RunListing> runs = await _store.ListAsync(patience.Token);
            if (runs.Length > others && runs.FirstOrDefault(run => run.Liveness == Liveness.Live) is { } live)
            {
                return live.Run;
            }

            await Task.Delay(100, patience.Token);
        }
    }

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.WriteAllBytes(target, File.ReadAllBytes(file));
        }
    }
}
