using AgentIde.MleBench.Medals;
using AgentIde.MleBench.Registry;

namespace AgentIde.Bench.Prepared;

/// <summary>A competition whose answers are at hand: one of MLE-bench's, or a task of one's own in the same layout.</summary>
/// <param name="Registered">Null for one that MLE-bench does not have.</param>
/// <param name="Thresholds">NaN where there are none: nothing gets a medal then.</param>
/// <param name="ThresholdsSource">A leaderboard's path, or where else they come from.</param>
/// <param name="PreparedFolder">Has <c>public/</c> and <c>private/</c>.</param>
/// <param name="Grade">Grades the file at a path; whatever it holds comes back as a score or a problem.</param>
public sealed record Contest(
    string Id,
    Competition? Registered,
    MedalThresholds Thresholds,
    string ThresholdsSource,
    string PreparedFolder,
    Func<string, CancellationToken, Task<Grade>> Grade);
