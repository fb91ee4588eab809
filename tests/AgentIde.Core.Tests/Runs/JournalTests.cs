using System.Text;
using AgentIde.Core.Auditing;
using AgentIde.Core.Engineering;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Core.Tests.Runs;

public sealed class JournalTests
{
    private static readonly DateTimeOffset At = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Failure Failure = new(FailureKind.Exception, "KeyError: 'z'", 4, "Traceback …");
    private static readonly Digest Code = Digest.Of("print()");
    private static readonly ExecutionRecord Execution = new(Ending.Exited, 0, null, false, 1.5, 1.25, 1 << 20, Digest.Of("score: 1"), Digest.Of("id,x"), null, 0.1);

    public static TheoryData<string> UnfitEvents => [.. Unfit.Keys];

    private static Dictionary<string, (RunEvent Event, string Says)> Unfit { get; } = new()
    {
        ["a second start"] = (new RunStarted(new JournalBuilder().Journal.Settings!, Samples.Task("rmse"), new SandboxReport("none", "1", "Python", [])), "starts once"),
        ["a node that skips a number"] = (new NodeStarted(3, Operator.Draft, [], "chosen", []), "Node 3 follows node 1"),
        ["a node that is there already"] = (new NodeStarted(1, Operator.Draft, [], "chosen", []), "Node 1 follows node 1"),
        ["a parent that is not there"] = (new NodeStarted(2, Operator.Improve, [7], "chosen", []), "no node 7"),
        ["a proposal for nobody"] = (new NodeProposed(2, "plan", Code, [], null, null), "no node 2"),
        ["the code of a node that is not there"] = (new NodeProposed(1, "plan", Code, [], null, 2), "no node 2"),
        ["its own code"] = (new NodeProposed(1, "plan", Code, [], null, 1), "Node 1 is said to have the code of node 1, which has another"),
        ["a second attempt before the first"] = (new ExecutionStarted(1, 2, ExecutionPurpose.Search), "Attempt 2 to execute node 1 follows attempt 0"),
        ["a second refit before the first"] = (new ExecutionStarted(1, 2, ExecutionPurpose.Refit), "Attempt 2 to execute node 1 follows attempt 0"),
        ["an execution of nobody"] = (new ExecutionStarted(2, 1, ExecutionPurpose.Search), "no node 2"),
        ["an execution of nobody once more"] = (new ExecutionStarted(int.MaxValue, 1, ExecutionPurpose.Refit), "no node 2147483647"),
        ["a score for nobody"] = (new NodeScored(0, new Score(1, ScoreKind.Verified, 0.1, null, [])), "no node 0"),
        ["a failure for nobody"] = (new NodeFailed(-1, Failure), "no node -1"),
        ["an end without a beginning"] = (new ExecutionEnded(1, 1, ExecutionPurpose.Search, Execution), "did not begin"),
        ["an abandonment without a beginning"] = (new ExecutionAbandoned(1, 1, ExecutionPurpose.Refit, "killed"), "did not begin"),
        ["a refit before the choice"] = (new SolutionRefitted(1, true, 0.99, Code, "agrees"), "before the choice"),
        ["a second holdout before the choice"] = (new SecondHoldoutOpened(1, 0.1, 0.01, 250), "before the choice"),
        ["a call that skips a number"] = (new CallReserved(1, 2, "m", Code, TokenUsage.None, null, default), "Call 2 follows call 0"),
        ["a call for nobody"] = (new CallReserved(2, 1, "m", Code, TokenUsage.None, null, default), "no node 2"),
        ["an answer that nobody has left"] = (new NodeStarted(2, Operator.Draft, [], "chosen", [], new SampleOf(1, 1)), "takes an answer that nobody has left"),
        ["answers that were not given"] = (new NodeProposed(1, "plan", Code, [], null, null, null, 1, [2]), "leaves answers that it does not have"),
        ["a call that is heard without a beginning"] = (new CallWritten(1, 1, "", "", 0), "is heard that is not under way"),
        ["an end of a call without a beginning"] = (new CallEnded(1, 1, null, null, CallProblem.Busy, "", TokenUsage.None, null, 0), "did not begin"),
        ["a try on a fresh split without finalists"] = (new FinalistTried(1, 0.1, 0.01, null, null), "Node 1 is no finalist"),
        ["an execution on a fresh split without finalists"] = (new ExecutionStarted(1, 1, ExecutionPurpose.Fresh), "Node 1 is no finalist"),
        ["an execution on a fold that is none"] = (new ExecutionStarted(1, 1, ExecutionPurpose.Fold, null, 1), "executed on fold 1, which is none"),
        ["an execution on a fold without its number"] = (new ExecutionStarted(1, 1, ExecutionPurpose.Fold), "executed on fold ?, which is none"),
        ["a score over all folds of a node without one"] = (new NodeFolded(1, 0.1, 0.01, 600, []), "comes to an end on the folds once, after its score and before the choice"),
        ["a failure on a fold of a node without a score"] = (new NodeFoldFailed(1, 2, "no"), "comes to an end on the folds once"),
        ["a finalist without a score"] = (new FinalistsNamed([1, 1], RunEnding.NodesSpent, 250, Code), "several nodes, each with a score"),
        ["a choice of nobody"] = (new SolutionChosen(5, "best", RunEnding.NodesSpent), "no node 5"),
    };

