namespace AgentIde.MleBench;

/// <summary>What grading a submission came to: a score, or why there is none.</summary>
/// <param name="Score">Rounded to five decimals; NaN and infinity are scores as well. Null if there is none.</param>
/// <param name="RawScore">Before rounding.</param>
/// <param name="Problem">Why there is no score, for whoever made the submission. Null if there is one.</param>
public sealed record Grade(double? Score, double? RawScore, string? Problem)
{
    public bool IsValid => Problem is null;

    internal static Grade Of(double raw) => new(Round(raw), raw, null);

    internal static Grade Refused(string problem) => new(null, null, problem);

    /// <summary>Half to even after scaling, as numpy rounds.</summary>
    private static double Round(double raw)
    {
        double scaled = Math.Round(raw * 1e5);
        return double.IsFinite(scaled) ? scaled / 1e5 : raw;
    }
}
