using System.Collections.Immutable;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Scaling;

/// <summary>Runs of one task that differ in their seeds alone. Pure: what it says follows from the runs.</summary>
/// <param name="Runs">One at least; of one task, metric and split, by one engineer with one policy.</param>
/// <param name="References">Of the task, the easiest first.</param>
public sealed record ScaleSeries(ImmutableArray<ScaledRun> Runs, ImmutableArray<ScaleReference> References)
{
    public string Task => Runs[0].Task;

    public MetricFacts Metric => Runs[0].Metric;

    public string Engineer => Runs[0].Engineer;

    public string Policy => Runs[0].Policy;

    /// <summary>Of the runs that have one: what each has delivered, refitted on the whole train where that was believed.</summary>
    public Mean? Delivered => Mean.OfAny([.. Runs.Select(run => run.Delivered).OfType<double>()]);

    /// <summary>Of the runs that have a second holdout: what their chosen nodes score on it.</summary>
    public Mean? Second => OverSeconds(second => second.Score);

    /// <summary>How much better the holdout says these nodes are than the second holdout does, in the metric's units; negative where worse.</summary>
    public Mean? GapToSecond => OverSeconds(second => GapOf(second));

    /// <summary>The same in standard errors of the difference of the two scores, which are on different rows.</summary>
    public Mean? GapToSecondInErrors => OverSeconds(second => second.HoldoutError is { } error ? InUnitsOf(GapOf(second), Math.Sqrt((error * error) + (second.Error * second.Error))) : null);

    /// <summary>Runs that are alike but for their seeds, each series in the order of its seeds.</summary>
    /// <param name="references">Of the task of a run.</param>
    public static ImmutableArray<ScaleSeries> Of(IEnumerable<ScaledRun> runs, Func<ScaledRun, ImmutableArray<ScaleReference>> references) =>
    [
        .. runs.GroupBy(run => (run.Task, run.Metric, run.Split, run.Engineer, run.Policy, run.Workers))
            .Select(alike => new ScaleSeries([.. alike.OrderBy(run => run.Seed).ThenBy(run => run.Run, StringComparer.Ordinal)], references(alike.First()))),
    ];

    public ScalePoint At(ScaleBudget budget)
    {
        (ScaledNode[] Seen, ScaledNode? Chosen)[] all = [.. Runs.Select(run => run.Nodes.Where(budget.Has).ToArray()).Select(seen => (seen, Best(seen)))];
        (ScaledNode[] Seen, ScaledNode Chosen)[] scored = [.. all.Where(run => run.Chosen is { Private: not null }).Select(run => (run.Seen, run.Chosen!))];
        return new ScalePoint(
            budget,
            Runs.Count(budget.IsReached),
            scored.Length,
            Over(run => run.Chosen.Holdout),
            Over(run => run.Chosen.Private),
            Over(run => BestPrivate(run.Seen)),
            Over(run => Metric.Gain(BestPrivate(run.Seen), run.Chosen.Private!.Value)),
            Over(run => Gap(run.Chosen)),
            Over(run => InUnitsOf(Gap(run.Chosen), Error(run.Chosen))),
            Over(run => InUnitsOf(Gap(run.Chosen), run.Chosen.PairedError)),
            Mean.OfAny([.. all.Where(run => run.Seen.Length > 0).Select(run => run.Seen.Count(node => node.Holdout is not null) / (double)run.Seen.Length)]));

        Mean? Over(Func<(ScaledNode[] Seen, ScaledNode Chosen), double?> value) => Mean.OfAny([.. scored.Select(value).OfType<double>()]);
    }

    public ScaleReach Reach(ScaleReference reference)
    {
        (int Paths, int Reaching)[] paths = [.. Runs.Select(run => run.Nodes.GroupBy(node => node.Path).ToArray()).Select(of => (of.Length, of.Count(path => Reaches(Best(path), reference)))).Where(run => run.Length > 0)];
        int reaching = Runs.Count(run => Reaches(Best(run.Nodes), reference)), least = paths.Length == 0 ? 0 : paths.Min(run => run.Paths);
        return new ScaleReach(
            reference,
            reaching,
            Runs.Count(run => run.Delivered is { } score && Reaches(score, reference)),
            [.. PassAt.Each(Runs.Length, reaching)],
            [.. Enumerable.Range(1, least).Select(k => Mean.Of([.. paths.Select(run => PassAt.Of(k, run.Paths, run.Reaching))]))]);
    }

    /// <summary>What a reader has to know of the figures, for people.</summary>
    public IEnumerable<string> Remarks()
    {
        if (Runs.Length == 1)
        {
            yield return "one run, so nothing says how another would differ";
        }

        foreach (IGrouping<long, ScaledRun> same in Runs.GroupBy(run => run.Seed).Where(same => same.Count() > 1))
        {
            yield return $"{string.Join(", ", same.Select(run => run.Run))} have the same seed, so they may be one run several times, and the errors too small";
        }

        if (Runs.Select(run => run.Budget).Distinct().Count() > 1)
        {
            yield return "the runs had different budgets";
        }

        int unscored = Runs.Count(run => Best(run.Nodes) is not { Private: not null });
        if (unscored > 0)
        {
            yield return $"{unscored} of {Runs.Length} runs came to no solution that the private answers give a score: no mean of scores has them, and they reach nothing";
        }

        foreach (string remark in Runs.SelectMany(run => run.Remarks))
        {
            yield return remark;
        }
    }

    /// <summary>The one that would be chosen; null where there is none.</summary>
    private ScaledNode? Best(IEnumerable<ScaledNode> nodes)
    {
        ScaledNode? best = null;
        foreach (ScaledNode node in nodes.Where(node => node is { Holdout: not null, IsRejected: false }))
        {
            // In the order in which they ended, as the run itself saw them.
            bool isFirst = best is null || Metric.IsBetter(node.Holdout!.Value, best.Holdout!.Value) || (node.Holdout == best.Holdout && node.Seconds < best.Seconds);
            best = isFirst ? node : best;
        }

        return best;
    }

    /// <param name="seen">One of them has a private score.</param>
    private double BestPrivate(IEnumerable<ScaledNode> seen) =>
        seen.Select(node => node.Private).OfType<double>().Aggregate((one, other) => Metric.IsBetter(other, one) ? other : one);

    private double GapOf(ScaledSecond second) => Metric.Gain(second.Holdout, second.Score);

    private Mean? OverSeconds(Func<ScaledSecond, double?> value) => Mean.OfAny([.. Runs.Select(run => run.Second).OfType<ScaledSecond>().Select(value).OfType<double>()]);

    private double Gap(ScaledNode node) => Metric.Gain(node.Holdout!.Value, node.Private!.Value);

    /// <summary>Of the difference of the two scores, which are on different rows.</summary>
    private static double? Error(ScaledNode node) => node is { HoldoutError: { } holdout, PrivateError: { } answers } ? Math.Sqrt((holdout * holdout) + (answers * answers)) : null;

    private static double? InUnitsOf(double gap, double? error) => error is > 0 and { } known ? gap / known : null;

    private bool Reaches(ScaledNode? node, ScaleReference reference) => node is { Private: { } score } && Reaches(score, reference);

    private bool Reaches(double score, ScaleReference reference) => !Metric.IsBetter(reference.Score, score);
}