    [Theory]
    [MemberData(nameof(UnfitEvents))]
    public void Refuses_an_event_that_does_not_fit(string name)
    {
        JournalBuilder run = new JournalBuilder().Begin(Operator.Draft);

        Should.Throw<RunStoreException>(() => run.Add(Unfit[name].Event)).Message.ShouldContain(Unfit[name].Says);
    }

    [Fact]
    public void The_second_holdout_is_opened_once_and_for_the_chosen_node()
    {
        JournalBuilder run = new JournalBuilder().Begin(Operator.Draft).Score(0.2).Begin(Operator.Draft).Score(0.1);
        run.Add(new SolutionChosen(2, "best", RunEnding.NodesSpent));
        const string once = "The second holdout is opened once, for the chosen node.";
        Should.Throw<RunStoreException>(() => run.Add(new SecondHoldoutOpened(1, 0.2, 0.01, 250))).Message.ShouldContain(once);
        run.Add(new SecondHoldoutOpened(2, 0.11, 0.02, 250));
        Should.Throw<RunStoreException>(() => run.Add(new SecondHoldoutOpened(2, 0.11, 0.02, 250))).Message.ShouldContain(once);
        run.Journal.Choice.ShouldNotBeNull().Second.ShouldBe(new SecondHoldoutOpened(2, 0.11, 0.02, 250));
    }

    [Fact]
    public void Finalists_are_named_once_and_each_is_tried_once_before_the_choice()
    {
        JournalBuilder run = new JournalBuilder().Begin(Operator.Draft).Score(0.2).Begin(Operator.Draft).Score(0.1).Begin(Operator.Draft).Score(0.3);
        FinalistsNamed named = new([2, 1], RunEnding.TimeSpent, 250, Code);
        run.Add(named).Add(new ExecutionStarted(2, 1, ExecutionPurpose.Fresh));
        run.Journal.IsSearched.ShouldBeTrue();
        Should.Throw<RunStoreException>(() => run.Add(named)).Message.ShouldContain("Finalists are named once, before the choice.");
        Should.Throw<RunStoreException>(() => run.Add(new ExecutionStarted(3, 1, ExecutionPurpose.Fresh))).Message.ShouldContain("Node 3 is no finalist");
        run.Add(new ExecutionAbandoned(2, 1, ExecutionPurpose.Fresh, "the process died"));
        Should.Throw<RunStoreException>(() => run.Add(new ExecutionStarted(2, 1, ExecutionPurpose.Fresh))).Message.ShouldContain("follows attempt 1");
        run.Add(new ExecutionStarted(2, 2, ExecutionPurpose.Fresh)).Add(new ExecutionEnded(2, 2, ExecutionPurpose.Fresh, Execution));
        run.Add(new FinalistTried(2, 0.11, 0.02, null, null));
        Should.Throw<RunStoreException>(() => run.Add(new FinalistTried(2, 0.1, 0.02, null, null))).Message.ShouldContain("Node 2 is tried on a fresh split once");
        Finalist finalist = run.Journal.FinalRound.ShouldNotBeNull().Of(2).ShouldNotBeNull();
        (finalist.Attempts, finalist.Execution, finalist.Result?.Score).ShouldBe((2, Execution, 0.11));
        (run.Journal[2].Attempts, run.Journal[2].Execution).ShouldBe((0, null), "what the search executed stays as it was");
        run.Add(new SolutionChosen(2, "best", RunEnding.TimeSpent));
        Should.Throw<RunStoreException>(() => run.Add(new FinalistTried(1, 0.1, 0.02, null, null))).Message.ShouldContain("before the choice");
        Encoding.UTF8.GetString(RunJson.WriteCanonical(run.Journal)).ShouldContain("\"finalists\"");
    }

