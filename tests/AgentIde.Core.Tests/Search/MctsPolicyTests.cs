using System.Collections.Immutable;
using AgentIde.Core.Runs;
using AgentIde.Core.Search;

namespace AgentIde.Core.Tests.Search;

public sealed class MctsPolicyTests
{
    private static readonly int Trees = Environment.GetEnvironmentVariable("AGENTIDE_TORTURE") is "1" ? 200 : 8;
    private static readonly ImmutableArray<Operator> Plain = [Operator.Draft, Operator.Debug, Operator.Improve, Operator.Merge];

    [Theory]
    [InlineData("rmse", 1)]
    [InlineData("accuracy", 1)]
    [InlineData("rmse", 4)]
    [InlineData("accuracy", 8)]
    public void Agrees_with_the_rule_stated_again_on_random_trees(string metric, int workers)
    {
        Dictionary<Operator, int> counts = [];
        for (int seed = 0; seed < Trees; seed++)
        {
            RandomRuns runs = new(seed, 60, workers, metric, Plain);
            runs.Play(new MctsPolicy(MctsOptions.Default), (journal, decision, _) =>
            {
                (Operator @operator, int[] parents) = new MctsStatedAgain([.. journal.Nodes], metric == "accuracy", 60).Choose();
                $"{decision.Operator} {string.Join(',', decision.Parents)}".ShouldBe($"{@operator} {string.Join(',', parents)}", $"seed {seed}, node {journal.Nodes.Count + 1}");
                counts[@operator] = counts.GetValueOrDefault(@operator) + 1;
            });
        }

        counts.Keys.Order().ShouldBe([Operator.Draft, Operator.Debug, Operator.Improve, Operator.Merge]);
        counts[Operator.Improve].ShouldBeGreaterThan(10 * Trees);
    }

    [Fact]
    public void Drafts_go_on_to_five_families_or_a_fifth_of_the_budget()
    {
        JournalBuilder run = new(budget: new Budget(100, 100_000), operators: Plain);
        foreach (string family in (string[])["forest", "forest", "linear", "kernel", "words"])
        {
            Choose(run.Journal).Operator.ShouldBe(Operator.Draft);
            Add(run, family, 0.5);
        }

        Choose(run.Journal).Operator.ShouldBe(Operator.Draft, "two of the five are of one family");

        // One under way may be the fifth: the next worker waits for no other.
        JournalBuilder parallel = new(budget: new Budget(100, 100_000), operators: Plain);
        parallel.Node(Operator.Draft, null, 0.5).Node(Operator.Draft, null, 0.6).Node(Operator.Draft, null, 0.7).Node(Operator.Draft, null, 0.8).Begin(Operator.Draft);
        Choose(parallel.Journal).Operator.ShouldBe(Operator.Improve);

        Add(run, "trees", 0.5);
        Choose(run.Journal).Operator.ShouldBe(Operator.Improve);

        JournalBuilder little = new JournalBuilder(budget: new Budget(10, 100_000), operators: Plain).Node(Operator.Draft, null, 0.5);
        Choose(little.Journal).Operator.ShouldBe(Operator.Draft);
        little.Node(Operator.Draft, null, 0.6);
        Choose(little.Journal).Operator.ShouldBe(Operator.Improve, "a fifth of the nodes is gone");

        JournalBuilder late = new JournalBuilder(budget: new Budget(100, 4), operators: Plain).Node(Operator.Draft, null, 0.5);
        Choose(late.Journal).Why.ShouldContain("promises", Case.Sensitive, "half of the time is gone: the tree decides");
    }

    [Fact]
    public void Workers_are_sent_to_different_nodes_by_the_virtual_loss()
    {
        JournalBuilder run = new(budget: new Budget(100, 100_000), operators: Plain);
        for (int draft = 1; draft <= 6; draft++)
        {
            run.Node(Operator.Draft, null, draft / 10.0);
        }

        HashSet<int> parents = [];
        for (int worker = 0; worker < 4; worker++)
        {
            Decision decision = Choose(run.Journal);
            decision.Operator.ShouldBe(Operator.Improve);
            parents.Add(decision.Parents[0]);
            run.Begin(Operator.Improve, decision.Parents[0]);
        }

        parents.Count.ShouldBeGreaterThan(1);
    }

