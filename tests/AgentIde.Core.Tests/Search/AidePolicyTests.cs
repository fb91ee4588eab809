using AgentIde.Core.Runs;
using AgentIde.Core.Search;

namespace AgentIde.Core.Tests.Search;

public sealed class AidePolicyTests
{
    private static readonly AideOptions TwoDrafts = new(2, 0.5, 3);

    [Fact]
    public void Drafts_until_there_are_enough_whatever_they_score()
    {
        JournalBuilder run = new();
        for (int draft = 0; draft < 5; draft++)
        {
            Decision decision = Choose(run.Journal, AideOptions.Default);
            decision.Operator.ShouldBe(Operator.Draft);
            decision.Parents.ShouldBeEmpty();
            run.Node(Operator.Draft, null, draft % 2 == 0 ? null : draft);
        }

        Choose(run.Journal, AideOptions.Default with { DebugProbability = 0 }).Operator.ShouldBe(Operator.Improve);
    }

    [Fact]
    public void Debugs_a_buggy_leaf_before_improving_a_good_one()
    {
        JournalBuilder run = new JournalBuilder().Node(Operator.Draft, null, 0.5).Node(Operator.Draft, null, null);

        Decision decision = Choose(run.Journal, TwoDrafts with { DebugProbability = 1 });

        decision.ShouldSatisfyAllConditions(
            () => decision.Operator.ShouldBe(Operator.Debug),
            () => decision.Parents.ShouldBe([2]),
            () => decision.Why.ShouldContain("ValueError: node 2"));
    }

    [Fact]
    public void Improves_the_best_where_no_buggy_leaf_is_left()
    {
        JournalBuilder run = new JournalBuilder().Node(Operator.Draft, null, 0.5).Node(Operator.Draft, null, null).Node(Operator.Debug, 2, 0.7);

        Choose(run.Journal, TwoDrafts with { DebugProbability = 1 }).ShouldBeOf(Operator.Improve, 1);
    }

    [Fact]
    public void Gives_up_a_leaf_that_was_debugged_too_often()
    {
        JournalBuilder run = new JournalBuilder().Node(Operator.Draft, null, 0.5).Node(Operator.Draft, null, null);
        AideOptions always = TwoDrafts with { DebugProbability = 1 };
        for (int depth = 1; depth <= 4; depth++)
        {
            Choose(run.Journal, always).ShouldBeOf(Operator.Debug, depth + 1);
            run.Node(Operator.Debug, depth + 1, null);
        }

        Choose(run.Journal, always).ShouldBeOf(Operator.Improve, 1);
    }

    [Fact]
    public void Drafts_again_where_nothing_is_valid_and_nothing_is_debugged()
    {
        JournalBuilder run = new JournalBuilder().Node(Operator.Draft, null, null).Node(Operator.Draft, null, null);

        Choose(run.Journal, TwoDrafts with { DebugProbability = 0 }).Operator.ShouldBe(Operator.Draft);
    }

    [Theory]
    [InlineData("rmse", 3)]
    [InlineData("accuracy", 1)]
    public void Best_is_by_the_direction_of_the_metric_also_for_whole_numbers(string metric, int best)
    {
        JournalBuilder run = new JournalBuilder(Samples.Task(metric)).Node(Operator.Draft, null, 1).Node(Operator.Draft, null, 0.4).Node(Operator.Draft, null, 0);

        Choose(run.Journal, TwoDrafts with { DebugProbability = 0 }).ShouldBeOf(Operator.Improve, best);
    }

    [Fact]
    public void Decides_between_the_nodes_that_have_ended_while_others_are_under_way()
    {
        JournalBuilder run = new JournalBuilder().Node(Operator.Draft, null, 0.5).Begin(Operator.Draft);
        Choose(run.Journal, TwoDrafts).ShouldBeOf(Operator.Improve, 1);

        // Nothing to improve yet: another start is all that can be said.
        Choose(new JournalBuilder().Begin(Operator.Draft).Journal, TwoDrafts with { Drafts = 1 }).Operator.ShouldBe(Operator.Draft);
    }

