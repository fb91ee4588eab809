using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using AgentIde.Core.Runs;
using AgentIde.Storage;
using AgentIde.Testing;

namespace AgentIde.EndToEnd.Tests;

/// <summary>
/// Kills the runner, without warning, while a candidate of it runs: on each engine. The next start leaves nothing of it
/// running, and the node is executed once more.
/// </summary>
[Collection(KillersCollection.Name)]
public sealed class KilledRunnerTests
{
    private static readonly int Kills = Environment.GetEnvironmentVariable("AGENTIDE_TORTURE") is "1" ? 20 : 1;

    [Theory]
    [InlineData("bubblewrap")]
    [InlineData("docker")]
    [InlineData("slurm")]
    public async Task Nothing_keeps_running_and_each_node_is_executed_once_more(string engine)
    {
        using TemporaryFolder folder = new();
        string task = SmallTask.Create(folder["task"]);
        string recording = folder["proposals.jsonl"];
        string name = $"c{engine[0]}{Environment.ProcessId}";
        await File.WriteAllLinesAsync(recording, Enumerable.Range(1, Kills).Select(number => JsonSerializer.Serialize(new { plan = $"Plan {number}.", code = Candidate(name, number) })));
        string workspace = Directory.CreateDirectory(folder["workspace"]).FullName;
        ImmutableDictionary<string, string> environment = Engines.Environment(engine, folder);
        SqliteRunStore store = new(workspace, TimeProvider.System);

        // What others left on this machine, such as editors that were killed with their runs, is none of this run's.
        await Product.RunAsync(workspace, environment, "doctor", "--sandbox", engine, "--clean");
        RunId run = await StartAsync(workspace, environment, engine, "run", task, "--nodes", $"{Kills}", "--time", "30m", "--engineer", $"recording:{recording}");

        for (int node = 1; node <= Kills; node++)
        {
            await FollowAsync(store, run, journal => journal.Has(node) && journal[node].OutputSoFar.Contains("begun", StringComparison.Ordinal));
            int[] candidates = ProcessesCalled(name);
            candidates.ShouldNotBeEmpty($"node {node} says that it has begun");
            int owner = Product.OwnerOf(store.FolderOf(run)).ShouldNotBeNull();
            using (Process process = Process.GetProcessById(owner))
            {
                process.Kill();
                await process.WaitForExitAsync();
            }

            (await StartAsync(workspace, environment, engine, "run", "--resume", run.Value, "--engineer", $"recording:{recording}")).ShouldBe(run);
            ProcessesCalled(name).Intersect(candidates).ShouldBeEmpty("the next start ends what a dead runner left");
        }

        Journal journal = await FollowAsync(store, run, journal => journal.Finished is not null);
        journal.Nodes.Select(node => (node.Attempts, node.IsValid)).ShouldBe(Enumerable.Repeat((2, true), Kills));
        (await store.ReadAsync(run, 0, int.MaxValue, CancellationToken.None)).Events.Count(recorded => recorded.Event is ExecutionAbandoned).ShouldBe(Kills);
        ProcessesCalled(name).ShouldBeEmpty();
        Ended doctor = await Product.RunAsync(workspace, environment, "doctor", "--sandbox", engine, "--clean");
        doctor.Output.ShouldContain("nothing was left behind");
    }

    /// <summary>Goes on for long enough to be killed in its midst, under a name that can be looked for.</summary>
    private static string Candidate(string name, int number) =>
        $"import ctypes, time\nctypes.CDLL(None).prctl(15, b'{name}', 0, 0, 0)\nprint('begun', {number}, flush=True)\ntime.sleep(5)\n" + SmallTask.Solution(3, 2, number);

    private static int[] ProcessesCalled(string name) =>
    [
        .. from path in Directory.EnumerateDirectories("/proc")
           let id = Path.GetFileName(path)
           where char.IsAsciiDigit(id[0]) && NameOf(path) == name
           select int.Parse(id, CultureInfo.InvariantCulture),
    ];

    private static string? NameOf(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "comm")).Trim();
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static async Task<RunId> StartAsync(string workspace, IReadOnlyDictionary<string, string> environment, string engine, params string[] arguments)
    {
        Ended started = await Product.RunAsync(workspace, environment, [.. arguments, "--sandbox", engine, "--detach"]);
        started.ExitCode.ShouldBe(0, started.Errors);
        return RunId.Parse(started.Output.Trim());
    }

    private static async Task<Journal> FollowAsync(SqliteRunStore store, RunId run, Func<Journal, bool> until)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(5));
        Journal journal = Journal.Empty;
        while (true)
        {
            RunPage page = await store.ReadAsync(run, journal.Seq, 1_000, patience.Token);
            journal = journal.Apply(page.Events);
            if (until(journal))
            {
                return journal;
            }

            if (page.Events.IsEmpty)
            {
                await store.WaitForNewsAsync(run, journal.Seq, page.Liveness, patience.Token);
            }
        }
    }
}
