using System.Collections.Immutable;
using AgentIde.Core.Engineering.BuiltIn;
using AgentIde.Core.Engineering.BuiltIn.Components;
using AgentIde.Core.Engineering.BuiltIn.Models;
using AgentIde.Core.Runs;
using AgentIde.Core.Search;
using AgentIde.Core.Tests.Engineering;

namespace AgentIde.Core.Tests.Search;

public sealed class OperatorsPolicyTests
{
    private static readonly OperatorsOptions NoDebug = new(2, 0);

    [Fact]
    public void Begins_with_starts_and_mends_what_fails_before_anything_is_worked_on()
    {
        JournalBuilder run = new();
        Next().ShouldBe("Draft [] Draft 1 of 2: different starts before any is improved.");
        run.Node(Operator.Draft, null, 0.5).Node(Operator.Draft, null, null);
        Next().ShouldBe("Debug [2] Node 2 failed: ValueError: node 2. Mend 1 of at most 2.");
        run.Node(Operator.Debug, 2, null);
        Next().ShouldBe("Debug [3] Node 3 failed: ValueError: node 3. Mend 2 of at most 2.");
        run.Node(Operator.Debug, 3, 0.4);
        Next().ShouldNotStartWith("Debug");

        // The solution has its score: an idea that takes too long for it is given up.
        run.Begin(Operator.Improve, 4).Add(new NodeFailed(5, new Failure(FailureKind.TimeOut, "did not end within 20 s", null, null)));
        Next().ShouldNotStartWith("Debug");
        run.Node(Operator.Improve, 4, null);
        Next().ShouldStartWith("Debug [6]");

        string Next() => Enumerable.Range(1, 40).Select(seed => new OperatorsPolicy(new OperatorsOptions(2, 2)).Choose(run.Journal, new Draws(seed, run.Journal.Nodes.Count + 1, "policy")))
            .Select(decision => $"{decision.Operator} [{string.Join(',', decision.Parents)}] {decision.Why}").GroupBy(text => text.Split(' ')[0]).OrderByDescending(group => group.Count()).First().First();
    }

    [Fact]
    public void Tries_each_operator_that_fits_and_says_why()
    {
        Dictionary<Operator, Decision> chosen = [];
        Journal journal = Settled(lines: 200).Node(Operator.Improve, 2, 0.9).Journal;
        for (int seed = 1; seed <= 3_000; seed++)
        {
            Decision decision = new OperatorsPolicy(NoDebug).Choose(journal, new Draws(seed, 3, "policy"));
            chosen[decision.Operator] = decision;
        }

        chosen.Keys.Order().ShouldBe([Operator.Improve, Operator.Tune, Operator.Ablate, Operator.Merge, Operator.Simplify]);
        chosen[Operator.Merge].Parents.ShouldBe([2, 1]);
        chosen[Operator.Merge].Why.ShouldBe("Node 2 is the best so far (RMSE 0.4), and node 1 (RMSE 0.5) the best of other starts that it was not merged with. Merge has not been tried.");
        chosen[Operator.Simplify].Why.ShouldBe("Node 2 is the best so far (RMSE 0.4) and has 200 lines, more than half as many again as usual. Simplify has not been tried.");
        chosen[Operator.Tune].Parents.ShouldBe([2]);
    }

    [Fact]
    public void Comes_back_to_what_pays()
    {
        JournalBuilder run = Settled(lines: 50);
        double score = 0.4;
        run.Begin(Operator.Merge, 2, 1).Score(0.9);
        // A dozen tries outweigh what was counted before them.
        for (int time = 0; time < 12; time++)
        {
            int best = run.Journal.Best!.Value;
            run.Node(Operator.Improve, best, 0.9).Node(Operator.Ablate, best, 0.9).Node(Operator.Tune, best, score -= 0.01);
        }

        Chosen(run.Journal, 200).Count(decision => decision.Operator == Operator.Tune).ShouldBeGreaterThan(140);
    }