    [Fact]
    public void A_node_has_no_more_children_than_its_visits_allow()
    {
        for (int seed = 0; seed < 10; seed++)
        {
            new RandomRuns(seed, 60, 3).Play(new MctsPolicy(MctsOptions.Default with { TreeUntil = 1, LeadersUntil = 1, Patience = 1_000 }), (journal, decision, _) =>
            {
                if (decision.Operator is not (Operator.Draft or Operator.Debug))
                {
                    SolutionTree tree = new(journal);
                    int node = decision.Parents[0];
                    (tree.Steps(node) + 1).ShouldBeLessThanOrEqualTo((int)Math.Ceiling(Math.Sqrt(tree.Visits(node))) + 1);
                }
            });
        }
    }

    [Fact]
    public void An_operator_that_has_nothing_at_a_node_closes_it_to_no_other()
    {
        JournalBuilder run = new JournalBuilder(budget: new Budget(100, 100_000)).Node(Operator.Draft, null, 0.5);
        foreach (Operator @operator in (Operator[])[Operator.Ablate, Operator.Simplify, Operator.Tune])
        {
            Nothing(run, @operator, 1);
        }

        new SolutionTree(run.Journal).Steps(1).ShouldBe(0);

        // An Improve without an answer may be asked for again: it counts, or the search would stay with it for ever.
        Nothing(run, Operator.Improve, 1);
        new SolutionTree(run.Journal).Steps(1).ShouldBe(1);
        run.Begin(Operator.Tune, 1);
        new SolutionTree(run.Journal).Steps(1).ShouldBe(2, "under way");
    }

    [Fact]
    public void Where_an_operator_had_nothing_nothing_was_tried_in_vain()
    {
        JournalBuilder run = new JournalBuilder(budget: new Budget(100, 100_000)).Node(Operator.Draft, null, 0.5).Node(Operator.Draft, null, 0.6);
        for (int node = 0; node < 7; node++)
        {
            run.Node(Operator.Improve, 1, 0.7);
        }

        Nothing(run, Operator.Tune, 1);
        Stagnation.Is(run.Journal, 8).ShouldBeFalse("seven were tried");
        Nothing(run, Operator.Merge, 1, 2);
        run.Node(Operator.Improve, 1, 0.7);
        Stagnation.Is(run.Journal, 8).ShouldBeTrue("the merge was none");
        run.Begin(Operator.Merge, 1, 2);
        Stagnation.Is(run.Journal, 8).ShouldBeFalse();
    }

    [Fact]
    public void What_fails_gets_no_visit_and_what_it_was_mended_into_does()
    {
        JournalBuilder run = new JournalBuilder().Node(Operator.Draft, null, 0.5).Node(Operator.Improve, 1, null);
        new SolutionTree(run.Journal).Visits(1).ShouldBe(1);
        run.Begin(Operator.Debug, 2);
        new SolutionTree(run.Journal).Visits(1).ShouldBe(2, "under way");
        run.Score(0.4);
        SolutionTree tree = new(run.Journal);
        (tree.Visits(1), tree.Visits(3), tree.Steps(1)).ShouldBe((2, 1, 1));
        tree.Value(3).ShouldBe(0.75, 1e-12);
        tree.Value(1).ShouldBe((0.75 / 2) + (0.5 / 2), 1e-12);
    }

    [Fact]
    public void Eight_nodes_without_a_clear_gain_lead_to_another_family_and_then_to_a_merge()
    {
        JournalBuilder run = new(budget: new Budget(100, 100_000), operators: Plain);
        for (int draft = 1; draft <= 5; draft++)
        {
            run.Node(Operator.Draft, null, draft / 10.0);
        }

        Patiently(run, gain: 0.005);
        Decision merge = Choose(run.Journal);
        (merge.Operator, string.Join(',', merge.Parents)).ShouldBe((Operator.Merge, "13,2"), "the last of the two was a draft");
        run.Begin(Operator.Merge, [.. merge.Parents]).Score(0.9);
        Patiently(run, gain: 0.005);
        Choose(run.Journal).Operator.ShouldBe(Operator.Draft);

        JournalBuilder gaining = new(budget: new Budget(100, 100_000), operators: Plain);
        for (int draft = 1; draft <= 5; draft++)
        {
            gaining.Node(Operator.Draft, null, draft / 10.0);
        }

        Patiently(gaining, gain: 0.02);
        Choose(gaining.Journal).Operator.ShouldBe(Operator.Improve);
    }

