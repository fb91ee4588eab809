using System.Collections.Immutable;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Core.Scaling;

namespace AgentIde.Core.Tests.Scaling;

public sealed class ScaleSeriesTests
{
    private static readonly ScaleReference Good = new("good", 5), Strong = new("strong", 4.5);

    /// <summary>An event is a second after the one before: the first node ends at 3 s, each of the others 2 s later.</summary>
    private static readonly ScaledRun First = Record(
        1,
        run => run.Node(Operator.Draft, null, 5).Node(Operator.Improve, 1, 4).Node(Operator.Draft, null, null).Node(Operator.Draft, null, 4.5),
        [5.2, 4.9, null, 4.6],
        delivered: 4.4);

    private static readonly ScaledRun Second = Record(2, run => run.Node(Operator.Draft, null, 6).Node(Operator.Draft, null, 3), [5.5, 4.0], delivered: null);

    private static readonly ScaleSeries Both = new([First, Second], [Good, Strong]);

    [Fact]
    public void Figures_of_two_runs_are_those_reckoned_by_hand()
    {
        ScalePoint one = Both.At(new ScaleBudget(ScaleAxis.Nodes, 1));
        Check(one.Holdout, 5, 6);
        Check(one.Private, 5.2, 5.5);
        Check(one.Regret, 0, 0);
        Check(one.Gap, 0.2, -0.5);
        (one.Reached, one.Scored, one.Valid!.Value).ShouldBe((2, 2, 1));

        ScalePoint whole = Both.At(ScaleBudget.Whole);
        Check(whole.Holdout, 4, 3);
        Check(whole.Private, 4.9, 4.0);
        Check(whole.BestPrivate, 4.6, 4.0);
        Check(whole.Regret, 0.3, 0);
        Check(whole.Gap, 0.9, 1.0);
        Check(whole.GapInErrors, 0.9 / 0.05, 1.0 / 0.05);
        whole.GapInPairedErrors.ShouldBeNull("none of them was compared");
        Check(whole.Valid, 0.75, 1);

        Check(Both.At(new ScaleBudget(ScaleAxis.Seconds, 5)).Private, 4.9, 4.0);
        Check(Both.At(new ScaleBudget(ScaleAxis.Seconds, 4.9)).Private, 5.2, 5.5);
        ScalePoint paths = Both.At(new ScaleBudget(ScaleAxis.Paths, 1));
        Check(paths.Private, 4.9, 5.5);
        Check(Both.At(new ScaleBudget(ScaleAxis.Paths, 3)).BestPrivate, 4.6, 4.0);
    }

    [Fact]
    public void A_run_that_had_ended_counts_with_what_it_ended_with_and_one_without_a_solution_in_no_mean()
    {
        ScaledRun none = Record(3, run => run.Node(Operator.Draft, null, null), [null], delivered: null);
        ScaleSeries three = new([First, Second, none], [Good]);
        ScalePoint four = three.At(new ScaleBudget(ScaleAxis.Nodes, 4));
        (four.Reached, four.Scored).ShouldBe((1, 2));
        Check(four.Private, 4.9, 4.0);
        four.Valid!.Value.ShouldBe((0.75 + 1 + 0) / 3, 1e-12);
        three.At(new ScaleBudget(ScaleAxis.Seconds, 1)).ShouldBe(new ScalePoint(new ScaleBudget(ScaleAxis.Seconds, 1), 3, 0, null, null, null, null, null, null, null, null));
        three.Remarks().ShouldContain("1 of 3 runs came to no solution that the private answers give a score: no mean of scores has them, and they reach nothing");
        three.Reach(Good).OverRuns.ShouldBe([2 / 3.0, 1, 1], 1e-12);
    }

