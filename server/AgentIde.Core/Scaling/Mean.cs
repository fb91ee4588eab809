namespace AgentIde.Core.Scaling;

/// <summary>A mean over runs.</summary>
/// <param name="StandardError">Of the mean, with n − 1 in the deviation; null for one run.</param>
public sealed record Mean(double Value, double? StandardError)
{
    /// <param name="values">One at least.</param>
    public static Mean Of(IReadOnlyList<double> values)
    {
        double mean = values.Average();
        return new Mean(mean, values.Count > 1 ? Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1) / values.Count) : null);
    }

    /// <summary>Null where there is nothing to take it of.</summary>
    public static Mean? OfAny(IReadOnlyList<double> values) => values.Count > 0 ? Of(values) : null;
}
