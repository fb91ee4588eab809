using AgentIde.Core.Runs;

namespace AgentIde.Core.Engineering.BuiltIn;

/// <summary>
/// Seconds that one execution may be expected to take. Of what nobody has measured, a share of the run's whole time; of
/// models that this run has measured, a share of what is left of it, since their sum is known. Never more than lets the
/// execution end within its limit, and its refit after it.
/// </summary>
/// <param name="Draft">Of a start.</param>
/// <param name="Improve">Of a change with something in it that was not measured.</param>
/// <param name="Measured">Of a change that joins what was measured.</param>
/// <param name="Most">What is forecast to take longer would not end in time: it is not proposed.</param>
internal readonly record struct Allowance(double Draft, double Improve, double Measured, double Most)
{
    private const double Unlimited = 3600;

    /// <summary>Of what is left: the refit takes half as long again as the execution.</summary>
    private const double LargestOfLeft = 0.36;

    /// <summary>Of what is left, for models that were measured: it leaves time for others, for its refit, and for a fresh split.</summary>
    private const double MeasuredOfLeft = 0.25;

    /// <summary>Of the limit of the execution: forecasts err.</summary>
    private const double OfLimit = 0.8;

    /// <summary>The same for what was not measured.</summary>
    private const double OfLimitUnmeasured = 0.4;

    /// <summary>Of the time that a change may take: where programs take less, time is not what bounds a run, and how quick they happened to be decides nothing.</summary>
    private const double NegligibleShare = 0.05;

    /// <summary>An eighth of the run in seconds, for which there is time: what a change could take, however soon it is ended.</summary>
    public double Eighth { get; init; }

    /// <summary>Seconds below which time counts for nothing, so that a run is the same on a faster machine.</summary>
    public double Negligible => NegligibleShare * Math.Max(Improve, Eighth);

    public static Allowance Of(Assignment assignment)
    {
        double whole = assignment.Journal.Settings?.Budget.Seconds is { } seconds && double.IsFinite(seconds) && seconds > 0 ? Math.Min(seconds, 24 * 3600) : Unlimited;
        // What leads is executed on each of the folds.
        double left = Math.Max(whole - assignment.Journal.Spent.TotalSeconds, 0), limit = assignment.Limits.Time.TotalSeconds, times = assignment.Journal.Split?.Folds ?? 1;
        double most = Math.Max(Math.Min(left * LargestOfLeft, limit * OfLimit), 1), some = Math.Min(most, Math.Max(limit * OfLimitUnmeasured, 1));
        double improve = Math.Min(some, Math.Clamp(whole / times / 8, 12, 600));
        return new Allowance(Math.Min(some, Math.Clamp(whole / times / 18, 6, 120)), improve, Math.Max(improve, Math.Min(most, left * MeasuredOfLeft / times)), most)
        {
            Eighth = Math.Min(left * LargestOfLeft, whole / times / 8),
        };
    }

    /// <summary>Seconds that a change may take that comes to this recipe.</summary>
    public double For(Problem problem, Recipe after) => problem.Pace.Knows(after) ? Measured : Improve;
}
