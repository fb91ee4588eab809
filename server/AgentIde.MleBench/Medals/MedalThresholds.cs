namespace AgentIde.MleBench.Medals;

/// <summary>The scores that medals need; reaching one is enough.</summary>
/// <param name="Median">Of the leaderboard.</param>
/// <param name="IsLowerBetter">Which way scores are better.</param>
public sealed record MedalThresholds(double Gold, double Silver, double Bronze, double Median, bool IsLowerBetter)
{
    /// <summary>The one medal of a score that was rounded to five decimals; NaN gets none.</summary>
    public Medal MedalOf(double score) =>
        Reaches(score, Gold) ? Medal.Gold
        : Reaches(score, Silver) ? Medal.Silver
        : Reaches(score, Bronze) ? Medal.Bronze
        : Medal.None;

    /// <summary>Better than the median, not equal to it.</summary>
    public bool IsAboveMedian(double score) => IsLowerBetter ? score < Median : score > Median;

    private bool Reaches(double score, double threshold) => IsLowerBetter ? score <= threshold : score >= threshold;
}