    [Fact]
    public void Late_in_the_budget_the_leading_nodes_are_worked_on_by_turns_with_a_merge_and_then_merged()
    {
        JournalBuilder run = new(budget: new Budget(20, 100_000), operators: Plain);
        for (int draft = 1; draft <= 6; draft++)
        {
            run.Node(Operator.Draft, null, draft / 10.0);
        }

        for (int node = 7; node <= 12; node++)
        {
            run.Node(Operator.Improve, 6, 0.9);
        }

        string[] turns = [.. Enumerable.Range(0, 4).Select(_ =>
        {
            Decision decision = Step();
            run.Begin(decision.Operator, [.. decision.Parents]).Score(0.95);
            return Shown(decision);
        })];
        turns.ShouldBe(["Merge 1,2", "Improve 2", "Improve 3", "Improve 1"], "while a merge of slow programs still fits into the time");

        // From four fifths on merges come first, and a leader where one had nothing.
        Shown(Step()).ShouldBe("Merge 1,3");
        run.Begin(Operator.Merge, 1, 3);
        Shown(Step()).ShouldBe("Merge 1,4", "by another worker");
        run.Add(new NodeFailed(17, new Failure(FailureKind.NoAnswer, "no time for it", null, null)));
        Shown(Step()).ShouldBe("Improve 2");
        run.Node(Operator.Improve, 2, 0.95);
        Shown(Step()).ShouldBe("Merge 1,4");
        run.Begin(Operator.Merge, 1, 4).Add(new NodeFailed(19, new Failure(FailureKind.Exception, "ValueError", 3, null)));

        // What failed is mended first, and given up where that comes to nothing.
        Nothing(run, Operator.Debug, 19);
        Shown(Step()).ShouldBe("Merge 2,3");

        Decision Step() => new MctsPolicy(MctsOptions.Default with { Patience = 1_000 }).Choose(run.Journal, new Draws(1, 1, "policy"));

        static string Shown(Decision decision) => $"{decision.Operator} {string.Join(',', decision.Parents)}";
    }

    [Fact]
    public void A_run_of_thousands_of_nodes_is_decided_on_from_the_whole_of_it()
    {
        JournalBuilder run = new(budget: new Budget(5_000, 1_000_000), operators: Plain);
        run.Node(Operator.Draft, null, 1);
        for (int node = 2; node <= 4_500; node++)
        {
            run.Node(Operator.Improve, node / 2, 1.0 / node);
        }

        Decision decision = Choose(run.Journal);
        (decision.Operator, decision.Parents[0]).ShouldBe((Operator.Improve, 4_500), "one start: nothing can be merged, and the best has no child yet");
    }

    /// <summary>A node without an answer.</summary>
    private static void Nothing(JournalBuilder run, Operator @operator, params int[] parents) =>
        run.Begin(@operator, parents).Add(new NodeFailed(run.Journal.Nodes.Count, new Failure(FailureKind.NoAnswer, "nothing to do", null, null)));

    /// <summary>Eight nodes, each a new best by <paramref name="gain"/>, with a paired error of 0.01.</summary>
    private static void Patiently(JournalBuilder run, double gain)
    {
        for (int node = 0; node < 8; node++)
        {
            int best = run.Journal.Best!.Value;
            run.Begin(Operator.Improve, best).Score(run.Journal[best].Score!.Value - gain, new Comparison(best, gain, 0.01));
        }
    }

    private static void Add(JournalBuilder run, string family, double score)
    {
        int node = run.Journal.Nodes.Count + 1;
        run.Begin(Operator.Draft).Add(new NodeProposed(node, "A plan.", Digest.Of($"{node}"), [], $$"""{"family":"{{family}}"}""", null)).Score(score);
    }

    private static Decision Choose(Journal journal) => new MctsPolicy(MctsOptions.Default).Choose(journal, new Draws(1, journal.Nodes.Count + 1, "policy"));
}