    [Fact]
    public void Records_the_draws_it_used_and_takes_none_for_a_draft()
    {
        JournalBuilder run = new();
        Draws none = new(1, 1, "policy");
        new AidePolicy(TwoDrafts).Choose(run.Journal, none);
        none.Drawn.ShouldBeEmpty();

        run.Node(Operator.Draft, null, null).Node(Operator.Draft, null, null);
        Draws two = new(1, 3, "policy");
        new AidePolicy(TwoDrafts with { DebugProbability = 1 }).Choose(run.Journal, two);
        two.Drawn.Length.ShouldBe(2);
    }

    [Theory]
    [InlineData("rmse", 0.5, 3)]
    [InlineData("accuracy", 0.5, 3)]
    [InlineData("rmse", 1.0, 20)]
    [InlineData("accuracy", 0.8, 0)]
    public void Agrees_with_the_rule_stated_again_on_random_trees(string metric, double probability, int depth)
    {
        AideOptions options = new(5, probability, depth);
        int debugs = 0;
        for (int tree = 0; tree < 40; tree++)
        {
            JournalBuilder run = new(Samples.Task(metric));
            for (int node = 1; node <= 60; node++)
            {
                Draws fate = new(tree, node, "fate");
                Decision decision = new AidePolicy(options).Choose(run.Journal, new Draws(tree, node, "policy"));
                (Operator expected, int? parent) = RuleStatedAgain(run.Journal.Nodes, options, new Draws(tree, node, "policy"), metric == "accuracy");

                (decision.Operator, decision.Parents.IsEmpty ? (int?)null : decision.Parents[0]).ShouldBe((expected, parent));
                debugs += expected == Operator.Debug ? 1 : 0;
                run.Node(expected, parent, fate.NextDouble() < 0.5 ? null : Math.Round(fate.NextDouble(), 2));
            }
        }

        debugs.ShouldBeGreaterThan(40);
    }

    /// <summary>Over the plain list of nodes, with nothing kept between decisions.</summary>
    private static (Operator Operator, int? Parent) RuleStatedAgain(IReadOnlyList<Node> nodes, AideOptions options, Draws draws, bool higherIsBetter)
    {
        if (nodes.Count(node => node.Parents.IsEmpty) < options.Drafts)
        {
            return (Operator.Draft, null);
        }

        if (draws.NextDouble() < options.DebugProbability)
        {
            List<int> leaves = [];
            foreach (Node node in nodes)
            {
                int inARow = 0;
                for (Node at = node; at.Parent is { } parent && nodes[parent - 1].Failure is not null; at = nodes[parent - 1])
                {
                    inARow++;
                }

                if (node.Failure is not null && nodes.All(other => other.Parent != node.Id) && inARow <= options.MaximumDebugDepth)
                {
                    leaves.Add(node.Id);
                }
            }

            if (leaves.Count > 0)
            {
                return (Operator.Debug, leaves[draws.NextIndex(leaves.Count)]);
            }
        }

        List<Node> good = [.. nodes.Where(node => node.Score is not null)];
        return good.Count == 0
            ? (Operator.Draft, null)
            : (Operator.Improve, (higherIsBetter ? good.MaxBy(node => node.Score!.Value) : good.MinBy(node => node.Score!.Value))!.Id);
    }

    private static Decision Choose(Journal journal, AideOptions options) =>
        new AidePolicy(options).Choose(journal, new Draws(1, journal.Nodes.Count + 1, "policy"));
}

file static class DecisionAssertions
{
    public static void ShouldBeOf(this Decision decision, Operator @operator, int parent)
    {
        decision.Operator.ShouldBe(@operator);
        decision.Parents.ShouldBe([parent]);
    }
}
