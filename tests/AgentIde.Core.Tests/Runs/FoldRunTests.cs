using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using AgentIde.Core.Engineering;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Core.Search;
using AgentIde.Testing;

namespace AgentIde.Core.Tests.Runs;

/// <summary>Whole runs on folds. A node's code is what it scores on the first fold and, after a blank, on each of the others; lower is better, and errors are 0.01.</summary>
public sealed class FoldRunTests
{
    /// <summary>Nodes 1, 3 and 4 are within two errors of what leads when they are scored; node 5 leads alone, and is worse on the other folds.</summary>
    private static readonly string[] Nodes = ["0.50 0.50", "0.90 0.90", "0.51 0.40", "0.49 0.60", "0.48 0.70"];

    private readonly MemoryRunStore _store = new("/nowhere", TimeProvider.System);

    [Fact]
    public async Task Nodes_that_lead_are_executed_on_all_folds_and_the_best_over_all_of_them_is_chosen()
    {
        ScriptedSandbox sandbox = Sandbox();
        Journal journal = await RunAsync(sandbox, Nodes);
        sandbox.Executed.Where(IsFold).Select(spec => $"{spec.Name} {Path.GetFileName(spec.InputFolder)}").ShouldBe(
            from node in (int[])[1, 3, 4, 5] from fold in (int[])[2, 3, 4, 5] select $"sample-1-node-{node}-fold{fold}-1 fold-{fold}", ignoreOrder: true);
        (journal[2].Folds, journal[2].Standing, journal[2].Folded).ShouldBe((null, journal[2].Score, null));
        (Math.Round(journal[3].Standing!.Value, 9), journal[3].Standing!.Kind, journal[3].Score!.Value, journal[3].Score!.Kind).ShouldBe((0.422, ScoreKind.VerifiedByFolds, 0.51, ScoreKind.Verified));
        journal[3].Standing!.Comparisons.ShouldContain(comparison => comparison.Other == 1 && Math.Abs(comparison.Gain - (0.50 - ((0.51 + (4 * 0.40)) / 5))) < 1e-9);
        (journal.Best, journal.Choice?.Node, journal.Choice?.Ending, journal.FinalRound, journal.Choice?.Refit?.Node).ShouldBe((3, 3, RunEnding.NodesSpent, null, 3));
        journal.Choice!.Why.ShouldBe(
            "Nodes 1, 3, 4 and 5 led on the first fold, so they were executed on all of them. Node 3 has the best score over all folds less half an error: RMSE 0.422 ± 0.010 on all 5 train rows, each blind on one of 5 folds. "
            + "Against node 1 it is better by 0.078 ± 0.010, on the same rows. The first fold alone would have chosen node 5 (0.480 ± 0.010).");
    }

