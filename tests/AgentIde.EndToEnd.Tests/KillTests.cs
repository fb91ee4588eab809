using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using AgentIde.Core.Runs;
using AgentIde.Storage;
using AgentIde.Testing;

namespace AgentIde.EndToEnd.Tests;

/// <summary>
/// Kills the runner, the whole process and without warning, at random moments; then resumes. A recorded engineer and
/// executions of some 50 ms make a run of seconds whose every part is hit.
/// </summary>
[Collection(KillersCollection.Name)]
public sealed class KillTests
{
    private const int Nodes = 9;
    private static readonly int Rounds = Environment.GetEnvironmentVariable("AGENTIDE_TORTURE") is "1" ? 100 : 4;

    [Fact]
    public async Task A_run_that_was_killed_comes_to_what_a_run_that_never_was_comes_to()
    {
        using TemporaryFolder folder = new();
        string task = SmallTask.Create(folder["task"]);
        string recording = folder["proposals.jsonl"];
        await File.WriteAllLinesAsync(recording, Proposals().Select(proposal => JsonSerializer.Serialize(new { plan = proposal.Plan, code = proposal.Code })));
        string workspace = Directory.CreateDirectory(folder["workspace"]).FullName;
        SmallTask.KnowSecret(workspace);
        string[] arguments = ["run", task, "--engineer", $"recording:{recording}", "--nodes", Nodes.ToString(CultureInfo.InvariantCulture), "--time", "10m", "--detach"];

        SqliteRunStore store = new(workspace, TimeProvider.System);
        RunId undisturbed = await StartAsync(workspace, arguments);
        Journal expected = await FinishAsync(store, undisturbed);
        expected.Finished.ShouldNotBeNull();
        expected.ValidNodes.ShouldBe(6);
        expected.FinalRound.ShouldNotBeNull("a kill may hit the fresh split as well");

        int seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        ulong state = (ulong)seed;
        int kills = 0;
        for (int round = 0; round < Rounds; round++)
        {
            RunId run = await StartAsync(workspace, arguments);
            do
            {
                ImmutableArray<RecordedEvent> seen = await KillAtAsync(store, run, TimeSpan.FromMilliseconds(Next(ref state, 1_500)));
                kills++;
                (await store.CheckAsync(run, CancellationToken.None)).ShouldBeEmpty();
                ImmutableArray<RecordedEvent> kept = await ReadAsync(store, run);
                kept.Take(seen.Length).Select(Line).ShouldBe(seen.Select(Line), $"round {round}, seed {seed}: an event that was seen is gone");
                if (kept.Any(recorded => recorded.Event is PrivateScored))
                {
                    break;
                }

                await StartAsync(workspace, "run", "--resume", run.Value, "--engineer", $"recording:{recording}", "--detach");
            }
            while (Next(ref state, 100) < 40);

            Journal journal = await FinishAsync(store, run);
            (await store.CheckAsync(run, CancellationToken.None)).ShouldBeEmpty();
            Outcome(journal).ShouldBe(Outcome(expected), $"round {round}, seed {seed}");
        }

        kills.ShouldBeGreaterThanOrEqualTo(Rounds);
    }

    private static async Task<RunId> StartAsync(string workspace, params string[] arguments)
    {
        Ended started = await Product.RunAsync(workspace, arguments);
        started.ExitCode.ShouldBe(0, started.Errors);
        return RunId.Parse(started.Output.Trim());
    }

    /// <summary>Follows the run as any reader does, and kills its process at the given moment; returns what was seen of it.</summary>
    private static async Task<ImmutableArray<RecordedEvent>> KillAtAsync(SqliteRunStore store, RunId run, TimeSpan moment)
    {
        ImmutableArray<RecordedEvent> seen = [];
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < moment)
        {
            RunPage page = await store.ReadAsync(run, seen.Length, 1_000, CancellationToken.None);
            seen = seen.AddRange(page.Events);
            if (page.Liveness != Liveness.Live)
            {
                break;
            }
        }

        if (Product.OwnerOf(store.FolderOf(run)) is { } owner)
        {
            using Process process = Process.GetProcessById(owner);
            process.Kill();
            await process.WaitForExitAsync();
        }

        return seen;
    }

    private static async Task<Journal> FinishAsync(SqliteRunStore store, RunId run)
    {
        Journal journal = Journal.Empty;
        while (true)
        {
            RunPage page = await store.ReadAsync(run, journal.Seq, 1_000, CancellationToken.None);
            journal = journal.Apply(page.Events);
            if (page.Events.IsEmpty && page.Liveness != Liveness.Live)
            {
                page.Liveness.ShouldBe(Liveness.Finished);
                return journal;
            }

            if (page is { Events.IsEmpty: true, Liveness: Liveness.Live })
            {
                await store.WaitForNewsAsync(run, journal.Seq, page.Liveness, CancellationToken.None);
            }
        }
    }

    private static async Task<ImmutableArray<RecordedEvent>> ReadAsync(SqliteRunStore store, RunId run) =>
        (await store.ReadAsync(run, 0, int.MaxValue, CancellationToken.None)).Events;

    private static string Line(RecordedEvent recorded)
    {
        (string kind, int version, byte[] payload) = RunJson.Write(recorded.Event);
        return string.Create(CultureInfo.InvariantCulture, $"{recorded.Seq} {recorded.At:O} {recorded.Epoch} {kind}/{version} {Digest.Of(payload)}");
    }

    /// <summary>Plans, code, submissions, scores, failures and the choice: all but clock and attempts.</summary>
    private static string Outcome(Journal journal) => string.Join('\n', journal.Nodes
        .Select(node => $"{node.Id} {node.Operator} [{string.Join(',', node.Parents)}] {node.Plan} {node.Code} {node.SameAs} {node.Execution?.Submission} {node.Execution?.Ending} {node.Score?.Value:R} {node.Score?.StandardError:R} {node.Score?.Claim:R} {string.Join(';', node.Score?.Comparisons ?? [])} {node.Failure?.Message}")
        .Append($"{journal.Best} {journal.Choice?.Node} {journal.Choice?.Why} {journal.Choice?.Refit?.Taken} {journal.Choice?.Refit?.Submission} {journal.Finished?.Ending} {journal.Private?.Score:R} {journal.Private?.Reference}"));

    private static IEnumerable<(string Plan, string Code)> Proposals()
    {
        yield return ("Predict a constant.", SmallTask.Solution(0, 0, 20));
        yield return ("Use x alone.", SmallTask.Solution(3, 0, 5));
        yield return ("Misspell a column.", SmallTask.Solution(3, 2, 0).Replace("row[\"z\"]", "row[\"zed\"]", StringComparison.Ordinal));
        yield return ("The constant again.", SmallTask.Solution(0, 0, 20));
        yield return ("Write nothing.", "print('nothing to say')\n");
        yield return ("Nearly right.", SmallTask.Solution(2.9, 2.1, 0.1));
        yield return ("Kill itself.", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n");
        yield return ("Right.", SmallTask.Solution(3, 2, 0));
        yield return ("As good as right.", SmallTask.Solution(3, 2, 0.06));
    }

    private static int Next(ref ulong state, int limit)
    {
        state = unchecked((state * 6_364_136_223_846_793_005UL) + 1_442_695_040_888_963_407UL);
        return (int)((state >> 33) % (ulong)limit);
    }
}