    [Fact]
    public void A_reference_is_reached_by_what_the_holdout_chose_over_runs_and_over_paths()
    {
        ScaleReach strong = Both.Reach(Strong), good = Both.Reach(Good);
        (strong.Reaching, strong.Delivered, good.Reaching, good.Delivered).ShouldBe((1, 1, 2, 1));
        strong.OverRuns.ShouldBe([0.5, 1], 1e-12);
        good.OverRuns.ShouldBe([1, 1], 1e-12);

        // One of the second run's two paths is strong, none of the first run's three.
        strong.OverPaths.Select(mean => mean.Value).ShouldBe([0.25, 0.5], 1e-12);
        good.OverPaths.Select(mean => mean.Value).ShouldBe([((2 / 3.0) + 0.5) / 2, 1], 1e-12);
    }

    [Fact]
    public void Budgets_double_as_far_as_a_run_came() =>
        ScaleBudget.Of([First with { Seconds = 31 }, Second]).ShouldBe(
        [
            new(ScaleAxis.Nodes, 1), new(ScaleAxis.Nodes, 2), new(ScaleAxis.Nodes, 4), new(ScaleAxis.Seconds, 15), new(ScaleAxis.Seconds, 30),
            new(ScaleAxis.Paths, 1), new(ScaleAxis.Paths, 2), ScaleBudget.Whole,
        ]);

    [Fact]
    public void Tokens_and_dollars_are_axes_where_each_run_has_all_of_them()
    {
        ScaledRun one = Asked(1, dollars: 0.02m), other = Asked(2, dollars: 0.02m);
        (one.Tokens, one.Dollars).ShouldBe((8_000, 0.04));
        one.Nodes.Select(node => (node.Tokens, node.Dollars)).ShouldBe([(4_000, 0.02), (8_000, 0.04)]);
        ScaleBudget[] budgets = [.. ScaleBudget.Of([one, other]).Where(budget => budget.Axis is ScaleAxis.Tokens or ScaleAxis.Dollars)];
        budgets.Select(budget => (budget.Axis, budget.Amount)).ShouldBe(
        [
            (ScaleAxis.Tokens, 100), (ScaleAxis.Tokens, 200), (ScaleAxis.Tokens, 500), (ScaleAxis.Tokens, 1_000), (ScaleAxis.Tokens, 2_000), (ScaleAxis.Tokens, 5_000),
            (ScaleAxis.Dollars, 0.001), (ScaleAxis.Dollars, 0.002), (ScaleAxis.Dollars, 0.005), (ScaleAxis.Dollars, 0.01), (ScaleAxis.Dollars, 0.02),
        ]);
        ScaleSeries series = new([one, other], []);
        Check(series.At(new ScaleBudget(ScaleAxis.Tokens, 5_000)).Holdout, 5, 5);
        Check(series.At(new ScaleBudget(ScaleAxis.Tokens, 8_000)).Holdout, 4, 4);
        series.At(new ScaleBudget(ScaleAxis.Dollars, 0.01)).Scored.ShouldBe(0);
        series.At(new ScaleBudget(ScaleAxis.Dollars, 0.05)).Reached.ShouldBe(0);

        ScaledRun unpriced = Asked(3, dollars: null);
        (unpriced.Tokens, unpriced.Dollars).ShouldBe((8_000, null));
        unpriced.Remarks.ShouldBe(["of 2 calls of sample-1 2 have no price: nothing is figured against them"]);
        ScaleBudget.Of([one, unpriced]).ShouldNotContain(budget => budget.Axis == ScaleAxis.Dollars);
        ScaleBudget.Of([one, First]).ShouldNotContain(budget => budget.Axis == ScaleAxis.Tokens);

        static ScaledRun Asked(long seed, decimal? dollars) => Record(
            seed,
            run => Enumerable.Range(1, 2).ToList().ForEach(node => run
                .Begin(Operator.Draft)
                .Add(new CallReserved(node, node, "openai:gpt", Digest.Of("prompt"), new TokenUsage(3_000, 0, 2_000, 0), dollars * 2, null))
                .Add(new CallEnded(node, node, Digest.Of("answer"), null, null, "", new TokenUsage(3_000, 0, 1_000, 0), dollars, 1))
                .Add(new NodeProposed(node, "a plan", Digest.Of($"{node}"), [], null, null))
                .Score(6 - node)),
            [5.2, 4.9],
            delivered: null);
    }

