using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Core.Tests.Runs;

public sealed class FreshChoiceTests
{
    [Theory]
    [InlineData("rmse", 0.41, 0.405, 2)]
    [InlineData("rmse", 0.405, 0.41, 1)]
    [InlineData("rmse", 0.402, 0.402, 1)]
    [InlineData("roc-auc", 0.41, 0.405, 1)]
    [InlineData("roc-auc", 0.405, 0.41, 2)]
    public void The_best_mean_of_holdout_and_fresh_split_is_chosen(string metric, double first, double second, int chosen)
    {
        // On the holdout node 1 leads by 0.002.
        JournalBuilder run = Run(metric, metric == "rmse" ? [0.4, 0.402] : [0.4, 0.398]);
        run.Add(new FinalistsNamed([1, 2], RunEnding.NodesSpent, 250, Digest.Of("files")));
        run.Add(new FinalistTried(1, first, 0.01, null, null));
        run.Add(new FinalistTried(2, second, 0.01, new Comparison(1, -0.002, 0.001), new Comparison(1, run.Journal.Task!.Metric.Gain(second, first), 0.001)));
        FreshChoice.Of(run.Journal).Node.ShouldBe(chosen);
    }

    [Fact]
    public void Of_equal_means_the_one_with_the_smaller_error_is_chosen()
    {
        JournalBuilder run = Run("rmse", [0.4, 0.4]).Add(new FinalistsNamed([1, 2], RunEnding.NodesSpent, 250, Digest.Of("files")));
        run.Add(new FinalistTried(1, 0.4, 0.03, null, null)).Add(new FinalistTried(2, 0.4, 0.01, new Comparison(1, 0, 0.001), new Comparison(1, 0, 0.001)));
        (int? node, string why) = FreshChoice.Of(run.Journal);
        (node, why).ShouldBe((2, "Nodes 1 and 2 are within two paired errors on the blind holdout, so they were executed again on a fresh split, with 250 other rows held out. Node 2 has the best mean of both less half an error: RMSE 0.4000 ± 0.0071, of 0.400 ± 0.010 on the holdout and 0.400 ± 0.010 on the fresh split. Against node 1, which leads on the holdout, it is better by 0.00000 ± 0.00071 in the mean. The fresh split alone would have chosen node 1 (0.400 ± 0.030)."));
    }

    [Fact]
    public void What_leads_on_both_says_how_far_and_what_the_fresh_split_alone_would_have_chosen()
    {
        JournalBuilder run = Run("rmse", [0.4, 0.41]).Add(new FinalistsNamed([1, 2], RunEnding.NodesSpent, 1_250, Digest.Of("files")));
        run.Add(new FinalistTried(1, 0.404, 0.01, null, null)).Add(new FinalistTried(2, 0.402, 0.01, new Comparison(1, -0.01, 0.006), new Comparison(1, 0.002, 0.006)));
        FreshChoice.Of(run.Journal).Why.ShouldEndWith(
            "with 1,250 other rows held out. Node 1 has the best mean of both less half an error: RMSE 0.4020 ± 0.0071, of 0.400 ± 0.010 on the holdout and 0.404 ± 0.010 on the fresh split. It leads on the holdout too; node 2 is worse by 0.0040 ± 0.0042 in the mean. The fresh split alone would have chosen node 2 (0.402 ± 0.010).");
    }

    [Fact]
    public void Where_the_leader_could_not_be_tried_or_no_other_has_a_score_the_holdout_decides()
    {
        JournalBuilder Named() => Run("rmse", [0.4, 0.41]).Add(new FinalistsNamed([1, 2], RunEnding.TimeSpent, 250, Digest.Of("files")));
        FinalistTried other = new(2, 0.3, 0.01, null, null);
        FreshChoice.Of(Named().Add(new FinalistTried(1, null, null, null, null, "no time was left", true)).Add(other).Journal).ShouldBe((null, "no time was left"));
        FreshChoice.Of(Named().Add(new FinalistTried(1, 0.4, 0.01, null, null)).Add(new FinalistTried(2, null, null, null, null, "KeyError: 'z'")).Journal).ShouldBe((null, "no other left a score there"));
        FreshChoice.Of(Named().Add(new FinalistTried(1, null, null, null, null, "KeyError: 'z'")).Add(other).Journal).Node.ShouldBe(2);
        FreshChoice.Of(Named().Add(new FinalistTried(1, 0.4, 0.01, null, null)).Add(other).Add(new NodeRejected(2, "nvim", null)).Journal).ShouldBe((null, "no other left a score there"));
    }