    public static TheoryData<string> UnfitAttempts => [.. Attempts.Keys];

    private static Dictionary<string, (RunEvent Event, string Says)> Attempts { get; } = new()
    {
        ["a beginning while it is executed"] = (new ExecutionStarted(1, 2, ExecutionPurpose.Search), "Node 1 is executed while it is executed"),
        ["the same attempt again"] = (new ExecutionStarted(1, 1, ExecutionPurpose.Search), "Attempt 1 to execute node 1 follows attempt 1"),
        ["an end of another attempt"] = (new ExecutionEnded(1, 2, ExecutionPurpose.Search, Execution), "Attempt 2 to execute node 1 ends that did not begin"),
        ["an abandonment of another attempt"] = (new ExecutionAbandoned(1, 0, ExecutionPurpose.Search, "killed"), "Attempt 0 to execute node 1 ends that did not begin"),
        ["the output of another attempt"] = (new OutputWritten(1, 7, ExecutionPurpose.Search, "fold 1"), "Node 1 writes without being executed"),
        ["a second proposal"] = (new NodeProposed(1, "plan", Code, [], null, null), "Node 1 is proposed twice"),
        ["the code of a node with another"] = (new NodeProposed(2, "plan", Digest.Of("other"), [], null, 1), "Node 2 is said to have the code of node 1, which has another"),
    };

    [Theory]
    [MemberData(nameof(UnfitAttempts))]
    public void Refuses_what_does_not_fit_an_execution_under_way(string name)
    {
        JournalBuilder run = new JournalBuilder().Begin(Operator.Draft).Begin(Operator.Draft).Add(new NodeProposed(1, "plan", Code, [], null, null)).Add(new ExecutionStarted(1, 1, ExecutionPurpose.Search));

        Should.Throw<RunStoreException>(() => run.Add(Attempts[name].Event)).Message.ShouldBe($"The run's log does not fit together: {Attempts[name].Says}.");
    }

    [Fact]
    public void What_has_the_code_of_a_node_that_has_the_code_of_another_was_executed_there()
    {
        // Nodes under way at once: the third had its score before the second had its code.
        JournalBuilder run = new JournalBuilder().Begin(Operator.Draft).Begin(Operator.Draft).Begin(Operator.Draft)
            .Add(new NodeProposed(3, "plan", Code, [], null, null)).Add(new NodeProposed(2, "plan", Code, [], null, 3)).Add(new NodeProposed(1, "plan", Code, [], null, 2));

        run.Journal.Executed(1).Id.ShouldBe(3);
    }

    [Fact]
    public void Refuses_a_log_with_a_gap_or_without_a_beginning()
    {
        JournalBuilder run = new();

        Should.Throw<RunStoreException>(() => run.Journal.Apply(new RecordedEvent(5, At, 1, new RunPaused("me")))).Message.ShouldContain("Event 5 follows event 1");
        Should.Throw<RunStoreException>(() => Journal.Empty.Apply(new RecordedEvent(1, At, 1, new RunPaused("me")))).Message.ShouldContain("begins with run-started");
    }

    [Fact]
    public void What_a_program_has_written_so_far_is_let_go_when_its_execution_ends()
    {
        JournalBuilder run = new JournalBuilder().Begin(Operator.Draft)
            .Add(new ExecutionStarted(1, 1, ExecutionPurpose.Search))
            .Add(new OutputWritten(1, 1, ExecutionPurpose.Search, "fold 1\nfold 2\n"));
        run.Journal[1].LastLine.ShouldBe("fold 2");

        run.Add(new ExecutionEnded(1, 1, ExecutionPurpose.Search, Execution));

        run.Journal[1].OutputSoFar.ShouldBeEmpty();
        run.Journal[1].Execution.ShouldBe(Execution);
    }

    [Fact]
    public void After_the_end_only_what_a_person_does_with_the_result_can_follow()
    {
        JournalBuilder run = new JournalBuilder().Node(Operator.Draft, null, 1).Add(new RunFinished(RunEnding.NodesSpent, "all nodes are spent", Code));
        TimeSpan spent = run.Journal.Spent;

        Should.Throw<RunStoreException>(() => run.Begin(Operator.Draft));
        run.Add(new NodeApplied(1, Code, "solution.py")).Add(new PrivateScored(0.1, null, "good", null));

        run.Journal.Applied.Count.ShouldBe(1);
        run.Journal.Private!.Reference.ShouldBe("good");
        run.Journal.Spent.ShouldBe(spent);
    }

