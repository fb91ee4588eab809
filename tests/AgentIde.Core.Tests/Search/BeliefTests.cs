using AgentIde.Core.Engineering;
using AgentIde.Core.Engineering.BuiltIn;
using AgentIde.Core.Engineering.BuiltIn.Components;
using AgentIde.Core.Engineering.BuiltIn.Models;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Core.Search;
using AgentIde.Core.Tests.Engineering;

namespace AgentIde.Core.Tests.Search;

/// <summary>RMSE, lower is better; 500 rows of holdout beside 1,500 of train, and a usual paired error of 0.01.</summary>
public sealed class BeliefTests
{
    private static readonly Tables Known = Engineering.Tables.Make("rmse", 1_500);

    [Fact]
    public void A_lucky_node_whose_own_score_is_like_all_others_does_not_lead()
    {
        Journal journal = Run((0.50, 0.51), (0.51, 0.52), (0.48, 0.515), (0.495, 0.495)).Journal;

        journal.Best.ShouldBe(3, "on the holdout alone");
        new Belief(journal).Best.ShouldBe(4);
        Choose(journal).Parents[0].ShouldBe(4);
        Choose(journal).Why.ShouldStartWith("Node 4 is believed to be better than node 3, which leads on the holdout, by its own score out of fold as well (RMSE 0.495)");
    }

    [Fact]
    public void What_a_run_s_claims_are_off_by_is_taken_off_them()
    {
        Belief plain = new(Run((0.50, 0.50), (0.51, 0.51), (0.49, 0.505)).Journal), bold = new(Run((0.50, 0.30), (0.51, 0.31), (0.49, 0.305)).Journal);
        foreach (Node node in Run((0.50, 0.50), (0.51, 0.51), (0.49, 0.505)).Journal.Nodes)
        {
            bold.Of(node).ShouldBe(plain.Of(node), 1e-12);
        }

        // Three rows of train for one of the holdout, each for half.
        plain.Of(Run((0.50, 0.50), (0.51, 0.51), (0.49, 0.505)).Journal[3]).ShouldBe(((1 * 0.49) + (1.5 * 0.505)) / 2.5, 1e-12);
    }

    [Fact]
    public void A_claim_that_departs_from_the_holdout_by_more_than_chance_counts_for_nothing()
    {
        Journal journal = Run((0.50, 0.50), (0.51, 0.51), (0.52, 0.52), (0.53, 0.10)).Journal;
        new Belief(journal).Best.ShouldBe(1);
        new Belief(journal).Of(journal[4]).ShouldBe(0.53);
    }

    [Fact]
    public void Nobody_else_s_word_counts_nor_that_of_a_part_of_the_rows()
    {
        (double Score, double Claim)[] scores = [(0.50, 0.51), (0.51, 0.52), (0.48, 0.515), (0.495, 0.495)];
        new Belief(Run(null, scores).Journal).Best.ShouldBe(3, "another engineer's");
        new Belief(Run(Recipe(), scores, engineer: "command/0123abcd").Journal).Best.ShouldBe(3, "another engineer's with the notes of the built-in one");
        new Belief(Run(Recipe(), scores, engineer: "draft=builtin,improve=openai:gpt").Journal).Best.ShouldBe(4, "the built-in engineer beside a model");
        new Belief(Run(Recipe().Add(Part.Of(RowSample.Key).Set("rows", 300)), scores).Journal).Best.ShouldBe(3, "of a sample");
        new Belief(Run(Recipe(), scores, SplitKind.Time).Journal).Best.ShouldBe(3, "the rows before are not those after");
        new Belief(Run((0.50, 0.51), (0.48, 0.515)).Journal).Best.ShouldBe(2, "two claims don't tell what claims are off by");
        new Belief(Run(Recipe(), scores).Add(new NodeRejected(4, "a person", null)).Journal).Best.ShouldBe(3, "what a person rejected is out of the question");
    }

    [Fact]
    public void Among_those_that_the_holdout_does_not_tell_apart_the_result_is_the_one_believed_to_be_best_and_the_reason_says_so()
    {
        JournalBuilder run = Run((0.50, 0.51), (0.51, 0.52), (0.48, 0.515), (0.495, 0.495));
        FinalChoice.Of(run.Journal).Node.ShouldBe(3, "of those near it nothing is known");
        FinalChoice.Of(run.Journal, [3, 4, 1]).ShouldBe((4, "Node 3 has the best score on the blind holdout, RMSE 0.480 ± 0.020, and 2 more are within two paired errors of it. Of these node 4 is the best where its own score out of fold counts as well: RMSE 0.495 ± 0.020 on the holdout."));

        run.Add(new FinalistsNamed([3, 4], RunEnding.NodesSpent, 500, Digest.Of("files")));
        run.Add(new FinalistTried(3, 0.50, 0.02, null, null)).Add(new FinalistTried(4, 0.501, 0.02, new Comparison(3, -0.015, 0.01), new Comparison(3, -0.001, 0.01)));
        (int? node, string why) = FreshChoice.Of(run.Journal);
        node.ShouldBe(4);
        why.ShouldContain(" Node 4 has the best mean of both less half an error, where its own score out of fold is a part of it: RMSE 0.498 ± 0.014, of 0.495 ± 0.020 on the holdout and 0.501 ± 0.020 on the fresh split. By the two alone it would have been node 3. Against node 3, which leads on the holdout, it is worse by 0.0080 ± 0.0071 in the mean.");
    }

    [Fact]
    public void Aide_goes_by_the_holdout_alone() =>
        new AidePolicy(AideOptions.Default with { Drafts = 2, DebugProbability = 0 }).Choose(Run((0.50, 0.51), (0.51, 0.52), (0.48, 0.515), (0.495, 0.495)).Journal, new Draws(1, 5, "policy")).Parents.ShouldBe([3]);

    private static Decision Choose(Journal journal) => new OperatorsPolicy(new OperatorsOptions(2, 0)).Choose(journal, new Draws(1, journal.Nodes.Count + 1, "policy"));

    private static Recipe Recipe() => new([Part.Of(BoostedTrees.Key)]);

    private static JournalBuilder Run(params (double Score, double Claim)[] scores) => Run(Recipe(), scores);

    private static JournalBuilder Run(Recipe? recipe, (double Score, double Claim)[] scores, SplitKind kind = SplitKind.Random, string engineer = "builtin/1")
    {
        JournalBuilder run = new(Known.Task, Known.Profile, engineer: engineer);
        run.Add(new HoldoutMade(new SplitFacts(kind, "for a test", 1_500, 500, 1_000, Digest.Of("files"))));
        foreach ((double score, double claim) in scores)
        {
            run.Begin(Operator.Draft);
            int node = run.Journal.Nodes.Count;
            run.Propose(new Proposal("A start.", $"# {node}", [], recipe is null ? "{}" : new Notes("draft", "boosted-trees", 5, recipe.Parts).ToJson()));
            run.Add(new NodeScored(node, new Score(score, ScoreKind.Verified, 0.02, claim, node == 1 ? [] : [new Comparison(1, 0.50 - score, 0.01)])));
        }

        return run;
    }
}