    [Fact]
    public void The_second_holdout_is_that_of_the_chosen_nodes_in_errors_of_both_scores()
    {
        ScaledRun one = Record(1, run => run.Node(Operator.Draft, null, 5).Add(new SolutionChosen(1, "best", RunEnding.NodesSpent)).Add(new SecondHoldoutOpened(1, 5.5, 0.3, 90)), [5.2], null);
        one.Second.ShouldNotBeNull().ShouldBe(new ScaledSecond(5, one.Second.HoldoutError, 5.5, 0.3));
        one = one with { Second = one.Second with { HoldoutError = 0.4 } };
        ScaledRun other = First with { Second = new ScaledSecond(4, 0.4, 3.5, 0.3) };
        ScaleSeries series = new([one, other, Second], []);
        Check(series.Second, 5.5, 3.5);
        Check(series.GapToSecond, 0.5, -0.5);
        Check(series.GapToSecondInErrors, 1, -1);
        new ScaleSeries([Second], []).ShouldSatisfyAllConditions(none => none.Second.ShouldBeNull(), none => none.GapToSecondInErrors.ShouldBeNull());
    }

    [Fact]
    public void What_a_person_rejected_can_not_be_chosen_and_its_run_says_so()
    {
        ScaledRun run = Record(1, builder => builder.Node(Operator.Draft, null, 5).Node(Operator.Improve, 1, 4).Add(new NodeRejected(2, "me", "it leaks")), [5.2, 4.9], null);
        ScalePoint whole = new ScaleSeries([run], []).At(ScaleBudget.Whole);
        (whole.Private!.Value, whole.BestPrivate!.Value, whole.Regret!.StandardError).ShouldBe((5.2, 4.9, null));
        new ScaleSeries([run], []).Remarks().ShouldContain("a person had a hand in sample-1");
    }

    [Fact]
    public void Runs_of_another_task_split_engineer_or_policy_are_another_series()
    {
        ImmutableArray<ScaleSeries> series = ScaleSeries.Of([Second, First with { Policy = "mcts" }, First, First with { Task = "other" }, First with { Split = "other" }, First with { Engineer = "openai:gpt" }], _ => [Good]);
        series.Select(one => one.Runs.Length).ShouldBe([2, 1, 1, 1, 1]);
        series[0].Runs.Select(run => run.Seed).ShouldBe([1, 2]);
    }

    [Fact]
    public void Runs_that_were_imported_or_have_not_ended_are_refused()
    {
        Should.Throw<ScaleException>(() => Recorded(new JournalBuilder().Events).RequireUsable()).Message.ShouldContain("it has not ended");
        RecordedEvent began = new JournalBuilder().Events[0];
        RunStarted started = (RunStarted)began.Event;
        RunSettings imported = started.Settings with { Origin = new RunOrigin("AIDE", "journal.json", Digest.Of("journal"), "rmse", []) };
        Should.Throw<ScaleException>(() => Recorded([began with { Event = started with { Settings = imported } }]).RequireUsable()).Message.ShouldContain("it was imported from AIDE, so its scores are claims");
    }