    [Fact]
    public void Follows_nodes_from_start_to_end()
    {
        JournalBuilder run = new JournalBuilder().Begin(Operator.Draft);
        run.Journal[1].Stage.ShouldBe(NodeStage.Think);
        run.Add(new NodeProposed(1, "A plan.", Code, [new Reason(1, 1, "load", "why")], "notes", null));
        run.Journal[1].Stage.ShouldBe(NodeStage.Execute);
        run.Add(new ExecutionStarted(1, 1, ExecutionPurpose.Search));
        run.Journal.OpenExecutions.Length.ShouldBe(1);
        run.Add(new ExecutionAbandoned(1, 1, ExecutionPurpose.Search, "the process died")).Add(new ExecutionStarted(1, 2, ExecutionPurpose.Search));
        run.Add(new ExecutionEnded(1, 2, ExecutionPurpose.Search, Execution));
        run.Journal.OpenExecutions.ShouldBeEmpty();
        run.Journal[1].Attempts.ShouldBe(2);
        run.Journal[1].Stage.ShouldBe(NodeStage.Score);
        run.Score(0.5);
        run.Journal[1].Stage.ShouldBe(NodeStage.Done);
        run.Journal.Best.ShouldBe(1);
        run.Journal.ValidNodes.ShouldBe(1);
    }

    [Fact]
    public void Keeps_best_leaves_and_depth_by_the_way()
    {
        JournalBuilder run = new JournalBuilder()
            .Node(Operator.Draft, null, null)
            .Node(Operator.Draft, null, 0.5)
            .Node(Operator.Debug, 1, null)
            .Node(Operator.Debug, 3, 0.5)
            .Node(Operator.Improve, 4, null)
            .Node(Operator.Improve, 4, 0.4);

        run.Journal.ShouldSatisfyAllConditions(
            () => run.Journal.Best.ShouldBe(6),
            () => run.Journal.Drafts.ShouldBe(2),
            () => run.Journal.BuggyLeaves.ShouldBe([5]),
            () => run.Journal[4].DebugDepth.ShouldBe(2),
            () => run.Journal[6].DebugDepth.ShouldBe(0),
            () => run.Journal[4].Children.ShouldBe([5, 6]),
            () => run.Journal.Lineage(6).Select(node => node.Id).ShouldBe([6, 4, 3, 1]));
    }

    [Fact]
    public void What_failed_is_left_to_mend_where_nobody_came_to_an_answer()
    {
        JournalBuilder run = new JournalBuilder().Node(Operator.Draft, null, null).Begin(Operator.Debug, 1);
        run.Journal.BuggyLeaves.ShouldBeEmpty();

        run.Add(new NodeFailed(2, new Failure(FailureKind.NoAnswer, "no code", null, null)));

        run.Journal.BuggyLeaves.ShouldBe([1]);
    }

    [Fact]
    public void The_earliest_of_equals_is_the_best()
    {
        JournalBuilder run = new JournalBuilder().Node(Operator.Draft, null, 0.5).Node(Operator.Draft, null, 0.5);

        run.Journal.Best.ShouldBe(1);
    }

    [Fact]
    public void Time_counts_only_while_a_process_runs()
    {
        Journal first = new JournalBuilder().Journal;
        Journal later = first.Apply(new RecordedEvent(2, first.LastAt!.Value.AddSeconds(10), 1, new RunPaused("me")));
        Journal resumed = later.Apply(new RecordedEvent(3, later.LastAt!.Value.AddHours(5), 2, new RunResumed("the process died")));
        Journal end = resumed.Apply(new RecordedEvent(4, resumed.LastAt!.Value.AddSeconds(3), 2, new RunPaused("me")));

        end.Spent.ShouldBe(TimeSpan.FromSeconds(13));
    }

