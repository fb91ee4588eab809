using AgentIde.Core.Runs;
using AgentIde.Core.Simulation;

namespace AgentIde.Core.Tests.Simulation;

public sealed class OutcomeModelTests
{
    [Fact]
    public void A_step_is_drawn_from_the_recorded_nodes_whose_parents_scored_alike()
    {
        // Twelve drafts, each improved once: the gain tells which one it was.
        List<PoolNode> nodes = [.. Enumerable.Range(1, 12).Select(id => Pools.Node(id, Operator.Draft, null, id, 1))];
        nodes.AddRange(Enumerable.Range(1, 12).Select(id => Pools.Node(12 + id, Operator.Improve, id, id - (id / 100.0), 100 + id)));
        (OutcomeModel model, ScoreScale scale) = Model(nodes);

        HashSet<double> times = [];
        for (int seed = 1; seed <= 200; seed++)
        {
            SplitMix draws = SplitMix.Of(seed);
            Outcome outcome = model.Step(Operator.Improve, [Scored(scale.Of(6.2))], ref draws);
            times.Add(outcome.Seconds);
            outcome.Distance.ShouldBe(scale.Of(6.2) - scale.Of(outcome.Seconds - 100) is var away && away < 0 ? -away : away, 1e-9);
            scale.Score(outcome.Score!.Value).ShouldBe(6.2 - ((outcome.Seconds - 100) / 100), 1e-9, "time and gain come from the same node");
        }

        times.Order().ToArray().ShouldBe([104.0, 105, 106, 107, 108], "the five nearest of twelve");
    }

    [Fact]
    public void Of_recorded_nodes_that_are_equally_near_each_may_be_drawn()
    {
        List<PoolNode> nodes = [Pools.Node(1, Operator.Draft, null, 1, 1), .. Enumerable.Range(2, 20).Select(id => Pools.Node(id, Operator.Improve, 1, 0.9, id))];
        Times(Model(nodes).Model, Operator.Improve, Scored(0.3), seeds: 2_000).Length.ShouldBe(20);
    }

    [Fact]
    public void The_family_counts_where_enough_of_it_was_recorded()
    {
        List<PoolNode> nodes = [Pools.Node(1, Operator.Draft, null, 1, 1, "forest"), Pools.Node(2, Operator.Draft, null, 1, 1, "linear")];
        nodes.AddRange(Enumerable.Range(3, 6).Select(id => Pools.Node(id, Operator.Improve, 1, 0.9, 50, "forest")));
        nodes.AddRange(Enumerable.Range(9, 3).Select(id => Pools.Node(id, Operator.Improve, 2, 0.8, 70, "linear")));
        (OutcomeModel model, _) = Model(nodes);
        Times(model, Operator.Improve, Scored(0) with { Family = "forest" }).ShouldBe([50]);
        Times(model, Operator.Improve, Scored(0) with { Family = "linear" }).ShouldBe([50, 70], "three are too few to be asked alone");
    }

    [Fact]
    public void A_failure_is_mended_as_failures_of_its_kind_were_and_one_that_came_back_comes_back()
    {
        List<PoolNode> nodes = [];
        for (int i = 0; i < 10; i++)
        {
            int id = (2 * i) + 1;
            bool times = i % 2 == 0;
            nodes.Add(Pools.Node(id, Operator.Draft, null, null, 1, "forest", times ? FailureKind.TimeOut : FailureKind.Exception) with { Signature = "same" });
            nodes.Add(Pools.Node(id + 1, Operator.Debug, id, times ? 0.5 : null, times ? 30 : 40, "forest") with { Signature = times ? null : "same" });
        }

        (OutcomeModel model, _) = Model(nodes);
        SimulatedNode late = new(null, null, FailureKind.TimeOut, "mine", "forest");
        Times(model, Operator.Debug, late).ShouldBe([30]);
        SplitMix draws = SplitMix.Of(1);
        Outcome outcome = model.Step(Operator.Debug, [late with { Failure = FailureKind.Exception }], ref draws);
        (outcome.Failure, outcome.Signature).ShouldBe((FailureKind.Exception, "mine"));
    }

    [Fact]
    public void Drafts_are_of_families_that_were_not_drawn_yet_in_about_the_order_they_were_recorded_in()
    {
        List<PoolNode> nodes = [.. Enumerable.Range(1, 30).Select(id => Pools.Node(id, Operator.Draft, null, id, 1, $"family-{id}"))];
        (OutcomeModel model, _) = Model(nodes);
        HashSet<string> used = [];
        int away = 0;
        for (int ordinal = 1; ordinal <= 30; ordinal++)
        {
            SplitMix draws = SplitMix.Of(7, ordinal);
            string family = model.Draft(ordinal, used, ref draws).Family!;
            used.Add(family).ShouldBeTrue();
            away += Math.Abs(int.Parse(family["family-".Length..], null) - ordinal);
        }

        away.ShouldBeInRange(10, 30 * 6, "ten places in the mean where the order did not count");

        SplitMix more = SplitMix.Of(8);
        model.Draft(31, used, ref more).Family.ShouldNotBeNull();
    }

    [Fact]
    public void What_a_person_had_a_hand_in_is_a_parent_and_no_more()
    {
        List<PoolNode> nodes =
        [
            Pools.Node(1, Operator.Draft, null, 1, 1), Pools.Node(2, Operator.Improve, 1, 0.1, 900) with { OnlyParent = true },
            .. Enumerable.Range(3, 6).Select(id => Pools.Node(id, Operator.Improve, 2, 0.5, 20)),
        ];
        (OutcomeModel model, ScoreScale scale) = Model(nodes);
        (model.Count(Operator.Improve), model.Count(Operator.Draft)).ShouldBe((6, 1));
        SplitMix draws = SplitMix.Of(1);
        scale.Score(model.Step(Operator.Improve, [Scored(scale.Of(0.2))], ref draws).Score!.Value).ShouldBe(0.6, 1e-9, "0.4 worse than the parent, as recorded");
    }

    private static SimulatedNode Scored(double score) => new(score, score, null, null, null);

    private static double[] Times(OutcomeModel model, Operator @operator, SimulatedNode parent, int seeds = 100)
    {
        HashSet<double> times = [];
        for (int seed = 1; seed <= seeds; seed++)
        {
            SplitMix draws = SplitMix.Of(seed);
            times.Add(model.Step(@operator, [parent], ref draws).Seconds);
        }

        return [.. times.Order()];
    }

    private static (OutcomeModel Model, ScoreScale Scale) Model(List<PoolNode> nodes)
    {
        PoolRun run = Pools.Run("sample-1", nodes);
        ScoreScale scale = new(run.Metric, [.. nodes.Where(node => node.Score is not null)]);
        return (new OutcomeModel([run], scale), scale);
    }
}
