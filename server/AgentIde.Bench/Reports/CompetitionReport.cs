using System.Globalization;
using AgentIde.MleBench.Medals;

namespace AgentIde.Bench.Reports;

/// <summary>MLE-bench's report of one submission, field for field and in its order.</summary>
/// <param name="Score">Rounded to five decimals; null where there is none.</param>
/// <param name="SubmissionExists">Whether there is a file whose name ends in <c>.csv</c>.</param>
/// <param name="ValidSubmission">Whether there is a score; NaN is one.</param>
/// <param name="CreatedAt">Local time, as Python's <c>isoformat</c>.</param>
public sealed record CompetitionReport(
    string CompetitionId,
    double? Score,
    double GoldThreshold,
    double SilverThreshold,
    double BronzeThreshold,
    double MedianThreshold,
    bool AnyMedal,
    bool GoldMedal,
    bool SilverMedal,
    bool BronzeMedal,
    bool AboveMedian,
    bool SubmissionExists,
    bool ValidSubmission,
    bool IsLowerBetter,
    string CreatedAt,
    string SubmissionPath)
{
    public static CompetitionReport Of(string competition, double? score, MedalThresholds thresholds, bool exists, string path, DateTimeOffset at)
    {
        Medal medal = score is { } given ? thresholds.MedalOf(given) : Medal.None;
        return new CompetitionReport(
            competition, score, thresholds.Gold, thresholds.Silver, thresholds.Bronze, thresholds.Median,
            medal != Medal.None, medal == Medal.Gold, medal == Medal.Silver, medal == Medal.Bronze,
            score is { } compared && thresholds.IsAboveMedian(compared), exists, score is not null, thresholds.IsLowerBetter,
            at.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff", CultureInfo.InvariantCulture), path);
    }
}
