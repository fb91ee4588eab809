using AgentIde.MleBench.Medals;

namespace AgentIde.MleBench.Registry;

/// <summary>A competition of MLE-bench.</summary>
/// <param name="Id">As MLE-bench and Kaggle spell it.</param>
/// <param name="SizeGb">Of the data in gigabytes, where it is known.</param>
/// <param name="Metric">Its name, as MLE-bench gives it.</param>
/// <param name="Thresholds">Of the medals, where no leaderboard is at hand.</param>
/// <param name="ThresholdsSource">Where the thresholds come from.</param>
/// <param name="Leaks">What in the data gives the answers away; null if nothing is known.</param>
/// <param name="Faults">What is known to be wrong with data or grader; null if nothing.</param>
/// <param name="LeakPattern">By which a line is recognised that uses what gives the answers away: a regular expression; null if nothing is known.</param>
public sealed record Competition(
    string Id,
    string Title,
    string Category,
    Complexity Complexity,
    double? SizeGb,
    string Metric,
    MedalThresholds Thresholds,
    string ThresholdsSource,
    string? Leaks,
    string? Faults,
    string? LeakPattern);