    [Theory]
    [InlineData(0.0001, 0.01, false)]
    [InlineData(0.0049, 0.01, false)]
    [InlineData(0.0051, 0.01, true)]
    [InlineData(0, 0, false)]
    [InlineData(0.0001, 0, true)]
    public void A_gain_is_one_of_half_an_error_of_the_difference(double gain, double error, bool counts)
    {
        JournalBuilder run = Settled(lines: 50);
        run.Begin(Operator.Tune, 2).Score(0.4 - gain, new Comparison(2, gain, error));
        new OperatorRecord(run.Journal, new Belief(run.Journal))[Operator.Tune].ShouldBe((1, counts ? 1 : 0));
    }

    [Fact]
    public void A_merge_gains_where_it_is_better_than_both_of_its_parents()
    {
        JournalBuilder run = Settled(lines: 50);
        run.Begin(Operator.Merge, 2, 1).Score(0.39, new Comparison(2, 0.003, 0.01), new Comparison(1, 0.11, 0.01));
        new OperatorRecord(run.Journal, new Belief(run.Journal))[Operator.Merge].ShouldBe((1, 0));
        run.Begin(Operator.Merge, 2, 1).Score(0.39, new Comparison(2, 0.006, 0.01), new Comparison(1, 0.11, 0.01));
        new OperatorRecord(run.Journal, new Belief(run.Journal))[Operator.Merge].ShouldBe((2, 1));
    }

    [Fact]
    public void What_promises_most_is_tried_before_parameters_and_later_as_often_as_it_pays()
    {
        JournalBuilder run = Settled(lines: 50, Operator.Draft, Operator.Improve, Operator.Tune);
        Chosen(run.Journal, 400).Count(decision => decision.Operator == Operator.Improve).ShouldBeGreaterThan(370);
        run.Node(Operator.Improve, 2, 0.9).Node(Operator.Improve, 2, 0.9);
        Chosen(run.Journal, 400).Count(decision => decision.Operator == Operator.Improve).ShouldBeInRange(120, 300);
    }

    [Fact]
    public void A_pair_is_merged_once_and_only_across_starts()
    {
        JournalBuilder run = Settled(lines: 50);
        run.Begin(Operator.Merge, 2, 1).Score(0.45);
        run.Node(Operator.Improve, 2, 0.41);
        Chosen(run.Journal, 100).ShouldNotContain(decision => decision.Operator == Operator.Merge);

        // A third start that is worse than both is another branch still.
        run.Node(Operator.Draft, null, 0.7).Node(Operator.Improve, 5, 0.3);
        Chosen(run.Journal, 100).Where(decision => decision.Operator == Operator.Merge).ShouldAllBe(decision => decision.Parents.SequenceEqual(new[] { 6, 2 }));

        // What was merged belongs to both starts: of the three, the first is left.
        run.Begin(Operator.Merge, 6, 2).Score(0.2);
        Chosen(run.Journal, 100).Where(decision => decision.Operator == Operator.Merge).ShouldAllBe(decision => decision.Parents.SequenceEqual(new[] { 7, 1 }));
    }

    [Fact]
    public void Where_the_best_partner_was_merged_the_next_start_is_and_no_worse_node_of_the_same()
    {
        // Two starts beside that of the best, the better of them with a second node.
        JournalBuilder run = Settled(lines: 50);
        run.Node(Operator.Draft, null, 0.7).Node(Operator.Improve, 1, 0.6);
        run.Begin(Operator.Merge, 2, 1).Score(0.41);
        Merges(run).ShouldBe(["2,3"]);

        // What came of the first start is better now than what of it was merged.
        run.Node(Operator.Improve, 4, 0.45);
        Merges(run).ShouldBe(["2,6"]);

        // Of a merge that came to nothing the two alone are known not to go together.
        run.Begin(Operator.Merge, 2, 6).Add(new NodeFailed(7, new Failure(FailureKind.NoAnswer, "no time for it", null, null)));
        Merges(run).ShouldBe(["2,3"]);
        run.Node(Operator.Improve, 4, 0.46);
        Merges(run).ShouldBe(["2,8"]);
        run.Begin(Operator.Merge, 2, 8).Begin(Operator.Merge, 2, 3);
        Merges(run).ShouldBeEmpty();

        static string[] Merges(JournalBuilder run) =>
            [.. Chosen(run.Journal, 100).Where(decision => decision.Operator == Operator.Merge).Select(decision => string.Join(',', decision.Parents)).Distinct()];
    }