    /// <summary>Two hundred series of runs that nobody made up: what holds of every one.</summary>
    [Fact]
    public void Regret_is_never_negative_the_best_only_gets_better_and_passing_more_likely()
    {
        Random draws = new(7);
        for (int round = 0; round < 200; round++)
        {
            MetricFacts metric = new("m", "M", round % 2 == 0 ? MetricDirection.LowerIsBetter : MetricDirection.HigherIsBetter, PredictionKind.Values);
            ImmutableArray<ScaledRun> runs = [.. Enumerable.Range(1, draws.Next(1, 6)).Select(seed => Drawn(draws, seed, metric))];
            ScaleReference reference = new("some", draws.NextDouble());
            ScaleSeries series = new(runs, [reference]);
            foreach (ScaledRun run in runs)
            {
                ScalePoint? before = null;
                foreach (ScalePoint point in Enumerable.Range(1, 20).Select(node => new ScaleSeries([run], []).At(new ScaleBudget(ScaleAxis.Nodes, node))).Where(point => point.Scored > 0))
                {
                    point.Regret!.Value.ShouldBeGreaterThanOrEqualTo(0);
                    point.Regret.Value.ShouldBe(metric.Gain(point.BestPrivate!.Value, point.Private!.Value), 1e-12);
                    if (before is not null)
                    {
                        metric.IsBetter(before.Holdout!.Value, point.Holdout!.Value).ShouldBeFalse();
                        metric.IsBetter(before.BestPrivate!.Value, point.BestPrivate.Value).ShouldBeFalse();
                    }

                    before = point;
                }
            }

            ScaleReach reach = series.Reach(reference);
            reach.OverRuns.ShouldBeInOrder(SortDirection.Ascending);
            reach.OverPaths.Select(mean => mean.Value).ShouldBeInOrder(SortDirection.Ascending);
            reach.OverRuns.Length.ShouldBe(runs.Length);
            reach.OverRuns[0].ShouldBe(reach.Reaching / (double)runs.Length, 1e-12);
            ScalePoint last = series.At(new ScaleBudget(ScaleAxis.Nodes, 1_000)), end = series.At(new ScaleBudget(ScaleAxis.Seconds, 1e6));
            last.Private.ShouldBe(series.At(ScaleBudget.Whole).Private);
            end.Private.ShouldBe(last.Private);
        }
    }

    private static ScaledRun Drawn(Random draws, int seed, MetricFacts metric)
    {
        int paths = 0;
        ImmutableArray<ScaledNode> nodes = [.. Enumerable.Range(1, draws.Next(1, 16)).Select(id => Node(id, id == 1 || draws.Next(3) == 0 ? ++paths : draws.Next(1, paths + 1)))];
        return First with { Run = $"sample-{seed}", Metric = metric, Seed = seed, Started = nodes.Length, Seconds = nodes[^1].Seconds, Nodes = nodes, Remarks = [] };

        ScaledNode Node(int id, int path)
        {
            bool isValid = draws.Next(4) > 0;
            double holdout = Math.Round(draws.NextDouble(), 1); // Ties are as likely as they get.
            return new ScaledNode(id, path, id * 3, isValid ? holdout : null, isValid ? 0.1 : null, null, isValid ? holdout + (0.2 * draws.NextDouble()) : null, isValid ? 0.1 : null, false);
        }
    }

    private static void Check(Mean? mean, double one, double other)
    {
        mean.ShouldNotBeNull();
        mean.Value.ShouldBe((one + other) / 2, 1e-12);
        mean.StandardError!.Value.ShouldBe(Math.Abs(one - other) / 2, 1e-12);
    }

    private static ScaleRecorder Recorded(IEnumerable<RecordedEvent> events)
    {
        ScaleRecorder recorder = new();
        foreach (RecordedEvent recorded in events)
        {
            recorder.Add(recorded);
        }

        return recorder;
    }

    /// <param name="answers">The private score of each node in turn.</param>
    private static ScaledRun Record(long seed, Action<JournalBuilder> nodes, double?[] answers, double? delivered)
    {
        JournalBuilder builder = new(seed: seed);
        builder.Add(new HoldoutMade(new SplitFacts(SplitKind.Random, "why", 10, 2, 5, Digest.Of("files"))));
        nodes(builder);
        builder.Add(new RunFinished(RunEnding.NodesSpent, "all nodes were spent", Digest.Of("journal")));
        Dictionary<int, Grade> grades = answers.Index().Where(answer => answer.Item is not null).ToDictionary(answer => answer.Index + 1, answer => new Grade(answer.Item, 0.049, 5, null));
        ScaledRun run = Recorded(builder.Events).Finish(grades, delivered is { } score ? new Grade(score, 0.04, 5, null) : null);
        return run with { Nodes = [.. run.Nodes.Select(node => node with { HoldoutError = 0.03, PrivateError = 0.04 })] };
    }
}