    [Theory]
    [InlineData(2.5, 2.5)]
    [InlineData(null, 0.0)]
    [InlineData(-100.0, 0.0)]
    [InlineData(1e300, 0.0)]
    public void The_start_of_a_process_is_spent_and_no_log_gives_time_back(double? preparation, double spent)
    {
        Journal first = new JournalBuilder().Journal;
        Journal resumed = first.Apply(new RecordedEvent(2, first.LastAt!.Value.AddHours(1), 2, new RunResumed("the process died", preparation)));

        (resumed.Spent, resumed.Preparation).ShouldBe((TimeSpan.FromSeconds(spent), TimeSpan.FromSeconds(spent)));
        RunStarted started = new(first.Settings!, first.Task!, first.Sandbox!, preparation);
        Journal.Empty.Apply(new RecordedEvent(1, first.LastAt.Value, 1, started)).Spent.ShouldBe(TimeSpan.FromSeconds(spent));
        RunJson.WriteCanonical(resumed).ShouldBe(RunJson.WriteCanonical(first), "the clock is no part of the journal");
    }

    [Fact]
    public void Every_event_comes_back_from_JSON_as_it_was()
    {
        RunEvent[] events =
        [
            new JournalBuilder(Samples.Task("rmsle")).Events[0].Event,
            new RunResumed("the process died", 1.5, new Budget(20, 600, 1_000_000, 2.50m, null, 0.5m, 10), new SandboxReport("docker", "29.1", "Python 3.11.2", [])),
            new HoldoutMade(new SplitFacts(SplitKind.Time, "later", 100, 20, 50, Code)
            {
                Leaks = [new Leak(LeakKind.Shifted, "tax \u0001", -14, 0.9995, "it says it")],
                Column = "day",
                HoldoutUnits = 9,
                Distinguishable = new Distinction(0.97, "day \u0001 tells it"),
            }),
            new DataProfiled(Samples.Mixed("roc-auc"), ["It is small.", "„Umlaut“ \u0001"]),
            new NodeStarted(1, Operator.Improve, [1, 2], "best", [0.25, 1e-17], new SampleOf(1, 2), 4),
            new CallReserved(1, 1, "openai:gpt-5.1", Code, new TokenUsage(5_000, 0, 2_000, 0), 0.420m, new DateOnly(2026, 5, 1), 3),
            new CallWritten(1, 1, "Let me see \u001b[31m…", "", 1_000),
            new CallEnded(1, 1, null, Code, CallProblem.TimedOut, "It took \ud800 too long.", new TokenUsage(5_000, 4_000, 2_000, 1_500), 0.0312500m, 12.345, true),
            new CallRefused(1, "The run may cost $2.00."),
            new NodeProposed(1, "plan", Code, [new Reason(1, 2, "load", "why")], "{}", 3, 9, 1, [2, 3]),
            new EngineerExhausted(4, "nothing left"),
            new ExecutionStarted(1, 2, ExecutionPurpose.Refit, new ExecutionBounds(12.5, 1L << 31, 2)),
            new OutputWritten(1, 2, ExecutionPurpose.Refit, "fold 1\n\u001b[31m…"),
            new ExecutionEnded(1, 2, ExecutionPurpose.Search, Execution),
            new ExecutionAbandoned(1, 2, ExecutionPurpose.Fold, "killed", 4),
            new NodeScored(1, new Score(0.1, ScoreKind.Claimed, 0.01, 0.2, [new Comparison(1, -0.1, 0.02)])),
            new NodeFailed(1, Failure),
            new NodeFolded(1, 0.1, 0.01, 600, [new Comparison(2, -0.1, 0.02)]),
            new NodeFoldFailed(1, 3, "KeyError: '\u001b'"),
            new NodeReviewed(1, "It \u0001 leaks.", true, [new ReviewFinding(2, 3, "leak", "why")]),
            new ReviewFailed(1, "no money"),
            new FinalistsNamed([2, 1], RunEnding.TimeSpent, 250, Code),
            new FinalistTried(1, 0.1, 0.01, new Comparison(2, -0.1, 0.02), new Comparison(2, 0.1, 0.02)),
            new SolutionChosen(1, "best", RunEnding.NodesSpent),
            new SecondHoldoutOpened(1, 0.11, 0.02, 250),
            new SolutionRefitted(1, true, null, Code, "agrees"),
            new NodeApplied(1, Code, "solution.py", "10", Digest.Of("mine")),
            new HintGiven("nvim", "Try a „log“ target.\n\u0001", "7"),
            new BranchAsked(1, "nvim", null, "8", "Halve it.", Code),
            new BudgetChanged("nvim", new Budget(30, 900.5, Tokens: 7), "11"),
            new NodeRejected(1, "nvim", "It leaks.", "9"),
            new NodeRestored(1, "nvim"),
            new RunPaused("nvim"),
            new RunContinued("nvim"),
            new RunFinished(RunEnding.Stopped, "asked to", Code),
            new PrivateScored(null, null, null, "no answers"),
            new NodeAudited(1, DateTimeOffset.UnixEpoch, [new AuditExecution(1, "fewer test rows", 2.5, "it \u0001 moves")], [new AuditFinding(AuditKind.Transductive, AuditSeverity.Warning, 1, null, "it \u0001 moves", AuditBasis.Executed)], "12"),
        ];
        Type[] kinds = [.. typeof(RunEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(RunEvent)))];
        events.Select(@event => @event.GetType()).ShouldBe(kinds, ignoreOrder: true);