    [Fact]
    public void What_is_merged_is_the_pair_whose_blend_promises_most_and_nothing_that_promises_nothing()
    {
        // Of three other starts the best promises nothing and the worst most.
        JournalBuilder run = Settled(lines: 50);
        run.Node(Operator.Draft, null, 0.45).Node(Operator.Draft, null, 0.7);
        Blended(run, Operator.Improve, [2], 0.35, new Comparison(3, 0.004, 0.01), new Comparison(1, 0.006, 0.01), new Comparison(4, 0.03, 0.01));
        Decision[] merges = [.. Chosen(run.Journal, 200).Where(decision => decision.Operator == Operator.Merge)];
        merges.Length.ShouldBeGreaterThan(120, "what is seen to gain by more than chance comes first");
        merges.ShouldAllBe(decision => decision.Parents.SequenceEqual(new[] { 5, 4 }));
        merges[0].Why.ShouldBe(
            "Node 5 is the best so far (RMSE 0.35), and node 4 (RMSE 0.7) that of other starts whose predictions, blended with its own, promise most (better by 0.030 ± 0.010). Merge has not been tried.");

        run.Begin(Operator.Merge, 5, 4).Score(0.36);
        Partners(run).ShouldBe([1]);
        run.Begin(Operator.Merge, 5, 1).Score(0.36);
        Partners(run).ShouldBeEmpty();

        // A start that nobody blended with the best one stands behind those that promise something.
        run.Node(Operator.Draft, null, 0.5);
        Partners(run).ShouldBe([8]);

        static int[] Partners(JournalBuilder run) =>
            [.. Chosen(run.Journal, 100).Where(decision => decision.Operator == Operator.Merge).Select(decision => decision.Parents[1]).Distinct()];
    }

    [Fact]
    public void A_pair_that_promises_nothing_does_not_come_back_through_a_worse_node_of_the_same_start()
    {
        JournalBuilder run = new();
        run.Node(Operator.Draft, null, 0.5).Node(Operator.Draft, null, 0.6).Node(Operator.Improve, 2, 0.45);
        Blended(run, Operator.Improve, [1], 0.4, new Comparison(3, 0, 0.01));
        Chosen(run.Journal, 200).ShouldNotContain(decision => decision.Operator == Operator.Merge);

        // What is better than the one that was blended may promise more.
        run.Node(Operator.Improve, 3, 0.42);
        Chosen(run.Journal, 200).Where(decision => decision.Operator == Operator.Merge).Select(decision => decision.Parents[1]).Distinct().ShouldBe([5]);
    }

    [Fact]
    public void A_node_is_blended_with_the_best_of_each_other_start()
    {
        JournalBuilder run = new(policy: "operators", operators: [Operator.Draft, Operator.Improve, Operator.Merge]);
        for (int start = 1; start <= 9; start++)
        {
            run.Node(Operator.Draft, null, 0.9 - (start / 100.0));
        }

        run.Node(Operator.Improve, 1, 0.5).Node(Operator.Improve, 10, 0.6).Node(Operator.Draft, null, null);
        MergeChoice.IsAsked(run.Journal).ShouldBeTrue();
        run.Begin(Operator.Improve, 9);
        MergeChoice.Others(run.Journal, 13).ShouldBe([10, 8, 7, 6, 5, 4]);
        run.Begin(Operator.Merge, 10, 8).Score(0.4).Begin(Operator.Improve, 7);
        MergeChoice.Others(run.Journal, 15).ShouldBe([14, 10, 9, 8, 6, 5]);
        MergeChoice.IsAsked(new JournalBuilder(policy: "aide", operators: [Operator.Merge]).Journal).ShouldBeFalse();
    }

