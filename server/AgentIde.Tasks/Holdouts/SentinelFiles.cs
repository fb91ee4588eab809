using AgentIde.Core.Holdouts;

namespace AgentIde.Tasks.Holdouts;

/// <summary>
/// Which of test's rows a sentinel keeps. Of rows without a time every second one, in the opposite order: whoever learns
/// from test or from its order says something else of them then. Of a time split those of the holdout, which come first:
/// a forecast must not need what comes later. A pure function of the plan.
/// </summary>
internal sealed class SentinelFiles
{
    public SentinelFiles(BlindPlan plan)
    {
        HashSet<int> holdout = [.. plan.Holdout];
        bool isTime = plan.Kind == SplitKind.Time;
        Kept = isTime ? [.. plan.Mixed.Where(holdout.Contains)] : [.. plan.Mixed.Where((_, place) => place % 2 == 0).Reverse()];
        With = isTime ? "with the holdout's rows of test alone, and nothing that comes later" : "with every second row of test alone, in the opposite order";
        HashSet<int> kept = [.. Kept];
        Holdout = [.. plan.Holdout.Where(kept.Contains)];
    }

    /// <summary>Rows as the plan numbers them, in the order of the file.</summary>
    public int[] Kept { get; }

    /// <summary>Those of the holdout among them, ascending.</summary>
    public int[] Holdout { get; }

    public string With { get; }
}
