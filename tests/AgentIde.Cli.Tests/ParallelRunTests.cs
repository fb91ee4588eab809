using System.Collections.Immutable;
using System.Text;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Core.Search;
using AgentIde.Storage;
using AgentIde.Tasks.Folders;
using AgentIde.Tasks.Holdouts;
using AgentIde.Tasks.Profiles;
using AgentIde.Testing;

namespace AgentIde.Cli.Tests;

/// <summary>Several nodes under way at once, over a real store and a real task; the sandbox holds executions until a test lets them go.</summary>
public sealed class ParallelRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TaskFolder _task;
    private readonly SqliteRunStore _store;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, TaskCompletionSource<ExecutionResult>> _held = [];
    private readonly SemaphoreSlim _changes = new(0);

    public ParallelRunTests()
    {
        _task = TaskFolder.Read(SmallTask.Create(_folder["task"]));
        _store = new SqliteRunStore(Directory.CreateDirectory(_folder["workspace"]).FullName, TimeProvider.System);
    }

    public void Dispose()
    {
        _store.Dispose();
        _changes.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("aide")]
    [InlineData("operators")]
    [InlineData("mcts")]
    [InlineData("best-of-n")]
    [InlineData("evolution")]
    public async Task As_many_nodes_are_under_way_as_the_run_may_have_and_each_that_ends_makes_room(string policy)
    {
        await using OwnedRun owned = await _store.CreateAsync("small", CancellationToken.None);
        using RunLoop loop = Loop(owned, Journal.Empty, policy);
        await loop.BeginAsync(Started(owned.Run, workers: 3), CancellationToken.None);
        Task<Journal> running = loop.RunAsync(CancellationToken.None);
        (await HeldAsync(3)).ShouldBe(["1", "2", "3"]);
        LetGo("2");
        (await HeldAsync(3)).ShouldBe(["1", "3", "4"]);
        LetGo("1");
        LetGo("4");
        (await HeldAsync(3)).ShouldBe(["3", "5", "6"]);
        foreach (string node in (string[])["3", "5", "6"])
        {
            LetGo(node);
        }

        (await HeldAsync(1)).ShouldBe(["refit"]);
        LetGo("refit");
        Journal journal = await running;
        (journal.Nodes.Count, journal.ValidNodes, journal.Finished?.Ending).ShouldBe((6, 6, RunEnding.NodesSpent));
        (await Replay(owned.Run, policy)).ShouldBe(RunJson.WriteCanonical(Journal.Empty.Apply(await EventsAsync(owned.Run))));
    }

    [Fact]
    public async Task A_stop_ends_all_that_is_under_way_and_chooses_among_what_has_ended()
    {
        await using OwnedRun owned = await _store.CreateAsync("small", CancellationToken.None);
        using RunLoop loop = Loop(owned, Journal.Empty);
        await loop.BeginAsync(Started(owned.Run, workers: 3), CancellationToken.None);
        Task<Journal> running = loop.RunAsync(CancellationToken.None);
        await HeldAsync(3);
        LetGo("2");
        await HeldAsync(3, "4");
        await _store.RequestAsync(owned.Run, new StopRequest("a test", Choose: true), CancellationToken.None);
        await HeldAsync(1, "refit");
        LetGo("refit");
        Journal journal = await running;
        (journal.Finished?.Ending, journal.Choice?.Node, journal.OpenExecutions.Length).ShouldBe((RunEnding.Stopped, 2, 0));
        journal.UnderWay.Select(node => node.Id).ShouldBe([1, 3, 4]);
    }

    [Fact]
    public async Task What_was_under_way_when_the_process_died_is_taken_up_again_all_at_once()
    {
        RunId run;
        Journal left;
        await using (OwnedRun dying = await _store.CreateAsync("small", CancellationToken.None))
        {
            run = dying.Run;
            using RunLoop loop = Loop(dying, Journal.Empty);
            await loop.BeginAsync(Started(run, workers: 3), CancellationToken.None);
            Task<Journal> running = loop.RunAsync(CancellationToken.None);
            await HeldAsync(3);
            Break("2", new SandboxException("the machine lost its power"));
            SandboxException? broken = null;
            try
            {
                await running;
            }
            catch (SandboxException error)
            {
                broken = error;
            }

            broken.ShouldNotBeNull().Message.ShouldBe("the machine lost its power");
            left = Journal.Empty.Apply(await EventsAsync(run));
            left.OpenExecutions.Select(open => open.Node).ShouldBe([2]);
            left.UnderWay.Select(node => node.Id).ShouldBe([1, 2, 3]);
        }

        await using OwnedRun owned = await _store.TakeAsync(run, CancellationToken.None);
        using RunLoop resumed = Loop(owned, left);
        await resumed.BeginAsync(Started(run, workers: 3), CancellationToken.None);
        Task<Journal> again = resumed.RunAsync(CancellationToken.None);
        (await HeldAsync(3)).ShouldBe(["1", "2", "3"]);
        while (!again.IsCompleted)
        {
            foreach (string node in await HeldAsync(0))
            {
                LetGo(node);
            }

            await Task.WhenAny(again, _changes.WaitAsync(TimeSpan.FromSeconds(60)));
        }

        Journal journal = await again;
        (journal.ValidNodes, journal.Finished?.Ending, journal[2].Attempts).ShouldBe((6, RunEnding.NodesSpent, 2));
    }

    private RunStarted Started(RunId run, int workers) => new(
        new RunSettings(run, _task.Path, _task.SolutionFile, "recording", "aide", ProgramLanguage.Python, 1, 1, new Budget(6, 600), workers),
        _task.Facts,
        new SandboxReport("scripted", "1", "none", []));

    private RunLoop Loop(OwnedRun owned, Journal journal, string policy = "aide")
    {
        BlindHoldout holdout = new(_task, new byte[32], 1);
        RunParts parts = new(
            new ScriptedSandbox(HoldAsync), ProgramLanguage.Python, holdout, holdout.Grader, null, RecordedEngineer.Parse(string.Join('\n', Enumerable.Range(1, 9).Select(number => $$"""{"plan": "number {{number}}", "code": "{{number}}"}"""))),
            Policies.Find(policy)!.Choose, token => Task.FromResult(DataProfiler.Profile(_task, token)),
            ExecutionLimits.Default, Path.Combine(owned.Folder, "work", "split"), 1 << 20);
        return new RunLoop(owned, _store, parts, TimeProvider.System, journal);
    }

    private async Task<ExecutionResult> HoldAsync(ExecutionSpec spec, CancellationToken cancellationToken)
    {
        string name = spec.InputFolder.EndsWith("refit", StringComparison.Ordinal) ? "refit" : Encoding.UTF8.GetString(spec.Code.Span);
        TaskCompletionSource<ExecutionResult> held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _held[name] = held;
        }

        _changes.Release();
        using CancellationTokenRegistration registration = cancellationToken.Register(() => held.TrySetResult(ScriptedSandbox.Ended(Ending.Cancelled)));
        ExecutionResult result = await held.Task;
        lock (_gate)
        {
            _held.Remove(name);
        }

        _changes.Release();
        return result.Ending == Ending.Cancelled ? result : ScriptedSandbox.Left(Submission(spec));
    }

    private static string Submission(ExecutionSpec spec) =>
        string.Join('\n', ["id,y", .. File.ReadLines(Path.Combine(spec.InputFolder, "test.csv")).Skip(1).Select(line => $"{line.Split(',')[0]},{Encoding.UTF8.GetString(spec.Code.Span)}"), ""]);

    /// <summary>Waits until so many executions are held, and one of the given name among them.</summary>
    private async Task<string[]> HeldAsync(int count, string? name = null)
    {
        while (true)
        {
            lock (_gate)
            {
                string[] held = [.. _held.Keys.Order(StringComparer.Ordinal)];
                if (held.Length >= count && (name is null || held.Contains(name)))
                {
                    return held;
                }
            }

            (await _changes.WaitAsync(TimeSpan.FromSeconds(60))).ShouldBeTrue("nothing was executed any more");
        }
    }

    private void LetGo(string name) => Held(name).TrySetResult(ScriptedSandbox.Ended(Ending.Exited));

    private void Break(string name, Exception error) => Held(name).TrySetException(error);

    private TaskCompletionSource<ExecutionResult> Held(string name)
    {
        lock (_gate)
        {
            _held.Remove(name, out TaskCompletionSource<ExecutionResult>? held);
            return held ?? throw new InvalidOperationException($"Nobody executes {name}.");
        }
    }

    private async Task<ImmutableArray<RecordedEvent>> EventsAsync(RunId run) => (await _store.ReadAsync(run, 0, 10_000, CancellationToken.None)).Events;

    private async Task<byte[]> Replay(RunId run, string policy = "aide")
    {
        Journal journal = Journal.Empty;
        foreach (RecordedEvent recorded in await EventsAsync(run))
        {
            if (recorded.Event is NodeStarted started)
            {
                // The policy comes to the same decision from what was known then.
                Draws draws = new(1, started.Node, "policy");
                Decision decision = Policies.Find(policy)!.Choose(journal, draws);
                draws.Drawn.ShouldBe(started.Draws);
                (decision.Operator, decision.Why).ShouldBe((started.Operator, started.Why));
                decision.Parents.ShouldBe(started.Parents);
            }

            journal = journal.Apply(recorded);
        }

        return RunJson.WriteCanonical(journal);
    }
}