    [Theory]
    [InlineData(0.001, 40, 10, 2)]
    [InlineData(0.001, 14, 10, 3)]
    [InlineData(0.03, 40, 10, 3)]
    [InlineData(0.001, 15, 5, 3)]
    [InlineData(0.001, 40, 10, 3, 4)]
    public void What_gains_nothing_clear_and_takes_much_longer_is_gone_on_from_last(double gain, double seconds, double before, int ground, int nodes = 100)
    {
        JournalBuilder run = new(budget: new Budget(nodes, 1_000));
        Scored(run, 60, before, 0.5);
        Scored(run, 60, before, 0.4);
        run.Begin(Operator.Tune, 2).Add(Proposed(3, 60)).Execute(Digest.Of("output"), seconds).Score(0.4 - gain, new Comparison(2, gain, 0.01));
        Decision[] chosen = Chosen(run.Journal, 60);
        chosen.ShouldAllBe(decision => decision.Parents[0] == ground);
        chosen.Any(decision => decision.Why.StartsWith("Node 2 leads to node 3, believed to be best, which gains nothing clear and takes much longer (RMSE 0.4)", StringComparison.Ordinal)).ShouldBe(ground == 2);
    }

    [Fact]
    public void Works_on_with_what_is_simpler_and_as_good()
    {
        JournalBuilder run = Settled(lines: 200);
        run.Begin(Operator.Simplify, 2).Add(Proposed(3, 90)).Score(0.401, new Comparison(2, -0.001, 0.002));
        Chosen(run.Journal, 60).ShouldAllBe(decision => decision.Parents[0] == 3 && decision.Operator != Operator.Simplify);
    }

    [Theory]
    [InlineData(20, 15, 100, 3)]
    [InlineData(20, 19, 100, 2)]
    [InlineData(20, 15, 1_100, 2)]
    public void Works_on_with_what_is_as_good_and_faster_where_the_time_matters(double before, double seconds, double time, int ground)
    {
        JournalBuilder run = new(budget: new Budget(100, time));
        Scored(run, 100, before, 0.5);
        Scored(run, 100, before, 0.4);
        run.Begin(Operator.Simplify, 2).Add(Proposed(3, 100)).Execute(Digest.Of("output"), seconds).Score(0.401, new Comparison(2, -0.001, 0.002));
        Chosen(run.Journal, 60).Where(decision => decision.Operator is not (Operator.Merge or Operator.Draft)).ShouldAllBe(decision => decision.Parents[0] == ground);
    }

    [Theory]
    [InlineData(140, 10, 100, null)]
    [InlineData(160, 10, 100, "has 160 lines, more than half as many again as usual")]
    [InlineData(90, 19, 100, null)]
    [InlineData(90, 21, 100, "takes 21 s, more than twice the usual 10 s")]
    [InlineData(90, 21, 1_100, null)]
    public void What_is_to_be_made_simpler_is_long_or_slow_beside_the_other_programs_of_the_run(int lines, double seconds, double time, string? why)
    {
        // What takes less than a fiftieth of the run's time is quick.
        JournalBuilder run = new(budget: new Budget(100, time));
        Scored(run, 100, 10, 0.5);
        Scored(run, 100, 9, 0.5);
        Scored(run, 100, 10, 0.5);
        Scored(run, lines, seconds, 0.4);
        string[] said = [.. Chosen(run.Journal, 1_000).Where(decision => decision.Operator == Operator.Simplify).Select(decision => decision.Why).Distinct()];
        said.ShouldBe(why is null ? [] : [$"Node 4 is the best so far (RMSE 0.4) and {why}. Simplify has not been tried."]);
    }

