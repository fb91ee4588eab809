using AgentIde.Core.Runs;

namespace AgentIde.Core.Engineering.BuiltIn;

/// <summary>
/// Seconds that one execution may be expected to take. It is a share of the run's whole time, so that plans are the
/// same on each machine; the time left and the machine's own speed count only when time runs short.
/// </summary>
internal readonly record struct Allowance(double Draft, double Improve)
{
    private const double Unlimited = 3600;

    public static Allowance Of(Assignment assignment)
    {
        double whole = assignment.Journal.Settings?.Budget.Seconds is { } seconds && double.IsFinite(seconds) && seconds > 0 ? Math.Min(seconds, 24 * 3600) : Unlimited;
        // The choice is followed by a refit, which takes as long again: no node may need more than a third of what is left.
        double left = Math.Max(whole - assignment.Journal.Spent.TotalSeconds, 0) * 0.33 / Slowness(assignment.Journal);
        double most = Math.Max(Math.Min(left, assignment.Limits.Time.TotalSeconds * 0.4), 1);
        // What leads is executed on each of the folds.
        double share = whole / (assignment.Journal.Split?.Folds ?? 1);
        return new Allowance(Math.Min(most, Math.Clamp(share / 18, 6, 120)), Math.Min(most, Math.Clamp(share / 8, 12, 600)));
    }

    /// <summary>Median of measured over estimated wall time, of at most the last nine executions.</summary>
    private static double Slowness(Journal journal)
    {
        List<double> ratios = [];
        for (int i = journal.Nodes.Count - 1; i >= 0 && ratios.Count < 9; i--)
        {
            if (journal.Nodes[i] is { Execution.Seconds: { } seconds, IsValid: true } node && Notes.Of(node) is { Seconds: > 0 } notes)
            {
                ratios.Add(seconds / notes.Seconds);
            }
        }

        ratios.Sort();
        return ratios.Count == 0 ? 1 : Math.Clamp(ratios[ratios.Count / 2], 0.5, 20);
    }
}
