using AgentIde.Core.PullRequests;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Tests.Runs;

public sealed class FinalChoiceTests
{
    [Theory]
    [InlineData(0.5, "Node 1 has the best score on the blind holdout, RMSE 0.400 ± 0.010; node 2 follows 0.100 behind.")]
    [InlineData(0.400_976, "Node 1 has the best score on the blind holdout, RMSE 0.400 ± 0.010; node 2 follows 0.001 behind.")]
    [InlineData(0.400_076, "Node 1 has the best score on the blind holdout, RMSE 0.400 ± 0.010; node 2 has the same to these digits.")]
    public void How_far_the_second_is_behind_has_the_digits_of_a_score(double second, string why)
    {
        JournalBuilder run = new();
        foreach (double score in new[] { 0.4, second })
        {
            run.Begin(Operator.Draft).Add(new NodeProposed(run.Journal.Nodes.Count, "plan", Digest.Of($"{run.Journal.Nodes.Count}"), [], null, null)).Score(score);
        }

        FinalChoice.Of(run.Journal).ShouldBe((1, why));
    }

    [Fact]
    public void What_failed_on_a_fold_and_was_better_on_the_first_does_not_follow()
    {
        JournalBuilder run = Begun();
        run.Add(new NodeFoldFailed(1, 2, "KeyError"));
        FinalChoice.Of(run.Journal).ShouldBe((2, "Node 2 has the best score on the blind holdout of those that did not fail on a fold, RMSE 0.500 ± 0.010; node 1, which did, has 0.400 ± 0.010 there."));
        Ask(run, 11, 1, 0.4005, new Comparison(2, 0.0995, 0.002));
        FinalChoice.Of(run.Journal).Node.ShouldBe(3);
        run.Add(new NodeFoldFailed(3, 2, "KeyError"));
        FinalChoice.Of(run.Journal).Node.ShouldBe(2, "no comment makes up for it");
    }

    [Theory]
    [InlineData(-0.001, 0.002, 3)]
    [InlineData(-0.002, 0.002, 3)]
    [InlineData(-0.003, 0.002, 1)]
    public void Of_a_tie_the_wish_of_a_reviewer_decides(double gain, double error, int chosen)
    {
        JournalBuilder run = Begun();
        Ask(run, 11, 1, 0.4 - gain, new Comparison(1, gain, error));
        (int node, string why) = FinalChoice.Of(run.Journal);
        node.ShouldBe(chosen);
        string reply = CommentAnswer.Of(run.Journal, node).ShouldHaveSingleItem().Reply(RunId.Parse("sample-1"), text => text);
        if (chosen == 1)
        {
            why.ShouldStartWith("Node 1 has the best score on the blind holdout, RMSE 0.400 ± 0.010; ");
            reply.ShouldStartWith("Node 3 was made for it: 0.400 ± 0.010 before (node 1), 0.403 ± 0.010 after, no clear change (worse by 0.0030 ± 0.0020). Node 1, which is proposed, does not come from it: node 1 has 0.400 ± 0.010; on the same rows node 3 is worse by 0.0030 ± 0.0020.");
            return;
        }

        string same = $"worse by {Figures.WithError(-gain, error)}, which is within the error";
        why.ShouldBe($"Node 3 was made for a reviewer's comment, and ties with node 1, which has the best score on the blind holdout: RMSE {Figures.WithError(0.4 - gain, 0.01)} against 0.400 ± 0.010, on the same rows {same}. In a tie the comment decides.");
        reply.ShouldContain($"Node 3 is what is proposed. Node 3 is proposed by a tie: it has {Figures.WithError(0.4 - gain, 0.01)}, node 1 has the best score, 0.400 ± 0.010, and on the same rows node 3 is {same}. In a tie the node decides that was made for more comments.");
    }

    [Fact]
    public void Of_several_that_tie_the_one_that_took_up_most_decides_unless_it_was_rejected_or_never_compared()
    {
        JournalBuilder run = Begun();
        Ask(run, 11, 1, 0.4005, new Comparison(1, -0.0005, 0.002));
        Ask(run, 12, 3, 0.401, new Comparison(3, -0.0005, 0.002), new Comparison(1, -0.001, 0.002));
        Ask(run, 13, 4, 0.4011, new Comparison(4, -0.0001, 0.002));
        FinalChoice.Of(run.Journal).Node.ShouldBe(4);
        run.Add(new NodeRejected(4, "nvim", null));
        FinalChoice.Of(run.Journal).Node.ShouldBe(3);
        PullRequest.NodeOf(run.Journal, null).ShouldBe(3);
    }

    [Fact]
    public void The_review_says_of_each_comment_what_became_of_its_node_and_of_the_tie_once()
    {
        JournalBuilder run = Begun();
        Ask(run, 11, 1, 0.4005, new Comparison(1, -0.0005, 0.002));
        Ask(run, 12, 3, 0.401, new Comparison(3, -0.0005, 0.002), new Comparison(1, -0.001, 0.002));
        Ask(run, 13, 4, 0.426, new Comparison(4, -0.025, 0.002));
        string body = PullRequest.Of(RunAccount.Of(run.Events), 4, "4", text => text).Body;
        body.ShouldContain("Node 4, which is proposed, comes from it.\n");
        body.ShouldContain("Node 4 is what is proposed.\n");
        body.ShouldContain("Node 4, which is proposed, does not come from it: node 4 has 0.401 ± 0.010; on the same rows node 5 is worse by 0.0250 ± 0.0020.\n");
        body.Split("by a tie").Length.ShouldBe(2);
        body.ShouldContain("\n\nNode 4 is proposed by a tie: it has 0.401 ± 0.010, node 1 has the best score, 0.400 ± 0.010, and on the same rows node 4 is worse by 0.0010 ± 0.0020, which is within the error.");
        (CommentAnswer.Of(run.Journal, 4)[0] with { Commit = "commit abc" }).Reply(RunId.Parse("sample-1"), text => text).ShouldContain("Node 4, which is proposed in commit abc, comes from it.");

        // Another repository's pull request tells nothing of this one's review.
        PullRequest.Of(RunAccount.Of(run.Events), 4, "4", text => text, "github.com", "Ann/gems").Body.ShouldBe(body);
        PullRequest.Of(RunAccount.Of(run.Events), 4, "4", text => text, "github.com", "ann/other").Body.ShouldNotContain("## Review");
    }

    /// <summary>Two drafts, of which the first is better.</summary>
    private static JournalBuilder Begun()
    {
        JournalBuilder run = new();
        foreach (double score in new[] { 0.4, 0.5 })
        {
            run.Begin(Operator.Draft).Add(new NodeProposed(run.Journal.Nodes.Count, "plan", Digest.Of($"{run.Journal.Nodes.Count}"), [], null, null)).Score(score);
        }

        return run;
    }

    /// <summary>A comment, and the node that was made for it.</summary>
    private static void Ask(JournalBuilder run, long comment, int parent, double score, params Comparison[] comparisons)
    {
        run.Add(new BranchAsked(parent, "ann, at GitHub", "Try it.", Comment: new ReviewComment(CommentKind.Line, comment, "ann", "https://github.com/ann/gems/pull/1#discussion_r1")));
        int node = run.Journal.Nodes.Count + 1;
        run.Add(new NodeStarted(node, Operator.Improve, [parent], "A comment asks for it.", [], Asked: run.Journal.BranchesAsked));
        run.Add(new NodeProposed(node, "plan", Digest.Of($"{node}"), [], null, null)).Score(score, comparisons);
    }
}