    [Fact]
    public async Task A_run_that_dies_anywhere_goes_on_where_it_was_and_comes_to_the_same()
    {
        Journal whole = await RunAsync(Sandbox(), Nodes);
        int appends = 0;
        for (bool isDone = false; !isDone; appends++)
        {
            foreach (bool written in (bool[])[false, true])
            {
                ScriptedSandbox sandbox = Sandbox();
                RunId run;
                await using (DyingRun dying = new(await _store.CreateAsync("sample", CancellationToken.None), appends, written))
                {
                    run = dying.Run;
                    try
                    {
                        isDone = (await Loop(sandbox, Nodes).RunAsync(dying, new Budget(Nodes.Length, 600))).Finished is not null;
                    }
                    catch (RunStoreException death) when (death.Message == "the process died")
                    {
                        // What it was about to do is lost.
                    }
                }

                await using OwnedRun owned = await _store.TakeAsync(run, CancellationToken.None);
                Journal journal = await Loop(sandbox, Nodes).RunAsync(owned, new Budget(Nodes.Length, 600));
                (journal.Choice?.Node, journal.Choice?.Why, journal.Choice?.Ending, journal.Best).ShouldBe((whole.Choice?.Node, whole.Choice?.Why, whole.Choice!.Ending, whole.Best));
                journal.Nodes.Select(node => (node.Standing!.Value, node.Standing.Kind, node.Folds?.Executions.Length)).ShouldBe(whole.Nodes.Select(node => (node.Standing!.Value, node.Standing.Kind, node.Folds?.Executions.Length)));
                journal.OpenExecutions.ShouldBeEmpty();

                // What ended well is not done again: of all executions on folds one at most was begun twice.
                journal.Nodes.Sum(node => node.Folds?.Executions.Sum(fold => fold.Attempts - 1) ?? 0).ShouldBeInRange(0, 1);
                ImmutableArray<RecordedEvent> events = (await _store.ReadAsync(run, 0, 10_000, CancellationToken.None)).Events;
                Digest.Of(RunJson.WriteCanonical(Journal.Empty.Apply(events.TakeWhile(recorded => recorded.Event is not RunFinished)))).ShouldBe(journal.Finished!.Journal);
                events.Select(recorded => recorded.Event).OfType<NodeFolded>().Select(folded => folded.Node).ShouldBeUnique();
            }
        }

        appends.ShouldBeGreaterThan(50, "each event was a place to die at");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Several_workers_come_to_the_same_scores(int workers)
    {
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        Journal journal = await Loop(Sandbox(), Nodes).RunAsync(owned, new Budget(Nodes.Length, 600), workers);
        (journal.Choice?.Node, journal[3].Standing!.Kind, journal[2].Folds).ShouldBe((3, ScoreKind.VerifiedByFolds, null));
    }

    /// <summary>Of 600 s folds have 240 in all and 150 while the search goes on; four folds of a node are planned with 4.4 times its seconds and 6.</summary>
    [Theory]
    [InlineData(5, "1 3 4 5")]
    [InlineData(20, "1 5")]
    [InlineData(50, "5")]
    [InlineData(60, "")]
    public async Task Folds_take_their_share_of_the_time_and_no_more(double seconds, string folded)
    {
        ScriptedSandbox sandbox = Sandbox(seconds);
        Journal journal = await RunAsync(sandbox, Nodes);
        journal.Nodes.Where(node => node.Folded is not null).Select(node => $"{node.Id}").ShouldBe(folded.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        (sandbox.Executed.Count(IsFold) * seconds).ShouldBeLessThanOrEqualTo(240);
        if (folded.Length == 0)
        {
            journal.Choice!.Node.ShouldBe(5);
            journal.Choice.Why.ShouldEndWith(" That is the first of 5 folds alone, and no node has a score over all of them: no time was left for it; a longer time limit leaves more.");
        }
    }

    [Fact]
    public async Task What_fails_on_a_fold_keeps_the_score_of_the_first_and_is_not_chosen()
    {
        Journal journal = await RunAsync(Sandbox(), "0.50 0.50", "0.40 crash", "0.39 none");
        (journal[2].Folds?.Failed, journal[2].Standing?.Kind, journal[2].Folded).ShouldBe((new NodeFoldFailed(2, 2, "ended with exit code 1"), ScoreKind.Verified, null));
        (journal[3].Folds?.Failed?.Reason, journal[3].Folds?.Failed?.Fold).ShouldBe(("left no submission.csv", 2));
        (journal.Best, journal.Choice?.Node).ShouldBe((1, 1));
        journal.Choice!.Why.ShouldStartWith("Node 1 alone was executed on all folds: RMSE 0.500 ± 0.010 on all 5 train rows");
        journal.Choice.Why.ShouldEndWith(" Node 2 failed on fold 2: ended with exit code 1. Node 3 failed on fold 2: left no submission.csv.");
    }

    [Fact]
    public async Task What_the_rest_of_the_share_ended_is_said_to_have_had_no_time()
    {
        ScriptedSandbox sandbox = new((spec, _) => Task.FromResult(IsFold(spec) ? ScriptedSandbox.Ended(Ending.TimeOut) with { Seconds = spec.Limits.Time.TotalSeconds } : Execute(spec, 40)));
        Journal journal = await RunAsync(sandbox, "0.50 0.50");
        sandbox.Executed.Single(IsFold).Limits.Time.TotalSeconds.ShouldBe(135, "three times its seconds and 15 more");
        journal[1].Folds!.Failed!.Reason.ShouldBe("did not end within 135 s");
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        Journal shorter = await Loop(sandbox, "0.50 0.50").RunAsync(owned, new Budget(1, 475));
        shorter[1].Folds!.Failed!.Reason.ShouldBe("did not end within 135 s");
        await using OwnedRun last = await _store.CreateAsync("sample", CancellationToken.None);
        int folds = 0;
        sandbox = new((spec, _) => Task.FromResult(!IsFold(spec) || ++folds < 3 ? Execute(spec, 40) : ScriptedSandbox.Ended(Ending.TimeOut) with { Seconds = spec.Limits.Time.TotalSeconds }));
        Journal cut = await Loop(sandbox, "0.50 0.50").RunAsync(last, new Budget(1, 475));
        cut[1].Folds!.Failed.ShouldBe(new NodeFoldFailed(1, 4, "it took more than the 110 s that were left for folds", true));
        cut.Choice!.Why.ShouldEndWith("no node has a score over all of them: node 1 did not end on fold 4: it took more than the 110 s that were left for folds.");
    }

    [Fact]
    public async Task A_leader_that_was_cut_off_on_a_fold_or_lost_there_leads_all_the_same()
    {
        int folds = 0;
        ScriptedSandbox slows = new((spec, _) => Task.FromResult(!IsFold(spec) || ++folds < 3 ? Execute(spec, 40) : ScriptedSandbox.Ended(Ending.TimeOut) with { Seconds = spec.Limits.Time.TotalSeconds }));
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        Journal cut = await Loop(slows, "0.30 0.30", "0.90 0.90").RunAsync(owned, new Budget(2, 475));
        (cut[1].Folds!.Failed, cut.Best, cut.Choice?.Node).ShouldBe((new NodeFoldFailed(1, 4, "it took more than the 110 s that were left for folds", true), 1, 1));
        cut.Choice!.Why.ShouldStartWith("Node 1 has the best score on the blind holdout, RMSE 0.300 ± 0.010; node 2 follows 0.600 behind. That is the first of 5 folds alone");
        cut.Choice.Why.ShouldEndWith("node 1 did not end on fold 4: it took more than the 110 s that were left for folds.");

        // A score over all folds of another would decide, and says nothing of the leader: no other is executed on them until one leads.
        ScriptedSandbox loses = new((spec, _) => Task.FromResult(IsFold(spec) && spec.Name.Contains("node-1-", StringComparison.Ordinal) ? ScriptedSandbox.Ended(Ending.Cancelled) with { Why = "its job was lost" } : Execute(spec, 1)));
        Journal lost = await RunAsync(loses, "0.30 0.30", "0.90 0.90", "0.31 0.31", "0.80 0.80");
        (lost[1].Folds!.Failed, lost.Best, lost.Choice?.Node, lost[3].Folds).ShouldBe((new NodeFoldFailed(1, 2, "its job was lost", true), 1, 1, null));
        Journal better = await RunAsync(loses, "0.30 0.30", "0.90 0.90", "0.31 0.31", "0.25 0.25");
        (better.Best, better[4].Standing!.Kind, better.Choice?.Node).ShouldBe((4, ScoreKind.VerifiedByFolds, 4));
    }

    [Fact]
    public async Task What_leads_on_the_first_fold_and_was_not_executed_on_the_others_is_named()
    {
        // Nodes 1 and 3 take the share; node 4 needs more than what is left of it.
        ScriptedSandbox sandbox = new((spec, _) => Task.FromResult(Execute(spec, spec.Name.Contains("node-4-", StringComparison.Ordinal) ? 60 : 20)));
        Journal journal = await RunAsync(sandbox, "0.50 0.50", "0.90 0.90", "0.51 0.40", "0.45 0.45");
        (journal[4].Folds, journal.Choice?.Node).ShouldBe((null, 3));
        journal.Choice!.Why.ShouldBe("Nodes 1 and 3 were among those that led on the first fold, so they were executed on all of them. Node 3 has the best score over all folds less half an error: RMSE 0.422 ± 0.010 on all 5 train rows, each blind on one of 5 folds. Against node 1 it is better by 0.078 ± 0.010, on the same rows. Node 4 leads on the first fold (0.450 ± 0.010), and no time was left to execute it on the others.");

        JournalBuilder run = new();
        run.Add(new HoldoutMade(new SplitFacts(SplitKind.Random, "5 folds", 480, 120, 500, Digest.Of("files")) { Folds = 5 }));
        double[] scores = [0.50, 0.51, 0.40, 0.30];
        foreach (double score in scores)
        {
            run.Begin(Operator.Draft).Add(new NodeProposed(run.Journal.Nodes.Count, "plan", Digest.Of($"{score}"), [], null, null)).Score(score, score == 0.40 ? [new Comparison(1, 0.1, 0.02)] : []);
        }

        foreach (int node in (int[])[1, 2])
        {
            foreach (int fold in (int[])[2, 3, 4, 5])
            {
                run.Add(new ExecutionStarted(node, 1, ExecutionPurpose.Fold, null, fold));
                run.Add(new ExecutionEnded(node, 1, ExecutionPurpose.Fold, new ExecutionRecord(Ending.Exited, 0, null, false, 1, 1, 1, Digest.Of("output"), Digest.Of("submission"), null, null), fold));
            }

            run.Add(new NodeFolded(node, 0.5, 0.005, 600, []));
        }

        run.Add(new NodeFoldFailed(4, 2, "KeyError"));
        FoldChoice.Of(run.Journal)!.Value.Why.ShouldBe(
            "Nodes 1 and 2 were among those that led on the first fold, so they were executed on all of them. Node 1 has the best score over all folds less half an error: RMSE 0.5000 ± 0.0050 on all 600 train rows, each blind on one of 5 folds."
            + " Node 3 leads on the first fold (0.400 ± 0.010, there better by 0.100 ± 0.020 than node 1), and no time was left to execute it on the others. Node 4 failed on fold 2: KeyError.");
        FoldChoice.Of(run.Journal, isStopped: true)!.Value.Why.ShouldContain(", and the run was stopped before it was executed on the others.");
        run.Add(new NodeFoldFailed(3, 2, "it took more than the 9 s that were left for folds", true));
        FoldChoice.Of(run.Journal)!.Value.Why.ShouldEndWith(" Node 3 leads on the first fold (0.400 ± 0.010, there better by 0.100 ± 0.020 than node 1), and has no score over all of them. Node 3 did not end on fold 2: it took more than the 9 s that were left for folds. Node 4 failed on fold 2: KeyError.");
    }

    [Fact]
    public async Task The_same_code_has_the_same_score_over_all_folds_and_is_not_executed_again()
    {
        ScriptedSandbox sandbox = Sandbox();
        Journal journal = await RunAsync(sandbox, "0.50 0.50", "0.90 0.90", "0.91 0.91", "0.50 0.50");
        (journal[4].SameAs, journal[4].Standing!.Value, journal[4].Standing!.Kind, journal.Choice?.Node).ShouldBe((1, 0.5, ScoreKind.VerifiedByFolds, 1));
        sandbox.Executed.Count(IsFold).ShouldBe(4);
    }

    [Fact]
    public async Task The_same_code_fails_on_the_folds_as_the_first_that_was_executed_there()
    {
        // Node 2 leads and fails once there are three solutions: node 3 has its code before that, and node 5 after it.
        Journal journal = await RunAsync(Sandbox(), "0.90 0.90", "0.40 crash", "0.40 crash", "0.95 0.95", "0.40 crash");
        journal.Nodes.Select(node => (node.SameAs, node.Folds?.Failed)).ShouldBe([
            (null, null), (null, new NodeFoldFailed(2, 2, "ended with exit code 1")), (2, new NodeFoldFailed(3, 2, "ended with exit code 1")), (null, null), (2, new NodeFoldFailed(5, 2, "ended with exit code 1"))]);
        (journal.Best, journal.Choice?.Node, journal[1].Standing!.Kind).ShouldBe((1, 1, ScoreKind.VerifiedByFolds));
        journal.Choice!.Why.ShouldEndWith("each blind on one of 5 folds. Node 2 failed on fold 2: ended with exit code 1.");
    }

    [Fact]
    public async Task A_stop_on_the_folds_leaves_the_choice_to_what_has_a_score_over_all_of_them()
    {
        foreach (bool isFirst in (bool[])[true, false])
        {
            await using OwnedRun its = await _store.CreateAsync("sample", CancellationToken.None);
            int folds = 0;
            ScriptedSandbox sandbox = new(async (spec, cancellationToken) =>
            {
                if (IsFold(spec) && ++folds == (isFirst ? 3 : 7))
                {
                    await _store.RequestAsync(its.Run, new StopRequest("a test", Choose: true), CancellationToken.None);
                    await Task.WhenAny(Task.Delay(Timeout.Infinite, cancellationToken));
                    return ScriptedSandbox.Ended(Ending.Cancelled);
                }

                return Execute(spec, 1);
            });
            Journal journal = await Loop(sandbox, "0.50 0.50", "0.49 0.60", "0.48 0.70").RunAsync(its, new Budget(3, 600));
            (journal.Finished?.Ending, journal.OpenExecutions.IsEmpty).ShouldBe((RunEnding.Stopped, true));
            journal.Choice!.Node.ShouldBe(3, "the one that led on the first fold was executed first");
            journal.Choice.Why.ShouldEndWith(isFirst ? "no node has a score over all of them: the run was stopped before that." : "each blind on one of 5 folds.");
        }
    }

    [Fact]
    public async Task A_run_that_goes_on_from_a_finished_one_keeps_what_the_folds_said()
    {
        Journal journal = await RunAsync(Sandbox(), Nodes);
        RunId fork = await RunForks.MakeAsync(_store, journal, RunForks.Extended(journal, 1, 600), new BranchRequest("a test", 1, null), CancellationToken.None);
        ScriptedSandbox sandbox = Sandbox();
        await using OwnedRun owned = await _store.TakeAsync(fork, CancellationToken.None);
        Journal forked = await Loop(sandbox, [.. Nodes, "0.52 0.30"]).RunAsync(owned, journal.Settings!.Budget with { Nodes = 6 });
        (forked.Choice?.Node, forked[3].Standing!.Value).ShouldBe((6, journal[3].Standing!.Value));
        sandbox.Executed.Where(IsFold).Select(spec => spec.Name).ShouldAllBe(name => name.Contains("-node-6-fold", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_search_goes_on_from_is_believed_by_all_folds_on_the_level_of_the_first()
    {
        Journal journal = await RunAsync(Sandbox(), Nodes);
        Belief belief = new(journal);

        // What the four have over all folds is worse than on the first by 0, -0.088, 0.088 and 0.176: 0.044 in the median.
        journal.Nodes.Select(node => Math.Round(belief.Of(node), 6)).ShouldBe([0.456, 0.9, 0.378, 0.534, 0.612]);
        new Belief(journal).Best.ShouldBe(3);
        belief.Errors(journal[5], journal[3], new Comparison(3, 0.03, 0.01))!.Value.ShouldBe((0.422 - 0.656) / 0.01, 1e-6);
    }

    [Fact]
    public void Events_of_a_fold_say_which_and_others_read_as_before()
    {
        (string kind, _, byte[] payload) = RunJson.Write(new ExecutionStarted(1, 1, ExecutionPurpose.Fold, null, 3));
        (kind, Encoding.UTF8.GetString(payload)).ShouldBe(("execution-started", """{"node":1,"attempt":1,"purpose":"fold","fold":3}"""));
        Encoding.UTF8.GetString(RunJson.Write(new ExecutionStarted(1, 1, ExecutionPurpose.Search)).Payload).ShouldBe("""{"node":1,"attempt":1,"purpose":"search"}""");
        RunJson.Read("node-fold-failed", 1, """{"node":1,"fold":2,"reason":"no"}"""u8).ShouldBe(new NodeFoldFailed(1, 2, "no"));
        Encoding.UTF8.GetString(RunJson.Write(new NodeFoldFailed(1, 2, "no")).Payload).ShouldBe("""{"node":1,"fold":2,"reason":"no"}""");
        Encoding.UTF8.GetString(RunJson.Write(new NodeFoldFailed(1, 2, "no", true)).Payload).ShouldBe("""{"node":1,"fold":2,"reason":"no","isUntried":true}""");
        RunJson.Read("execution-started", 3, """{"node":1,"attempt":1,"purpose":"search"}"""u8).ShouldBe(new ExecutionStarted(1, 1, ExecutionPurpose.Search));
    }

    private static bool IsFold(ExecutionSpec spec) => spec.InputFolder.Contains("fold-", StringComparison.Ordinal);

    private static ScriptedSandbox Sandbox(double seconds = 1) => new((spec, _) => Task.FromResult(Execute(spec, seconds)));

    private static ExecutionResult Execute(ExecutionSpec spec, double seconds)
    {
        string[] scores = Encoding.UTF8.GetString(spec.Code.Span).Split(' ');
        return scores[IsFold(spec) ? 1 : 0] switch
        {
            "crash" => ScriptedSandbox.Ended(Ending.Exited),
            "none" => ScriptedSandbox.Left("0", seconds) with { Files = [] },
            var score => ScriptedSandbox.Left(score, seconds),
        };
    }

    private async Task<Journal> RunAsync(ScriptedSandbox sandbox, params string[] nodes)
    {
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        return await Loop(sandbox, nodes).RunAsync(owned, new Budget(nodes.Length, 600));
    }

    private ScriptedLoop Loop(ScriptedSandbox sandbox, params string[] nodes) => new(
        _store,
        new ScriptedEngineer((assignment, _) => Task.FromResult<Proposal?>(new Proposal(string.Create(CultureInfo.InvariantCulture, $"Node {assignment.Node}."), nodes[assignment.Node - 1], [], null))) { IsAskedAlone = true },
        TimeProvider.System)
    {
        Sandbox = sandbox,
        Folds = 5,
    };
}
