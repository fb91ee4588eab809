using AgentIde.Core.Runs;
using AgentIde.MleBench;
using AgentIde.MleBench.Registry;

namespace AgentIde.Tasks.Metrics;

/// <summary>
/// What one of MLE-bench's competitions is graded by: a table of answers and a submission, each as the competition has them. Standard
/// errors come from leaving out parts of the rows (the jackknife; Efron and Stein, Annals of Statistics 9, 1981). Safe for use by several threads.
/// </summary>
public sealed class TableMetric : TaskMetric
{
    public const string Prefix = "mle-bench/";

    private readonly Competition _competition;

    private TableMetric(Competition competition)
        : base(new MetricFacts(
            Prefix + competition.Id, competition.Metric, competition.Thresholds.IsLowerBetter ? MetricDirection.LowerIsBetter : MetricDirection.HigherIsBetter, PredictionKind.Cells)) =>
        _competition = competition;

    /// <summary>
    /// By its name, <c>mle-bench/ID</c>; null where MLE-bench has no such competition, or its answers are no columns of train with a row for
    /// each row of a submission: of these no layout is known.
    /// </summary>
    public static TableMetric? Find(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) && CompetitionRegistry.Find(name[Prefix.Length..]) is { } competition && CompetitionLayout.Of(competition) is not null
            ? new TableMetric(competition) : null;

    /// <summary>Why a competition of MLE-bench is no metric of a task; null where MLE-bench has none of the name.</summary>
    internal static string? WhyNot(string name) => name.StartsWith(Prefix, StringComparison.Ordinal) && CompetitionRegistry.Find(name[Prefix.Length..]) is { } competition
        ? $"{Prefix}{competition.Id} grades no blind holdout, for its answers are not known as columns of train, a row for each row of a submission" : null;

    /// <summary>The names there are.</summary>
    internal static IEnumerable<string> Names => CompetitionRegistry.All.Where(competition => CompetitionLayout.Of(competition) is not null).Select(competition => Prefix + competition.Id);

    /// <summary>The score before rounding, NaN and infinity among them, or why there is none. Both arrays are used up.</summary>
    /// <param name="answers">CSV, with the columns of the competition's answers.</param>
    /// <param name="submission">CSV.</param>
    internal (double? Score, string? Problem) Score(byte[] answers, byte[] submission) => CompetitionGrader.Score(_competition, answers, submission);
}