        foreach (RunEvent @event in events)
        {
            (string kind, int version, byte[] payload) = RunJson.Write(@event);
            RunEvent back = RunJson.Read(kind, version, payload);
            back.ShouldBeOfType(@event.GetType());
            RunJson.Write(back).Payload.ShouldBe(payload);
        }
    }

    [Fact]
    public void Refuses_what_it_can_not_read()
    {
        Should.Throw<RunStoreException>(() => RunJson.Read("node-danced", 1, "{}"u8)).Message.ShouldContain("node-danced");
        Should.Throw<RunStoreException>(() => RunJson.Read("run-paused", 99, "{}"u8)).Message.ShouldContain("newer");
        Should.Throw<RunStoreException>(() => RunJson.Read("run-paused", 1, "{"u8)).Message.ShouldContain("run-paused");
        Should.Throw<RunStoreException>(() => RunJson.Read("run-paused", 1, "null"u8)).Message.ShouldContain("empty");
        Should.Throw<RunStoreException>(() => RunJson.Read("node-failed", 1, """{"node":1,"failure":null}"""u8));
    }

    [Fact]
    public void The_canonical_journal_is_the_same_however_the_log_was_read()
    {
        JournalBuilder run = new JournalBuilder(Samples.Task("rmsle"), Samples.Gems)
            .Node(Operator.Draft, null, null).Node(Operator.Debug, 1, 0.25).Node(Operator.Improve, 2, 0.5).Add(new SolutionChosen(2, "best", RunEnding.NodesSpent));
        byte[] live = RunJson.WriteCanonical(run.Journal);

        List<RecordedEvent> stored = [];
        foreach (RecordedEvent recorded in run.Events)
        {
            (string kind, int version, byte[] payload) = RunJson.Write(recorded.Event);
            stored.Add(recorded with { Event = RunJson.Read(kind, version, payload) });
        }

        RunJson.WriteCanonical(Journal.Empty.Apply(stored)).ShouldBe(live);
        RunJson.WriteCanonical(Journal.Empty.Apply(stored.Take(3)).Apply(stored.Skip(3))).ShouldBe(live);
        RunJson.WriteCanonical(Journal.Empty.Apply(stored.SkipLast(1))).ShouldNotBe(live);
        live[^1].ShouldBe((byte)'\n');
    }

    [Fact]
    public void A_review_changes_neither_score_nor_best_and_comes_once()
    {
        JournalBuilder run = new JournalBuilder().Node(Operator.Draft, null, 0.5).Node(Operator.Draft, null, 0.4);
        run.Journal.Unreviewed.Select(node => node.Id).ShouldBe([1, 2]);
        run.Add(new NodeReviewed(2, "It leaks.", true, [])).Add(new ReviewFailed(1, "no money"));
        (run.Journal.Best, run.Journal[2].Score!.Value, run.Journal.ValidNodes, run.Journal.Unreviewed.Any()).ShouldBe((2, 0.4, 2, false));
        Should.Throw<RunStoreException>(() => run.Add(new NodeReviewed(2, "Again.", false, []))).Message.ShouldContain("reviewed");
        Should.Throw<RunStoreException>(() => run.Node(Operator.Draft, null, null).Add(new ReviewFailed(3, "no score")));
    }

    [Fact]
    public void A_proposal_of_an_older_log_says_no_lines()
    {
        string payload = $$"""{"node":1,"plan":"a plan","code":"{{Digest.Of("code").Hex}}","reasons":[]}""";
        ((NodeProposed)RunJson.Read("node-proposed", 1, System.Text.Encoding.UTF8.GetBytes(payload))).Lines.ShouldBeNull();
    }
}
