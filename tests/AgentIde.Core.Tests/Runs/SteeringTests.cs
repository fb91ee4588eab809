using System.Collections.Immutable;
using System.Text;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Core.Search;
using AgentIde.Testing;

namespace AgentIde.Core.Tests.Runs;

/// <summary>Whole runs that people steer: what they ask is in the log, once, and the run goes by it.</summary>
public sealed class SteeringTests
{
    private readonly MemoryRunStore _store = new("/nowhere", TimeProvider.System);

    /// <summary>What nodes come to, in order: a score, or a failure where it is no number.</summary>
    private ImmutableArray<string> _results = ["5", "3", "4", "6", "7", "8", "9", "10"];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_step_starts_one_node_and_pauses_when_it_has_ended(int workers)
    {
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        await AskAsync(owned.Run, new PauseRequest("nvim"));
        Task<Journal> running = Loop().RunAsync(owned, new Budget(8, 600), workers);
        int before = (await UntilAsync(owned.Run, IsAtRest)).Nodes.Count;

        await AskAsync(owned.Run, new StepRequest("nvim"));
        Journal stepped = await UntilAsync(owned.Run, journal => IsAtRest(journal) && journal.Nodes.Count > before);
        stepped.Nodes.Count.ShouldBe(before + 1);
        await AskAsync(owned.Run, new StepRequest("nvim"), new StepRequest("nvim"));
        Journal twice = await UntilAsync(owned.Run, journal => IsAtRest(journal) && journal.Nodes.Count > before + 1);
        twice.Nodes.Count.ShouldBe(before + 3);

        await AskAsync(owned.Run, new ContinueRequest("nvim"));
        Journal journal = await running;
        (journal.Nodes.Count, journal.Finished?.Ending).ShouldBe((8, RunEnding.NodesSpent));
        (await EventsAsync(owned.Run)).OfType<RunPaused>().Count().ShouldBe(3);
    }

    [Fact]
    public async Task A_step_of_a_run_that_is_not_paused_pauses_it_before_the_next_node()
    {
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        ScriptedEngineer engineer = new(async (assignment, _) =>
        {
            if (assignment.Node == 2)
            {
                await _store.RequestAsync(owned.Run, new StepRequest("nvim"), CancellationToken.None);
            }

            return Proposal(assignment);
        });
        Task<Journal> running = Loop(engineer).RunAsync(owned, new Budget(4, 600));
        (await UntilAsync(owned.Run, IsAtRest)).Nodes.Count.ShouldBe(2);
        await AskAsync(owned.Run, new ContinueRequest("nvim"));
        (await running).Nodes.Count.ShouldBe(4);
    }

