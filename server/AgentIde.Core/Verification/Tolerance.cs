using AgentIde.Core.Runs;

namespace AgentIde.Core.Verification;

/// <summary>
/// When two results of one program count as the same. Sums that threads or another processor add up in another order
/// differ in their last digits: numbers may differ by a millionth of themselves. What is counted must be the very same.
/// </summary>
public static class Tolerance
{
    private const double Relative = 1e-6;

    /// <summary>For numbers that are 0 but for rounding.</summary>
    private const double Absolute = 1e-9;

    public static bool IsSame(double value, double other) => Math.Abs(value - other) <= Absolute + (Relative * Math.Max(Math.Abs(value), Math.Abs(other)));

    /// <summary>How far two scores may be apart, in the metric's units: a share of right labels is a count, and has next to none.</summary>
    public static double OfScore(MetricFacts metric, double score) =>
        metric.Predicts == PredictionKind.Labels ? 1e-12 : Absolute + (Relative * Math.Abs(score));
}