    [Fact]
    public void A_simpler_program_that_is_worse_is_left()
    {
        JournalBuilder run = Settled(lines: 200);
        run.Begin(Operator.Simplify, 2).Add(Proposed(3, 90)).Score(0.45, new Comparison(2, -0.05, 0.002));
        Chosen(run.Journal, 60).ShouldAllBe(decision => decision.Parents[0] == 2 && decision.Operator != Operator.Simplify);
    }

    [Fact]
    public void What_the_engineer_does_not_take_is_never_chosen()
    {
        JournalBuilder run = Settled(lines: 200, Operator.Draft, Operator.Debug, Operator.Improve, Operator.Tune);
        Chosen(run.Journal, 1_000).Select(decision => decision.Operator).Distinct().Order().ShouldBe([Operator.Improve, Operator.Tune]);
    }

    [Fact]
    public void What_came_to_no_answer_is_not_asked_for_again()
    {
        JournalBuilder run = Settled(lines: 50);
        run.Begin(Operator.Tune, 2).Add(new NodeFailed(3, new Failure(FailureKind.NoAnswer, "nothing to tune", null, null)));
        Chosen(run.Journal, 60).ShouldNotContain(decision => decision.Operator == Operator.Tune);
    }

    [Fact]
    public void The_built_in_engineer_is_asked_for_nothing_that_its_recipe_has_no_part_for()
    {
        Operator[] all = [Operator.Improve, Operator.Tune, Operator.Ablate, Operator.Simplify];
        Recipe plain = new([Part.Of(BoostedTrees.Key)]);
        Asked(plain).ShouldBe([Operator.Improve, Operator.Tune]);
        Asked(plain.Add(Part.Of("frequencies"))).ShouldBe(all);
        Asked(plain.Add(Part.Of(SeedBag.Key).Set("seeds", 2))).ShouldBe([Operator.Improve, Operator.Tune, Operator.Simplify]);
        Asked(null).ShouldBe([Operator.Improve], "somebody else's program");
        Asked(plain, "openai:scripted").ShouldBe(all, "a model can take lines out of any program");

        static Operator[] Asked(Recipe? recipe, string engineer = "builtin/1")
        {
            Tables tables = Tables.Make("rmse");
            JournalBuilder run = new(tables.Task, tables.Profile, engineer: engineer);
            Scored(run, 60, 5, 0.6);
            run.Begin(Operator.Draft).Add(new NodeProposed(2, "A plan.", Digest.Of("2"), [], recipe is null ? "{}" : new Notes("draft", BoostedTrees.Key, 5, recipe.Parts).ToJson(), null, 200)).Score(0.4).Node(Operator.Improve, 2, 0.9);
            return [.. Chosen(run.Journal, 3_000).Select(decision => decision.Operator).Where(@operator => @operator != Operator.Merge).Distinct().Order()];
        }
    }

    [Theory]
    [InlineData("rmse")]
    [InlineData("accuracy")]
    public void On_random_trees_no_operator_lacks_its_parents_and_the_recorded_draws_tell_the_choice(string metric)
    {
        Dictionary<Operator, int> counts = [];
        for (int tree = 0; tree < 30; tree++)
        {
            JournalBuilder run = new(Samples.Task(metric));
            for (int node = 1; node <= 60; node++)
            {
                Draws draws = new(tree, node, "policy"), again = new(tree, node, "policy"), fate = new(tree, node, "fate");
                Decision decision = new OperatorsPolicy(OperatorsOptions.Default).Choose(run.Journal, draws), same = new OperatorsPolicy(OperatorsOptions.Default).Choose(run.Journal, again);
                (same.Operator, same.Why, same.Parents.SequenceEqual(decision.Parents)).ShouldBe((decision.Operator, decision.Why, true));
                again.Drawn.ShouldBe(draws.Drawn);
                Fits(run.Journal, decision);
                counts[decision.Operator] = counts.GetValueOrDefault(decision.Operator) + 1;
                run.Begin(decision.Operator, [.. decision.Parents]).Add(Proposed(node, 40 + fate.NextIndex(160)));
                _ = fate.NextDouble() < 0.3
                    ? run.Add(new NodeFailed(node, new Failure(fate.NextDouble() < 0.3 ? FailureKind.NoAnswer : FailureKind.Exception, "ValueError", 3, null)))
                    : run.Score(Math.Round(fate.NextDouble(), 3));
            }
        }

        counts.Keys.Order().ShouldBe(Enum.GetValues<Operator>());
    }

