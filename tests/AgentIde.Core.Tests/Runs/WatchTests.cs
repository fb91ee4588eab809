using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Core.Search;
using AgentIde.Core.Stepping.Stops;
using AgentIde.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AgentIde.Core.Tests.Runs;

/// <summary>Live runs that hold themselves where a debugger's breakpoint is met, before anything acts on what was met; and what people give up.</summary>
public sealed class WatchTests
{
    private readonly MemoryRunStore _store = new("/nowhere", TimeProvider.System);
    private readonly ConcurrentDictionary<int, TaskCompletionSource> _gates = [];
    private readonly List<string> _executed = [];

    [Fact]
    public async Task A_line_that_a_new_program_has_holds_its_node_before_the_program_is_executed()
    {
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        Task<Journal> running = Loop(owned.Run, Watch(new StopSpec(null, 1, 2))).RunAsync(owned, new Budget(3, 600));

        Journal held = await UntilAsync(owned.Run, journal => journal.IsPaused);
        (await EventsAsync(owned.Run))[^2..].ShouldBe([new NodeProposed(2, "plan 2", held[2].Code!.Value, [], null, null, 2), new RunPaused("vscode", 2, "line 2 of node 1")]);
        (held.Held.Single(), held[2].Stage, _executed.Count).ShouldBe((2, NodeStage.Execute, 1));

        // One step of that node alone: executed, not yet graded, and held again.
        await AskAsync(owned.Run, new StepRequest("vscode", 2));
        Journal stepped = await UntilAsync(owned.Run, journal => journal is { IsPaused: true } && journal[2].Stage == NodeStage.Score);
        (stepped.Held.Single(), stepped.Nodes.Count).ShouldBe((2, 2));
        await AskAsync(owned.Run, new StepRequest("vscode", 2));
        Journal done = await UntilAsync(owned.Run, journal => journal is { IsPaused: true } && journal[2].IsDone);
        done.Nodes.Count.ShouldBe(2);

        await AskAsync(owned.Run, new ContinueRequest("vscode"));
        await UntilAsync(owned.Run, journal => journal is { IsPaused: true, Nodes.Count: 3 });
        await AskAsync(owned.Run, new WatchRequest("vscode", "1", []), new ContinueRequest("vscode"));
        Journal journal = await running;
        (journal.Nodes.Count, journal.ValidNodes, journal.Held.Count, journal.Finished?.Ending).ShouldBe((3, 3, 0, RunEnding.NodesSpent));
    }

    [Fact]
    public async Task A_filter_with_a_condition_and_a_number_of_hits_is_evaluated_as_the_debugger_does_it()
    {
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        StopSpec[] stops = [new("new-best", Condition: "score < 4", Hits: "2"), new("nothing-of-the-kind"), new("failure", Condition: "score <")];
        Task<Journal> running = Loop(owned.Run, Watch(stops)).RunAsync(owned, new Budget(5, 600));

        // Node 1 comes to 5, node 2 to 4, nodes 3 and 4 to what is better still: the second of those is meant.
        Journal held = await UntilAsync(owned.Run, journal => journal.IsPaused);
        (held.Nodes.Count, held.Best, (await EventsAsync(owned.Run))[^1]).ShouldBe((4, 4, new RunPaused("vscode", 4, "New best")));
        await AskAsync(owned.Run, new ContinueRequest("nvim"));
        (await running).Nodes.Count.ShouldBe(5);
    }

    [Fact]
    public async Task Of_two_workers_the_one_that_met_a_breakpoint_is_held_and_the_other_ends_its_node()
    {
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        _gates[3] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<Journal> running = Loop(owned.Run, Watch(new StopSpec("draft", Condition: "node == 2"), new StopSpec(null, 1, 2, "node == 2")), watchAt: 1).RunAsync(owned, new Budget(4, 600), workers: 2);

        Journal held = await UntilAsync(owned.Run, journal => journal.IsPaused && journal.Nodes.Count >= 2 && journal.Held.Contains(2));
        _gates[3].TrySetResult();
        Journal rested = await UntilAsync(owned.Run, journal => journal.UnderWay.All(node => journal.Held.Contains(node.Id)));
        (rested[2].IsDone, rested.IsPaused, rested.Nodes.Count).ShouldBe((false, true, held.Nodes.Count));

        await AskAsync(owned.Run, new WatchRequest("vscode", "1", []), new StopRequest("vscode", Choose: true));
        (await running).Finished?.Ending.ShouldBe(RunEnding.Stopped);
    }

