using AgentIde.Core.Holdouts;

namespace AgentIde.Tasks.Holdouts;

/// <summary>
/// Which of test's rows a sentinel keeps. Of rows without a time every second one, in the opposite order: whoever learns
/// from test or from its order says something else of them then. Of the holdout it is every second one of each class of each group, so that there is a score of what is left. Of a time split those of the holdout, which come first:
/// a forecast must not need what comes later. A pure function of the plan.
/// </summary>
internal sealed class SentinelFiles
{
    /// <param name="classes">Of each train row; null where the metric predicts numbers.</param>
    public SentinelFiles(BlindPlan plan, double[]? classes)
    {
        HashSet<int> holdout = [.. plan.Holdout];
        bool isTime = plan.Kind == SplitKind.Time;
        Kept = isTime ? [.. plan.Mixed.Where(holdout.Contains)] : [.. EverySecond(plan, classes).Reverse()];
        With = isTime ? "with the holdout's rows of test alone, and nothing that comes later" : "with every second row of test alone, in the opposite order";
        HashSet<int> kept = [.. Kept];
        Holdout = [.. plan.Scored.Where(kept.Contains)];
    }

    private static IEnumerable<int> EverySecond(BlindPlan plan, double[]? classes)
    {
        Dictionary<(bool IsTest, bool IsSecond, int Unit, double Class), int> seen = [];
        foreach (int row in plan.Mixed)
        {
            (bool, bool, int, double) kind = row >= plan.TrainRows ? (true, false, 0, 0)
                : (false, Array.BinarySearch(plan.Second, row) >= 0, plan.Units?[Array.BinarySearch(plan.Holdout, row)] ?? 0, classes?[row] ?? 0);
            int before = seen.GetValueOrDefault(kind);
            seen[kind] = before + 1;
            if (before % 2 == 0)
            {
                yield return row;
            }
        }
    }

    /// <summary>Rows as the plan numbers them, in the order of the file.</summary>
    public int[] Kept { get; }

    /// <summary>Those of the holdout among them that scores of a search are of, ascending: the second holdout is opened once, and not here.</summary>
    public int[] Holdout { get; }

    public string With { get; }
}
