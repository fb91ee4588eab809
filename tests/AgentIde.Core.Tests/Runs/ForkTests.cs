using System.Collections.Immutable;
using System.Text;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Core.Search;
using AgentIde.Core.Stepping;
using AgentIde.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AgentIde.Core.Tests.Runs;

/// <summary>Runs that go on from finished ones, which stay as they are.</summary>
public sealed class ForkTests
{
    private readonly MemoryRunStore _store = new("/nowhere", TimeProvider.System);

    [Fact]
    public async Task A_branch_of_a_finished_run_is_the_next_node_of_one_that_begins_with_all_that_it_came_to()
    {
        Journal origin = await FinishedAsync();
        RecordedEvent[] before = await EventsAsync(origin.Settings!.Run);

        RunId run = await RunForks.MakeAsync(_store, origin, RunForks.Extended(origin, 2, 60), new BranchRequest("agentide branch", 1, "halve it", null, "2"), CancellationToken.None);
        Journal journal = await GoOnAsync(run);

        (await EventsAsync(origin.Settings.Run)).ShouldBe(before);
        journal.ShouldSatisfyAllConditions(
            () => (journal.Settings!.Fork! with { Elapsed = null }).ShouldBe(new RunFork(origin.Settings.Run, origin.Finished!.Journal, Math.Ceiling(origin.Spent.TotalMilliseconds) / 1000)),
            () => (journal.Nodes.Count, journal.Settings!.Budget.Nodes).ShouldBe((5, 5)),
            () => (journal[4].Parent, journal[4].Author, journal[4].Score!.Value, journal[4].Score!.Comparisons[0]).ShouldBe((1, "agentide branch", 2, new Comparison(1, 3, 0.01))),
            () => journal.Choice!.Node.ShouldBe(5),
            () => journal.Spent.ShouldBeGreaterThan(origin.Spent),
            () => journal.Nodes.Take(3).Select(Shown).ShouldBe(origin.Nodes.Select(Shown)));
        Encoding.UTF8.GetString((await _store.ReadBlobAsync(run, journal[3].Code!.Value, CancellationToken.None)).Span).ShouldBe("3");

        static string Shown(Node node) => Encoding.UTF8.GetString(RunJson.Write(node with { Children = [] }));
    }

    [Fact]
    public async Task At_each_place_that_was_copied_time_and_budget_are_spent_as_they_were_there()
    {
        MemoryRunStore store = new("/nowhere", new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromSeconds(10) });
        ScriptedRun scripted = await ScriptedRun.StartAsync(store, nodes: 4);
        await scripted.AddValidAsync(Operator.Draft, null, "one", "1", 0.5);
        await scripted.AppendAsync([new RunPaused("x")]);
        await scripted.AppendAsync([new RunContinued("x")]);
        await scripted.AddValidAsync(Operator.Improve, 1, "two", "2", 0.4);
        await scripted.FinishAsync();
        Journal origin = scripted.Journal;

        RunId run = await RunForks.MakeAsync(store, origin, RunForks.Extended(origin, 2, 60), new BranchRequest("x", 1, null), CancellationToken.None);

        RunHistory was = await HistoryAsync(store, origin.Settings!.Run), now = await HistoryAsync(store, run);
        List<(string Kind, double Seconds, int Nodes)> before = Places(was, last: was.Length - 2), after = Places(now, last: now.Length - 1);
        after.ShouldBe(before.Where(place => place.Kind is not ("run-paused" or "run-continued")));
        after.Select(place => place.Seconds).Distinct().Count().ShouldBeGreaterThan(6);
        (after[0].Seconds, now.Head.Spent, now.At(now.HalfSpent!.Value).Nodes.Count).ShouldBe((0, origin.Spent, 2));