    [Fact]
    public async Task An_execution_that_is_given_up_fails_its_node_and_the_run_goes_on()
    {
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        Task<Journal> running = Loop(owned.Run, hangs: 2).RunAsync(owned, new Budget(3, 600));
        await UntilAsync(owned.Run, journal => journal.Nodes.Count == 2 && journal[2].Attempts == 1);

        await AskAsync(owned.Run, new AbandonRequest("vscode", 1), new AbandonRequest("vscode", 9), new AbandonRequest("vscode", 2));
        Journal journal = await running;

        (journal[2].Failure, journal[1].IsValid, journal[3].IsValid).ShouldBe((new Failure(FailureKind.Abandoned, "given up by vscode", null, null), true, true));
        (await EventsAsync(owned.Run)).OfType<ExecutionAbandoned>().ShouldHaveSingleItem().Why.ShouldBe("given up by vscode");
    }

    [Fact]
    public async Task Thinking_that_is_given_up_and_a_node_that_is_held_come_to_nothing_too()
    {
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        _gates[3] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<Journal> running = Loop(owned.Run, Watch(new StopSpec(null, 1, 2, "node == 2"))).RunAsync(owned, new Budget(4, 600));
        await UntilAsync(owned.Run, journal => journal.Held.Contains(2));

        await AskAsync(owned.Run, new AbandonRequest("vscode", 2));
        await UntilAsync(owned.Run, journal => journal[2].IsDone);
        await AskAsync(owned.Run, new ContinueRequest("vscode"));
        await UntilAsync(owned.Run, journal => journal.Nodes.Count == 3);
        await AskAsync(owned.Run, new AbandonRequest("vscode", 3));
        Journal journal = await running;

        (journal[2].Failure!.Kind, journal[3].Failure!.Kind, journal[3].Failure!.Message, journal[4].IsValid).ShouldBe((FailureKind.Abandoned, FailureKind.NoAnswer, "given up by vscode", true));
    }