    [Fact]
    public async Task A_step_whose_engineer_can_not_go_on_leaves_the_run_to_be_resumed()
    {
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        ScriptedEngineer engineer = new((assignment, _) => assignment.Node == 2 ? throw new EngineerException("The key is wrong.") : Task.FromResult<Proposal?>(Proposal(assignment)));
        await AskAsync(owned.Run, new PauseRequest("nvim"));
        Task<Journal> running = Loop(engineer).RunAsync(owned, new Budget(4, 600));
        await UntilAsync(owned.Run, IsAtRest);
        await AskAsync(owned.Run, new StepRequest("nvim"));
        Journal paused = await UntilAsync(owned.Run, journal => journal.Nodes.Count > 1 || journal is { IsPaused: true, Nodes.Count: 1 });
        if (paused.Nodes.Count == 1)
        {
            await AskAsync(owned.Run, new StepRequest("nvim"));
        }

        await ((Task)running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        running.Exception?.InnerException.ShouldBeOfType<EngineerException>().Message.ShouldBe("The key is wrong.");
        running.IsFaulted.ShouldBeTrue();
    }

    [Fact]
    public async Task A_branch_comes_before_what_the_policy_would_choose_and_brings_its_hint_to_the_engineer()
    {
        List<(int Node, Operator Operator, string Parents, string? Hint)> asked = [];
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        ScriptedEngineer engineer = new(async (assignment, _) =>
        {
            asked.Add((assignment.Node, assignment.Operator, string.Join(',', assignment.Parents), assignment.Journal[assignment.Node].Hint));
            if (assignment.Node == 3)
            {
                await _store.RequestAsync(owned.Run, new BranchRequest("nvim", 1, "  Try a log target.\n"), CancellationToken.None);
                await _store.RequestAsync(owned.Run, new BranchRequest("nvim", 2, null), CancellationToken.None);
                await _store.RequestAsync(owned.Run, new BranchRequest("nvim", 3, "it is under way"), CancellationToken.None);
                await _store.RequestAsync(owned.Run, new BranchRequest("nvim", 9, "it is not there"), CancellationToken.None);
            }

            return Proposal(assignment);
        });
        _results = ["5", "fails", "4", "6", "7", "8"];
        Journal journal = await Loop(engineer).RunAsync(owned, new Budget(6, 600));

        asked.ShouldBe(
        [
            (1, Operator.Draft, "", null), (2, Operator.Draft, "", null), (3, Operator.Draft, "", null),
            (4, Operator.Improve, "1", "Try a log target."), (5, Operator.Debug, "2", null), (6, Operator.Draft, "", null),
        ]);
        journal[4].Why.ShouldBe("nvim asked to go on from node 1 with a hint.");
        (journal.Asked.Count, journal.BranchesAsked, journal[1].Children.Single()).ShouldBe((0, 2, 4));
    }

    [Fact]
    public async Task A_hint_is_in_the_journal_of_each_engineer_from_then_on()
    {
        List<string> told = [];
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        ScriptedEngineer engineer = new(async (assignment, _) =>
        {
            told.Add(string.Join('|', assignment.Journal.Hints.Select(hint => hint.Text)));
            if (assignment.Node < 3)
            {
                await _store.RequestAsync(owned.Run, new HintRequest("nvim", $"hint {assignment.Node}"), CancellationToken.None);
                await _store.RequestAsync(owned.Run, new HintRequest("nvim", " \n "), CancellationToken.None);
            }

            return Proposal(assignment);
        });
        await Loop(engineer).RunAsync(owned, new Budget(3, 600));
        told.ShouldBe(["", "hint 1", "hint 1|hint 2"]);
    }

    [Fact]
    public async Task A_best_node_that_is_rejected_gives_way_to_the_next_best_and_is_never_the_result()
    {
        List<int?> best = [];
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        ScriptedEngineer engineer = new(async (assignment, _) =>
        {
            best.Add(assignment.Journal.Best);
            if (assignment.Node == 4)
            {
                await _store.RequestAsync(owned.Run, new RejectRequest("nvim", 2, "It leaks."), CancellationToken.None);
                await _store.RequestAsync(owned.Run, new RejectRequest("nvim", 2, "It leaks, I say."), CancellationToken.None);
            }

            return Proposal(assignment);
        });
        Journal journal = await Loop(engineer).RunAsync(owned, new Budget(5, 600));
        best.ShouldBe([null, 1, 2, 2, 3]);
        (journal.Choice?.Node, journal[2].Rejected).ShouldBe((3, new Rejection("nvim", "It leaks.")));
        (await EventsAsync(owned.Run)).OfType<NodeRejected>().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_node_that_is_rejected_while_it_is_under_way_is_not_the_best_when_it_ends()
    {
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        ScriptedEngineer engineer = new(async (assignment, _) =>
        {
            if (assignment.Node == 2)
            {
                await _store.RequestAsync(owned.Run, new RejectRequest("nvim", 2, null), CancellationToken.None);
            }

            return Proposal(assignment);
        });
        Journal journal = await Loop(engineer).RunAsync(owned, new Budget(3, 600));
        (journal[2].IsValid, journal.Best, journal.Choice?.Node).ShouldBe((true, 3, 3));
    }

    [Fact]
    public async Task A_run_whose_every_node_is_rejected_ends_without_a_result()
    {
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        ScriptedEngineer engineer = new(async (assignment, _) =>
        {
            await _store.RequestAsync(owned.Run, new RejectRequest("nvim", assignment.Node, null), CancellationToken.None);
            return Proposal(assignment);
        });
        Journal journal = await Loop(engineer).RunAsync(owned, new Budget(2, 600));
        (journal.Best, journal.Choice, journal.Finished?.Ending).ShouldBe((null, null, RunEnding.NodesSpent));
    }

    [Fact]
    public async Task A_restored_node_is_what_it_was()
    {
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        ScriptedEngineer engineer = new(async (assignment, _) =>
        {
            RunRequest? request = assignment.Node switch
            {
                3 => new RejectRequest("nvim", 2, null),
                4 => new RestoreRequest("nvim", 2),
                _ => null,
            };
            if (request is not null)
            {
                await AskAsync(owned.Run, request);
            }

            return Proposal(assignment);
        });
        Journal journal = await Loop(engineer).RunAsync(owned, new Budget(5, 600));
        (journal.Choice?.Node, journal[2].Rejected).ShouldBe((2, null));
    }

    [Fact]
    public void The_policy_takes_up_nothing_that_is_rejected()
    {
        JournalBuilder run = new();
        for (int draft = 0; draft < AideOptions.Default.Drafts; draft++)
        {
            run.Node(Operator.Draft, null, draft == 0 ? 1 : draft == 1 ? 2 : null);
        }

        run.Add(new NodeRejected(1, "nvim", null)).Add(new NodeRejected(3, "nvim", "no"));
        for (int node = 4; node < 40; node++)
        {
            new AidePolicy(AideOptions.Default).Choose(run.Journal, new Draws(1, node, "policy")).Parents.ShouldNotContain(parent => parent == 1 || parent == 3);
            new OperatorsPolicy(OperatorsOptions.Default).Choose(run.Journal, new Draws(1, node, "policy")).Parents.ShouldNotContain(parent => parent == 1 || parent == 3);
        }
    }

    [Fact]
    public void A_buggy_leaf_comes_back_with_its_node_unless_somebody_mended_it()
    {
        JournalBuilder run = new();
        run.Node(Operator.Draft, null, null).Node(Operator.Draft, null, null).Node(Operator.Draft, null, null);
        run.Begin(Operator.Debug, 2).Add(new NodeFailed(4, new Failure(FailureKind.NoAnswer, "nothing", null, null))).Node(Operator.Debug, 3, 1.0);
        run.Journal.BuggyLeaves.ShouldBe([1, 2]);
        run.Add(new NodeRejected(1, "nvim", null)).Add(new NodeRejected(2, "nvim", null)).Add(new NodeRejected(3, "nvim", null));
        run.Journal.BuggyLeaves.ShouldBeEmpty();
        run.Add(new NodeRestored(1, "nvim")).Add(new NodeRestored(2, "nvim")).Add(new NodeRestored(3, "nvim"));
        run.Journal.BuggyLeaves.ShouldBe([1, 2]);
        run.Begin(Operator.Debug, 3).Add(new NodeFailed(6, new Failure(FailureKind.NoAnswer, "nothing", null, null)));
        run.Journal.BuggyLeaves.ShouldBe([1, 2]);
    }

    [Fact]
    public void A_log_that_answers_what_nobody_asked_for_or_rejects_twice_does_not_fold()
    {
        JournalBuilder run = new JournalBuilder().Node(Operator.Draft, null, 1);
        Should.Throw<RunStoreException>(() => run.Add(new NodeStarted(2, Operator.Improve, [1], "asked", [], Asked: 1)));
        Should.Throw<RunStoreException>(() => run.Add(new NodeRestored(1, "nvim")));
        Should.Throw<RunStoreException>(() => run.Add(new BranchAsked(7, "nvim", null)));
        run.Add(new BranchAsked(1, "nvim", "a hint")).Add(new NodeRejected(1, "nvim", null));
        Should.Throw<RunStoreException>(() => run.Add(new NodeRejected(1, "nvim", null)));
        run.Add(new NodeStarted(2, Operator.Improve, [1], "asked", [], Asked: 1));
        Should.Throw<RunStoreException>(() => run.Add(new NodeStarted(3, Operator.Improve, [1], "asked", [], Asked: 1)));
        run.Journal[2].Hint.ShouldBe("a hint");
    }

    [Fact]
    public async Task A_branch_of_a_run_that_has_no_node_left_for_it_brings_its_own()
    {
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        ScriptedEngineer engineer = new(async (assignment, _) =>
        {
            if (assignment.Node == 3)
            {
                await AskAsync(owned.Run, new BranchRequest("nvim", 1, null), new BranchRequest("nvim", 2, "slowly"));
            }

            return Proposal(assignment);
        });

        Journal journal = await Loop(engineer).RunAsync(owned, new Budget(3, 600));

        journal.ShouldSatisfyAllConditions(
            () => (journal.Nodes.Count, journal.Settings!.Budget.Nodes, journal.Asked.Count, journal.Finished?.Ending).ShouldBe((5, 5, 0, RunEnding.NodesSpent)),
            () => journal.Nodes.Skip(3).Select(node => node.Parent).ShouldBe([1, 2]));
        (await EventsAsync(owned.Run)).OfType<BudgetChanged>().ShouldBe([new BudgetChanged("nvim", new Budget(4, 600)), new BudgetChanged("nvim", new Budget(5, 600))]);
    }

    [Fact]
    public async Task What_is_asked_of_a_run_that_nobody_owns_is_recorded_at_once_and_the_resumed_run_goes_by_it()
    {
        RunId run = await LeftAsync();
        await RunDecisions.RecordAsync(_store, run, new HintRequest("agentide hint", "Mind the outliers."), CancellationToken.None);
        await RunDecisions.RecordAsync(_store, run, new BranchRequest("agentide branch", 1, "Try a blend."), CancellationToken.None);
        await RunDecisions.RecordAsync(_store, run, new RejectRequest("agentide reject", 2, "It leaks."), CancellationToken.None);
        await RunDecisions.RecordAsync(_store, run, new StepRequest("agentide runs"), CancellationToken.None);
        Journal waiting = await JournalAsync(run);
        waiting.ShouldSatisfyAllConditions(
            () => waiting.Hints.ShouldBe([new Hint("agentide hint", "Mind the outliers.")]),
            () => waiting.Asked.ShouldBe([new AskedBranch(1, 1, "agentide branch", "Try a blend.")]),
            () => (waiting.Best, waiting[2].Rejected?.Why, waiting.IsPaused).ShouldBe((1, "It leaks.", false)));

        await using OwnedRun owned = await _store.TakeAsync(run, CancellationToken.None);
        (await owned.ReadRequestsAsync(CancellationToken.None)).ShouldBeEmpty();
        Journal journal = await Loop().RunAsync(owned, new Budget(4, 600));
        (journal[4].Parent, journal[4].Hint, journal.Choice?.Node).ShouldBe((1, "Try a blend.", 3));
        await RunDecisions.RecordAsync(_store, run, new HintRequest("agentide hint", "Too late."), CancellationToken.None);
        (await JournalAsync(run)).Hints.Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_is_asked_is_taken_once_although_its_owner_died_before_it_could_remove_it()
    {
        RunId run = await LeftAsync();
        ImmutableArray<RunRequest> asked =
            [new HintRequest("nvim", "Mind the outliers."), new BranchRequest("nvim", 1, "Try a blend."), new RejectRequest("nvim", 2, null), new RestoreRequest("nvim", 2), new RejectRequest("nvim", 2, "It leaks.")];
        await AskAsync(run, [.. asked]);
        for (int appends = 1; appends <= asked.Length; appends++)
        {
            // One to say that it goes on, then one for what is new; the next owner finds what this one recorded and did not remove.
            await using OwnedRun dying = new DyingRun(await _store.TakeAsync(run, CancellationToken.None), 1, written: true);
            await Should.ThrowAsync<RunStoreException>(() => Loop().RunAsync(dying, new Budget(4, 600)));
        }

        await using OwnedRun owned = await _store.TakeAsync(run, CancellationToken.None);
        Journal journal = await Loop().RunAsync(owned, new Budget(4, 600));
        (journal.Hints.Count, journal.BranchesAsked, journal[2].Rejected?.Why, journal.Nodes.Count(node => node.Hint is not null)).ShouldBe((1, 1, "It leaks.", 1));
        (await EventsAsync(run)).Count(@event => @event is HintGiven or BranchAsked or NodeRejected or NodeRestored).ShouldBe(asked.Length);
    }

    [Fact]
    public async Task The_log_of_a_steered_run_folds_to_the_journal_that_it_finished_with()
    {
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        ScriptedEngineer engineer = new(async (assignment, _) =>
        {
            if (assignment.Node == 2)
            {
                await AskAsync(owned.Run, new HintRequest("nvim", "„Log“ \u0001"), new BranchRequest("nvim", 1, "Try a blend."), new RejectRequest("nvim", 1, "It leaks."), new BranchRequest("nvim", 1, "never come to"));
            }

            return Proposal(assignment);
        });
        Journal journal = await Loop(engineer).RunAsync(owned, new Budget(3, 600));
        ImmutableArray<RecordedEvent> events = (await _store.ReadAsync(owned.Run, 0, int.MaxValue, CancellationToken.None)).Events;
        Journal again = Journal.Empty.Apply(events.Where(recorded => recorded.Event is not RunFinished and not PrivateScored).Select(Again));
        Digest.Of(RunJson.WriteCanonical(again)).ShouldBe(journal.Finished!.Journal);
        string canonical = Encoding.UTF8.GetString(RunJson.WriteCanonical(again));
        canonical.ShouldContain("\"rejected\"");
        canonical.ShouldContain("Try a blend.");
        canonical.ShouldContain("never come to");
    }

    [Fact]
    public void What_would_come_to_nothing_is_refused_in_a_sentence_that_says_why()
    {
        JournalBuilder run = new JournalBuilder().Begin(Operator.Draft).Propose(new Proposal("plan", "1", [], null)).Score(1).Begin(Operator.Draft);
        run.Node(Operator.Draft, null, null);
        Refusal(new HintRequest("x", " \n")).ShouldBe("The hint is empty.");
        Refusal(new HintRequest("x", new string('a', 4_001))).ShouldBe("The hint has 4,001 characters, and at most 4,000 are taken: say it shorter.");
        Refusal(new HintRequest("x", new string('a', 4_000) + "\n")).ShouldBeNull();
        Refusal(new BranchRequest("x", 1, null)).ShouldBeNull();
        Refusal(new BranchRequest("x", 1, "")).ShouldBe("The hint is empty.");
        Refusal(new BranchRequest("x", 2, null)).ShouldBe("Node 2 is under way: nothing can come from it before it has ended.");
        Refusal(new BranchRequest("x", 3, null)).ShouldBe("Node 3 has no code: nothing can come from it.");
        Refusal(new BranchRequest("x", 4, null)).ShouldBe("sample-1 has no node 4: it has 3.");
        Refusal(new RejectRequest("x", 2, null)).ShouldBeNull();
        Refusal(new RestoreRequest("x", 1)).ShouldBe("Node 1 is not rejected.");
        run.Add(new NodeRejected(1, "nvim", null));
        Refusal(new RejectRequest("x", 1, null)).ShouldBe("Node 1 is rejected already, by nvim.");
        Refusal(new RestoreRequest("x", 1)).ShouldBeNull();
        run.Add(new SolutionChosen(1, "best", RunEnding.Stopped));
        Refusal(new HintRequest("x", "too late")).ShouldBe("sample-1 has chosen node 1 as its result already: it comes too late.");
        run.Add(new RunFinished(RunEnding.Stopped, "asked to", Digest.Of("journal")));
        Refusal(new StepRequest("x")).ShouldBe("sample-1 has finished: nothing can be asked of it any more.");

        string? Refusal(RunRequest request) => RunDecisions.Refusal(run.Journal, request);
    }

    private static RecordedEvent Again(RecordedEvent recorded)
    {
        (string kind, int version, byte[] payload) = RunJson.Write(recorded.Event);
        return recorded with { Event = RunJson.Read(kind, version, payload) };
    }

    /// <summary>A run that nobody owns: nodes 1 and 2 have 5 and 3, node 3 is thought about.</summary>
    private async Task<RunId> LeftAsync()
    {
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        ScriptedEngineer engineer = new((assignment, _) => assignment.Node == 3 ? throw new EngineerException("The key is wrong.") : Task.FromResult<Proposal?>(Proposal(assignment)));
        ScriptedLoop loop = Loop(engineer);
        await Should.ThrowAsync<EngineerException>(() => loop.RunAsync(owned, new Budget(4, 600)));
        return owned.Run;
    }

    private ScriptedLoop Loop(IEngineer? engineer = null) =>
        new(_store, engineer ?? new ScriptedEngineer((assignment, _) => Task.FromResult<Proposal?>(Proposal(assignment))), TimeProvider.System)
        {
            Sandbox = new((spec, _) => Task.FromResult(Encoding.UTF8.GetString(spec.Code.Span) is var code && code.StartsWith("fails", StringComparison.Ordinal)
                ? ScriptedSandbox.Ended(Ending.Exited)
                : ScriptedSandbox.Left(code))),
        };

    private Proposal Proposal(Assignment assignment) =>
        new($"plan {assignment.Node}", _results[assignment.Node - 1] + new string(' ', assignment.Node), [], null);

    private async Task AskAsync(RunId run, params RunRequest[] requests)
    {
        foreach (RunRequest request in requests)
        {
            await _store.RequestAsync(run, request, CancellationToken.None);
        }
    }

    private static bool IsAtRest(Journal journal) => journal.IsPaused && !journal.UnderWay.Any();

    private async Task<Journal> UntilAsync(RunId run, Func<Journal, bool> condition)
    {
        CancellationToken patience = new WaitLimit().Token;
        while (true)
        {
            Journal journal = await JournalAsync(run);
            if (condition(journal))
            {
                return journal;
            }

            await _store.WaitForNewsAsync(run, journal.Seq, Liveness.Live, patience);
        }
    }

    private async Task<Journal> JournalAsync(RunId run) => Journal.Empty.Apply((await _store.ReadAsync(run, 0, int.MaxValue, CancellationToken.None)).Events);

    private async Task<IEnumerable<RunEvent>> EventsAsync(RunId run) => (await _store.ReadAsync(run, 0, int.MaxValue, CancellationToken.None)).Events.Select(recorded => recorded.Event);
}