        RunEvent old = new RunStarted(now.At(1).Settings! with { Fork = new RunFork(run, Digest.Of("journal"), 70) }, now.At(1).Task!, now.At(1).Sandbox);
        Journal.Empty.Apply(new RecordedEvent(1, default, 1, old)).Spent.TotalSeconds.ShouldBe(70);
    }

    [Fact]
    public async Task What_ended_the_old_search_does_not_end_the_new_one()
    {
        Journal origin = await FinishedAsync(exhausted: true);
        (origin.Finished!.Ending, origin.Nodes.Count).ShouldBe((RunEnding.EngineerExhausted, 4));

        RunId run = await RunForks.MakeAsync(_store, origin, RunForks.Extended(origin, 1, 60), new BranchRequest("vscode", 2, "more"), CancellationToken.None);
        Journal journal = await GoOnAsync(run);

        (journal[4].Failure?.Kind, journal[5].Parent, journal[5].Hint, journal[5].Score?.Value, journal.Finished?.Ending)
            .ShouldBe((FailureKind.NoAnswer, 2, "more", 1, RunEnding.NodesSpent));
    }

    [Fact]
    public async Task Calls_to_models_are_counted_in_the_new_run_and_not_a_second_time_for_the_day()
    {
        DateOnly day = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        Journal origin = await FinishedAsync(reserved: new CallReserved(1, 1, "openai:gpt-5.1", Digest.Of("prompt"), new TokenUsage(10, 0, 20, 0), 0.5m, day));

        RunId run = await RunForks.MakeAsync(_store, origin, RunForks.Extended(origin, 1, 60), new BranchRequest("vscode", 1, null), CancellationToken.None);

        Journal journal = Journal.Empty.Apply(await EventsAsync(run));
        (journal.Spending.Calls, journal[1].Calls[0].Day, journal[1].Calls[0].Dollars, origin[1].Calls[0].Day).ShouldBe((1, null, 0.4m, day));
        Encoding.UTF8.GetString((await _store.ReadBlobAsync(run, Digest.Of("prompt"), CancellationToken.None)).Span).ShouldBe("prompt");
    }

    [Fact]
    public async Task A_run_that_goes_on_can_be_branched_once_it_has_finished_itself_and_limits_alone_let_it_search_on()
    {
        Journal origin = await FinishedAsync();
        BudgetRequest more = new("agentide budget", 5, null);
        Journal second = await GoOnAsync(await RunForks.MakeAsync(_store, origin, RunForks.Extended(origin, more), more, CancellationToken.None));
        (second.Nodes.Count, second.Choice!.Node).ShouldBe((5, 5));

        Journal third = await GoOnAsync(await RunForks.MakeAsync(_store, second, RunForks.Extended(second, 1, 60), new BranchRequest("nvim", 5, null), CancellationToken.None));
        (third.Nodes.Count, third[6].Parent, third.Settings!.Fork!.Run).ShouldBe((6, 5, second.Settings!.Run));
    }

    [Fact]
    public async Task What_can_not_go_on_is_refused_in_a_sentence()
    {
        Journal origin = await FinishedAsync();
        RunForks.Refusal(origin, new BranchRequest("x", 9, null)).ShouldBe("sample-1 has no node 9: it has 3.");
        RunForks.Refusal(origin, new BudgetRequest("x", 2, null)).ShouldBe("sample-1 has started 3 nodes already: it can't have fewer.");
        RunForks.Refusal(origin, new BranchRequest("x", 1, null)).ShouldBeNull();
        RunForks.IsFor(origin, new HintRequest("x", "too late")).ShouldBeFalse();
        RunForks.Refusal(new JournalBuilder().Journal).ShouldBe("sample-1 has not finished: it goes on itself.");
        RunForks.Refusal(Journal.Empty).ShouldBe("The run never began: nothing can go on from it.");
        Journal imported = origin with { };
        RunOrigin aide = new("AIDE", "journal.json", Digest.Of("file"), "as its own code measured it", []);
        RunForks.Refusal(Journal.Empty.Apply(new RecordedEvent(1, DateTimeOffset.UnixEpoch, 1, new RunStarted(imported.Settings! with { Origin = aide }, imported.Task!, null)))).ShouldBe(aide.Refusal(imported.Settings!.Run));
    }

    /// <summary>Three nodes that come to 5, 4 and 3; a fourth where nothing is left to propose.</summary>
    private async Task<Journal> FinishedAsync(bool exhausted = false, CallReserved? reserved = null)
    {
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        ScriptedEngineer engineer = new((assignment, _) => Task.FromResult(assignment.Node > 3 ? null : new Proposal($"plan {assignment.Node}", $"{6 - assignment.Node}", [], null)));
        Journal journal = await Loop(engineer).RunAsync(owned, new Budget(exhausted ? 9 : 3, 600));
        return reserved is null ? journal : await WithCallAsync(journal, reserved);
    }

    /// <summary>The same run once more, with a call that was made for its first node.</summary>
    private async Task<Journal> WithCallAsync(Journal journal, CallReserved reserved)
    {
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        Journal copy = Journal.Empty;
        foreach (RecordedEvent recorded in await EventsAsync(journal.Settings!.Run))
        {
            RunEvent @event = recorded.Event is RunStarted started ? started with { Settings = started.Settings with { Run = owned.Run } } : recorded.Event;
            copy = copy.Apply(await owned.AppendAsync([@event], await BlobsAsync(journal.Settings.Run, @event), CancellationToken.None));
            if (recorded.Event is NodeStarted { Node: 1 })
            {
                copy = copy.Apply(await owned.AppendAsync(
                    [reserved, new CallEnded(1, 1, Digest.Of("answer"), null, null, "", new TokenUsage(10, 0, 9, 0), 0.4m, 1)], [Blob.Of("prompt"), Blob.Of("answer")], CancellationToken.None));
            }
        }

        return copy;
    }

    private async Task<ImmutableArray<Blob>> BlobsAsync(RunId run, RunEvent @event)
    {
        Digest?[] digests = @event switch
        {
            NodeProposed proposed => [proposed.Code],
            ExecutionEnded ended => [ended.Execution.Output, ended.Execution.Submission],
            _ => [],
        };
        List<Blob> blobs = [];
        foreach (Digest digest in digests.OfType<Digest>())
        {
            blobs.Add(Blob.Of(await _store.ReadBlobAsync(run, digest, CancellationToken.None)));
        }

        return [.. blobs];
    }

    /// <summary>As a new process does: each node is one better than the one before.</summary>
    private async Task<Journal> GoOnAsync(RunId run)
    {
        await using OwnedRun owned = await _store.TakeAsync(run, CancellationToken.None);
        Journal begun = Journal.Empty.Apply(await EventsAsync(run));
        ScriptedEngineer engineer = new((assignment, _) => Task.FromResult<Proposal?>(new Proposal($"plan {assignment.Node}", $"{6 - assignment.Node}", [], null)));
        return await Loop(engineer).RunAsync(owned, begun.Settings!.Budget);
    }

    private ScriptedLoop Loop(IEngineer engineer) => new(_store, engineer, TimeProvider.System)
    {
        Sandbox = new((spec, _) => Task.FromResult(ScriptedSandbox.Left(Encoding.UTF8.GetString(spec.Code.Span)))),
        Choose = (journal, _) => new Decision(Operator.Draft, [], "the test's turn"),
    };

    private async Task<RecordedEvent[]> EventsAsync(RunId run) => [.. (await _store.ReadAsync(run, 0, int.MaxValue, CancellationToken.None)).Events];

    private static List<(string Kind, double Seconds, int Nodes)> Places(RunHistory history, long last) =>
        [.. Enumerable.Range(1, (int)last).Select(seq => (RunJson.KindOf(history[seq].Event), history.At(seq).Spent.TotalSeconds, history.At(seq).Nodes.Count))];

    private static async Task<RunHistory> HistoryAsync(MemoryRunStore store, RunId run)
    {
        RunHistory history = new();
        foreach (RecordedEvent recorded in (await store.ReadAsync(run, 0, int.MaxValue, CancellationToken.None)).Events)
        {
            history.Append(recorded);
        }

        return history;
    }
}
