using System.Collections.Immutable;
using System.Globalization;

namespace AgentIde.Bench.Reports;

/// <summary>MLE-bench's report of a run group, field for field and in its order: what its aggregation script reads.</summary>
public sealed record GradingReport(
    int TotalRuns,
    int TotalRunsWithSubmissions,
    int TotalValidSubmissions,
    int TotalMedals,
    int TotalGoldMedals,
    int TotalSilverMedals,
    int TotalBronzeMedals,
    int TotalAboveMedian,
    ImmutableArray<CompetitionReport> CompetitionReports)
{
    public static GradingReport Of(ImmutableArray<CompetitionReport> reports) => new(
        reports.Length,
        reports.Count(report => report.SubmissionExists),
        reports.Count(report => report.ValidSubmission),
        reports.Count(report => report.AnyMedal),
        reports.Count(report => report.GoldMedal),
        reports.Count(report => report.SilverMedal),
        reports.Count(report => report.BronzeMedal),
        reports.Count(report => report.AboveMedian),
        reports);

    /// <summary>Writes it in place of what is there, whole at any moment.</summary>
    public void WriteAs(string path)
    {
        string aside = path + ".new";
        File.WriteAllBytes(aside, PythonJson.Write(this));
        File.Move(aside, path, overwrite: true);
    }

    /// <summary>Writes it as a new file; one that is there stays.</summary>
    /// <returns>Its path: <c>2024-10-08T15-25-27-GMT_grading_report.json</c> in the folder.</returns>
    public string Write(string folder, DateTimeOffset at)
    {
        Directory.CreateDirectory(folder);
        byte[] bytes = PythonJson.Write(this);
        for (DateTimeOffset time = at; ; time = time.AddSeconds(1))
        {
            string path = Path.Combine(folder, $"{time.UtcDateTime.ToString("yyyy-MM-dd'T'HH-mm-ss", CultureInfo.InvariantCulture)}-GMT_grading_report.json");
            if (!File.Exists(path))
            {
                File.WriteAllBytes(path, bytes);
                return path;
            }
        }
    }
}
