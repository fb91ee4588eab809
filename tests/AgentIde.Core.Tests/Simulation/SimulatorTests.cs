using System.Text;
using System.Text.Json;
using AgentIde.Core.Runs;
using AgentIde.Core.Search;
using AgentIde.Core.Simulation;

namespace AgentIde.Core.Tests.Simulation;

public sealed class SimulatorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Where_everything_is_certain_the_result_can_be_reckoned_by_hand()
    {
        // Each node takes 10 s, and 15 s are reserved for the refit of the best: the last of 29 begins at 280 s. Five are drafts.
        SimulationReport report = Simulator.Play(Pools.Of(Pools.Steady(0.01, improvements: 40)), Pools.Plan(["aide", "best-of-n"], seeds: 3), Token);
        report.Policies[0].Nodes.ShouldBe(29);
        report.Policies[0].Scores.ShouldBe([1 - (0.01 * 24)], 1e-9);
        report.Policies[0].Quarters[^1].ShouldBe(0.6, 1e-9, "24 of the 40 steps that were recorded");
        report.Policies[1].Scores.ShouldBe([1.0]);
        report.Policies[1].Against!.Difference.ShouldBe(-0.6, 1e-9);
        report.Policies[1].Against!.Interval.Low.ShouldBe(-0.6, 1e-9);
        report.Policies[1].Against!.Interval.High.ShouldBe(-0.6, 1e-9);
        (report.Policies[1].Against!.Better, report.Policies[1].Against!.OverRuns).ShouldBe((0, null));
    }

    [Fact]
    public void Nothing_better_than_the_best_recorded_node_is_ever_found_and_that_is_said()
    {
        SimulationReport report = Simulator.Play(Pools.Of(Pools.Steady(0.05, improvements: 4)), Pools.Plan(["aide"], seeds: 5), Token);
        (report.Policies[0].AtBest, report.Policies[0].Scores[0]).ShouldBe((1, 0.8));
        report.Thin.ShouldContain("aide comes to the best recorded node in 100 % of its simulations: what it would find beyond is not known");
    }

    [Fact]
    public void With_more_workers_more_is_done_in_the_same_time_and_every_worker_is_busy()
    {
        Pool pool = Pools.Of(Pools.Steady(0.01, improvements: 40));
        double one = Simulator.Play(pool, Pools.Plan(["mcts"], seeds: 4, nodes: 500), Token).Policies[0].Nodes;
        double four = Simulator.Play(pool, Pools.Plan(["mcts"], seeds: 4, workers: 4, nodes: 500), Token).Policies[0].Nodes;
        (four / one).ShouldBe(4, 0.2);
    }

    [Fact]
    public void The_same_pool_and_plan_come_to_the_same_report_to_the_last_digit()
    {
        Pool pool = Pools.Of(Pools.Random(1), Pools.Random(2), Pools.Random(3, "mcts"));
        SimulationPlan plan = Pools.Plan(Policies.Names, seeds: 12, workers: 2, redraws: 4);
        string first = Text(Simulator.Play(pool, plan, Token));
        Text(Simulator.Play(Pool.Read(Encoding.UTF8.GetBytes(pool.ToJson())), plan, Token)).ShouldBe(first);
        Text(Simulator.Play(pool with { Runs = [.. pool.Runs.Skip(1)] }, plan, Token)).ShouldNotBe(first);
    }

    [Fact]
    public void A_policy_against_itself_differs_by_nothing()
    {
        SimulationReport report = Simulator.Play(Pools.Of(Pools.Random(1), Pools.Random(2)), Pools.Plan(["aide", "aide"], seeds: 10, redraws: 3), Token);
        PairedResult against = report.Policies[1].Against!;
        (against.Difference, against.Interval, against.OverRuns, against.Same).ShouldBe((0, new Interval(0, 0), new Interval(0, 0), 1));
    }

    [Fact]
    public void What_was_never_recorded_is_not_chosen_where_a_policy_chooses_and_the_pool_is_said_to_be_thin()
    {
        SimulationReport report = Simulator.Play(Pools.Of(Pools.Steady(0.01)), Pools.Plan(["operators", "evolution"], seeds: 5), Token);
        report.Policies.ShouldAllBe(policy => policy.Valid == 1, "Tune and Merge would have come to nothing");
        report.Thin.ShouldContain("sample: tune was never recorded, so it comes to nothing here");
        report.Thin.ShouldContain("sample: 1 run, so little is known of how another one would differ");
        report.Thin.ShouldContain("sample: 17 scored nodes");
        report.Tasks[0].Children["improve"].ShouldBe(12);
    }

    [Fact]
    public void Runs_that_were_drawn_anew_widen_the_interval_where_the_runs_differ()
    {
        Pool pool = Pools.Of([.. Enumerable.Range(1, 6).Select(run => Pools.Steady(run % 2 == 0 ? 0.02 : 0.002, run: $"steady-{run}"))]);
        PairedResult against = Simulator.Play(pool, Pools.Plan(["best-of-n", "aide"], seeds: 40, redraws: 20), Token).Policies[1].Against!;
        against.Difference.ShouldBeGreaterThan(0);
        (against.OverRuns!.High - against.OverRuns.Low).ShouldBeGreaterThan(2 * (against.Interval.High - against.Interval.Low));
    }

    [Fact]
    public void Each_task_and_each_split_is_played_on_its_own_scale()
    {
        PoolRun accuracy = Pools.Run("other-1", Pools.Steady(0.01).Nodes.Select(node => node with { Score = 100 * (2 - node.Score) }), "accuracy") with { Task = "other" };
        SimulationReport report = Simulator.Play(Pools.Of(Pools.Steady(0.01), accuracy, Pools.Steady(0.01) with { Split = "another" }), Pools.Plan(["aide"], seeds: 3), Token);
        report.Tasks.Select(task => task.Task).ShouldBe(["sample", "other", "sample"]);
        report.Policies[0].Scores[1].ShouldBe(100 * (2 - report.Policies[0].Scores[0]), 1e-6);
        report.Thin.ShouldContain("sample: runs on 2 different splits, which are played as different tasks");
    }

    [Fact]
    public void A_pool_without_a_score_is_refused()
    {
        Pool pool = Pools.Of(Pools.Run("failed-1", [Pools.Node(1, Operator.Draft, null, null, 5)]));
        Should.Throw<PoolException>(() => Simulator.Play(pool, Pools.Plan(["aide"]), Token)).Message.ShouldBe("none of its runs has a draft and a score");
    }

    [Theory]
    [InlineData("{}", "it is no pool of recorded runs")]
    [InlineData("[1", "it is no pool of recorded runs")]
    [InlineData("""{"version":99,"runs":[]}""", "it was written by a newer version of agentide")]
    public void What_is_no_pool_is_said_to_be_none(string json, string message) =>
        Should.Throw<PoolException>(() => Pool.Read(Encoding.UTF8.GetBytes(json))).Message.ShouldStartWith(message);

    [Fact]
    public void A_pool_whose_nodes_do_not_fit_together_is_refused()
    {
        PoolNode draft = Pools.Node(1, Operator.Draft, null, 0.5, 5);
        foreach (PoolNode broken in (PoolNode[])
            [
                Pools.Node(2, Operator.Improve, 7, 0.5, 5), draft, draft with { Id = 2, Seconds = -1 }, draft with { Id = 2, Score = null },
                Pools.Node(2, Operator.Improve, null, 0.5, 5), draft with { Id = 2, Failure = FailureKind.Exit },
            ])
        {
            Pool pool = Pools.Of(Pools.Run("broken-1", [draft, broken]));
            Should.Throw<PoolException>(() => Pool.Read(Encoding.UTF8.GetBytes(pool.ToJson()))).Message.ShouldEndWith("of broken-1 does not fit to the others");
        }
    }

    /// <summary>Everything that it says: the record's own text names no elements of its lists.</summary>
    private static string Text(SimulationReport report) => string.Join(
        '\n',
        report.Policies.Select(policy => $"{policy} {string.Join(' ', policy.Quarters.Concat(policy.Scores).Select(value => value.ToString("R", null)))}").Concat(report.Thin).Concat(report.Tasks.Select(task => JsonSerializer.Serialize(task.Children.Count) + task)));
}