    [Fact]
    public void A_rate_is_drawn_from_its_distribution()
    {
        double[] rates = [.. Enumerable.Range(1, 4_000).Select(node => BetaDraw.Next(new Draws(1, node, "rate"), tries: 10, gains: 3))];
        rates.Average().ShouldBe(4.0 / 12, 0.005);
        double mean = rates.Average();
        rates.Average(rate => (rate - mean) * (rate - mean)).ShouldBe(4.0 * 8 / (12 * 12 * 13), 0.0006);
        BetaDraw.Next(new Draws(1, 1, "rate"), 0, 0).ShouldBe(new Draws(1, 1, "rate").NextDouble(), 1e-9);
    }

    [Fact]
    public void Policies_are_found_by_the_name_that_settings_keep()
    {
        Policies.Names.ShouldBe(["aide", "aide-mlebench", "operators", "mcts", "best-of-n", "evolution"]);
        Policies.Find("greedy").ShouldBeNull();
        Policies.Find("operators")!.Choose(new JournalBuilder().Journal, new Draws(1, 1, "policy")).Operator.ShouldBe(Operator.Draft);
    }

    private static void Fits(Journal journal, Decision decision)
    {
        Branches branches = new(journal);
        decision.Parents.Length.ShouldBe(decision.Operator switch { Operator.Draft => 0, Operator.Merge => 2, _ => 1 });
        decision.Parents.ShouldAllBe(parent => decision.Operator == Operator.Debug ? journal[parent].IsBuggy : journal[parent].IsValid);
        if (decision.Operator == Operator.Merge)
        {
            branches.AreApart(decision.Parents[0], decision.Parents[1]).ShouldBeTrue();
        }

        decision.Why.ShouldNotContain('\n');
    }

    private static void Blended(JournalBuilder run, Operator @operator, int[] parents, double score, params Comparison[] blends) =>
        run.Begin(@operator, parents).Add(new NodeScored(run.Journal.Nodes.Count, new Score(score, ScoreKind.Verified, 0.01, null, []) { Blends = [.. blends] }));

    private static Decision[] Chosen(Journal journal, int seeds) =>
        [.. Enumerable.Range(1, seeds).Select(seed => new OperatorsPolicy(NoDebug).Choose(journal, new Draws(seed, journal.Nodes.Count + 1, "policy")))];

    /// <summary>Two drafts, the first of 60 lines, the second the better one.</summary>
    private static JournalBuilder Settled(int lines, params Operator[] taken)
    {
        JournalBuilder run = new(operators: taken.Length == 0 ? null : [.. taken]);
        run.Begin(Operator.Draft).Add(Proposed(1, 60)).Score(0.5);
        return run.Begin(Operator.Draft).Add(Proposed(2, lines)).Score(0.4);
    }

    private static void Scored(JournalBuilder run, int lines, double seconds, double score) =>
        run.Begin(Operator.Draft).Add(Proposed(run.Journal.Nodes.Count, lines)).Execute(Digest.Of("output"), seconds).Score(score);

    private static NodeProposed Proposed(int node, int lines) => new(node, "A plan.", Digest.Of($"{node}"), [], null, null, lines);
}