    [Fact]
    public async Task A_debugger_that_does_not_say_that_it_is_there_is_forgotten()
    {
        FakeTimeProvider clock = new();
        JournalBuilder run = new JournalBuilder().Node(Operator.Draft, null, 5);
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        await owned.AppendAsync([.. run.Events.Select(recorded => recorded.Event)], [], CancellationToken.None);
        Watches watches = new(_store, owned.Run, clock);
        WatchRequest watch = Watch(new StopSpec("draft"), new StopSpec("failure"));
        await watches.SetAsync(watch, run.Journal.Seq, CancellationToken.None);

        (await Begin()).ShouldBe(("1", "vscode", "Each Draft", 2));
        clock.Advance(0.9 * Watches.Lease);
        await watches.SetAsync(Watch([.. watch.Stops]), run.Journal.Seq, CancellationToken.None);
        clock.Advance(0.9 * Watches.Lease);
        (await Begin()).ShouldBe(("1", "vscode", "Each Draft", 3));
        clock.Advance(1.1 * Watches.Lease);
        (await Begin(), watches.IsAny).ShouldBe((null, false));

        async Task<(string, string, string, int?)?> Begin()
        {
            run.Begin(Operator.Draft);
            return await watches.TakeAsync([run.Events[^1]], CancellationToken.None);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_waits_for_a_debugger_that_is_gone_goes_on_by_itself(bool atBreakpoint)
    {
        LaterTime clock = new();
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        RunRequest asked = atBreakpoint ? Watch(new StopSpec("improve")) : new PauseRequest("vscode", "1");
        Task<Journal> running = Loop(owned.Run, asked, clock: clock).RunAsync(owned, new Budget(3, 600));
        await UntilAsync(owned.Run, journal => journal.IsPaused);

        // As long as it says that it is there, the run waits, by whatever else is asked meanwhile.
        clock.Ahead = 0.9 * Watches.Lease;
        await AskAsync(owned.Run, new WatchRequest("vscode", "1", []), new HintRequest("x", "one"));
        await UntilAsync(owned.Run, journal => journal.Hints.Count == 1);
        clock.Ahead = 1.7 * Watches.Lease;
        (await HintedTwiceAsync(owned.Run)).IsPaused.ShouldBeTrue();

        clock.Ahead = 3 * Watches.Lease;
        (await running).Nodes.Count.ShouldBe(3);
        (await EventsAsync(owned.Run)).OfType<RunContinued>().ShouldBe([new RunContinued("the run itself: vscode is gone")]);
    }

    [Theory]
    [InlineData("before")]
    [InlineData("after")]
    public async Task A_pause_of_a_persons_stays_when_a_debugger_is_gone(string when)
    {
        LaterTime clock = new();
        PauseRequest person = new("agentide runs --pause"), debugger = new("vscode", "1");
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        Task<Journal> running = Loop(owned.Run, when == "before" ? person : debugger, clock: clock).RunAsync(owned, new Budget(3, 600));
        await UntilAsync(owned.Run, journal => journal.IsPaused);
        await AskAsync(owned.Run, when == "before" ? debugger : person, new StepRequest("vscode"));
        await UntilAsync(owned.Run, journal => journal is { IsPaused: true, Nodes.Count: 2 });

        clock.Ahead = 3 * Watches.Lease;
        (await HintedTwiceAsync(owned.Run)).IsPaused.ShouldBeTrue();

        await AskAsync(owned.Run, new ContinueRequest("x"));
        (await running).Nodes.Count.ShouldBe(3);
    }

    [Fact]
    public void A_log_of_before_nodes_were_held_is_read_as_it_was()
    {
        RunJson.Read("run-paused", 1, "{\"by\":\"nvim\"}"u8).ShouldBe(new RunPaused("nvim"));
        RunJson.Read("run-continued", 1, "{\"by\":\"nvim\"}"u8).ShouldBe(new RunContinued("nvim"));
        JournalBuilder run = new JournalBuilder().Begin(Operator.Draft).Add(new RunPaused("vscode", 1, "Each Draft"));
        (run.Journal.IsPaused, run.Journal.Held.Single()).ShouldBe((true, 1));
        run.Add(new RunContinued("vscode", 1));
        (run.Journal.IsPaused, run.Journal.Held.Count).ShouldBe((false, 0));
        Should.Throw<RunStoreException>(() => run.Add(new RunPaused("vscode", 7)));
    }

    /// <summary>The run has looked for who is gone between the two.</summary>
    private async Task<Journal> HintedTwiceAsync(RunId run)
    {
        Journal journal = await UntilAsync(run, _ => true);
        for (int hints = journal.Hints.Count, more = 1; more <= 2; more++)
        {
            await AskAsync(run, new HintRequest("x", "more"));
            journal = await UntilAsync(run, now => now.Hints.Count == hints + more);
        }

        return journal;
    }

    private sealed class LaterTime : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
    }

    private static WatchRequest Watch(params StopSpec[] stops) => new("vscode", "1", [.. stops]);

    /// <summary>Each node's program is its score and a line that all have; each comes from the first, and is better than the one before.</summary>
    private ScriptedLoop Loop(RunId run, RunRequest? watch = null, int? hangs = null, int watchAt = 1, TimeProvider? clock = null) => new(
        _store,
        new ScriptedEngineer(async (assignment, cancellationToken) =>
        {
            if (assignment.Node == watchAt && watch is not null)
            {
                await _store.RequestAsync(run, watch, cancellationToken);
            }

            if (_gates.TryGetValue(assignment.Node, out TaskCompletionSource? gate))
            {
                await gate.Task.WaitAsync(cancellationToken);
            }

            return new Proposal($"plan {assignment.Node}", string.Create(CultureInfo.InvariantCulture, $"{6 - assignment.Node}\nshared = {assignment.Node > 0}\n"), [], null);
        }),
        clock ?? TimeProvider.System)
    {
        Choose = (journal, _) => journal.Nodes.IsEmpty ? new Decision(Operator.Draft, [], "first") : new Decision(journal[1].IsDone ? Operator.Improve : Operator.Draft, journal[1].IsDone ? [1] : [], "next"),
        Sandbox = new(async (spec, cancellationToken) =>
        {
            string code = Encoding.UTF8.GetString(spec.Code.Span);
            lock (_executed)
            {
                _executed.Add(code);
            }

            if (hangs is { } node && code.StartsWith(string.Create(CultureInfo.InvariantCulture, $"{6 - node}\n"), StringComparison.Ordinal))
            {
                await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return ScriptedSandbox.Ended(Ending.Cancelled);
            }

            return ScriptedSandbox.Left(code.Split('\n')[0]);
        }),
    };

    private async Task AskAsync(RunId run, params RunRequest[] requests)
    {
        foreach (RunRequest request in requests)
        {
            await _store.RequestAsync(run, request, CancellationToken.None);
        }
    }

    private async Task<Journal> UntilAsync(RunId run, Func<Journal, bool> condition)
    {
        CancellationToken patience = new WaitLimit().Token;
        while (true)
        {
            Journal journal = Journal.Empty.Apply((await _store.ReadAsync(run, 0, int.MaxValue, CancellationToken.None)).Events);
            if (condition(journal))
            {
                return journal;
            }

            await _store.WaitForNewsAsync(run, journal.Seq, Liveness.Live, patience);
        }
    }

    private async Task<RunEvent[]> EventsAsync(RunId run) => [.. (await _store.ReadAsync(run, 0, int.MaxValue, CancellationToken.None)).Events.Select(recorded => recorded.Event)];
}