    [Fact]
    public void Where_a_person_rejects_the_leader_the_best_of_the_others_leads_in_whatever_order_they_were_named()
    {
        // The second of the finalists is believed to be better than the third, whose score is better.
        JournalBuilder run = Run("rmse", [0.4, 0.404, 0.402, 0.403]).Add(new FinalistsNamed([1, 2, 3], RunEnding.NodesSpent, 250, Digest.Of("files")));
        run.Add(new FinalistTried(1, 0.4, 0.01, null, null)).Add(new FinalistTried(2, 0.41, 0.01, new Comparison(1, -0.004, 0.003), new Comparison(1, -0.01, 0.003))).Add(new FinalistTried(3, 0.405, 0.01, new Comparison(1, -0.002, 0.003), new Comparison(1, -0.005, 0.003)));
        run.Add(new NodeRejected(1, "nvim", null));
        (int? node, string why) = FreshChoice.Of(run.Journal);
        node.ShouldBe(3);
        why.ShouldContain("Node 3 has the best mean of both less half an error: RMSE 0.4035 ± 0.0071");
        run.Add(new NodeRejected(3, "nvim", null));
        FreshChoice.Of(run.Journal).ShouldBe((null, "what led when they were tried was rejected, and node 4, which leads now, was not tried there"));
        run.Add(new NodeRejected(2, "nvim", null));
        FreshChoice.Of(run.Journal).ShouldBe((null, "those that were tried were rejected"));
    }

    [Theory]
    [InlineData(600, 4, new[] { 0.4, 0.401, 0.402, 0.403, 0.9 }, 24)] // four within reach, of 4 s each: 4 × (1.25 × 4 + 1)
    [InlineData(600, 40, new[] { 0.4, 0.401, 0.402, 0.403, 0.9 }, 0)] // not even two fit into 90 s
    [InlineData(600, 30, new[] { 0.4, 0.401, 0.402, 0.403, 0.9 }, 77)] // two do
    [InlineData(100, 4, new[] { 0.4, 0.401, 0.402, 0.403, 0.9 }, 12)]
    [InlineData(600, 4, new[] { 0.4, 0.6, 0.7, 0.8, 0.9 }, 0)] // the leader is far ahead
    [InlineData(600, 4, new[] { 0.4, 0.401, 0.402, 0.403 }, 0)] // too few solutions
    public void The_search_leaves_no_more_time_for_it_than_quick_leaders_take(double budget, double seconds, double[] scores, double kept)
    {
        JournalBuilder run = Run("rmse", scores, budget, seconds);
        FreshChoice.SecondsKept(run.Journal).ShouldBe(kept, 1e-9);
        (FreshChoice.SecondsKept(run.Journal) <= FreshChoice.LargestShare * budget).ShouldBeTrue();
        FreshChoice.SecondsKept(Run("rmse", scores, budget, seconds, SplitKind.Time).Journal).ShouldBe(0);
    }

    [Fact]
    public void A_node_that_is_clearly_behind_the_leader_is_no_finalist_however_near_its_score_is()
    {
        JournalBuilder run = Run("rmse", [0.4, 0.401, 0.402, 0.403], 600, 4);
        double before = FreshChoice.SecondsKept(Add(run, 0.404, 4, new Comparison(1, -0.004, 0.001)).Journal);
        before.ShouldBe(24);
        FreshChoice.SecondsKept(Add(run, 0.404, 4, new Comparison(1, -0.004, 0.003)).Journal).ShouldBe(30);
    }

    private static JournalBuilder Run(string metric, double[] scores, double budget = 600, double seconds = 5, SplitKind split = SplitKind.Random)
    {
        JournalBuilder run = new JournalBuilder(Samples.Task(metric), budget: new Budget(20, budget)).Add(new HoldoutMade(new SplitFacts(split, "why", 100, 20, 50, Digest.Of("files"))));
        foreach (double score in scores)
        {
            Add(run, score, seconds);
        }

        return run;
    }

    private static JournalBuilder Add(JournalBuilder run, double score, double seconds, params Comparison[] comparisons)
    {
        int node = run.Begin(Operator.Draft).Journal.Nodes.Count;
        run.Add(new NodeProposed(node, "plan", Digest.Of($"code {node}"), [], null, null)).Add(new ExecutionStarted(node, 1, ExecutionPurpose.Search));
        run.Add(new ExecutionEnded(node, 1, ExecutionPurpose.Search, new ExecutionRecord(Ending.Exited, 0, null, false, seconds, seconds, 1, Digest.Of("output"), Digest.Of($"submission {node}"), null, null)));
        return run.Score(score, comparisons);
    }
}
