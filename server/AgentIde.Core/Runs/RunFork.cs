using System.Collections.Immutable;

namespace AgentIde.Core.Runs;

/// <summary>The finished run that a run goes on from: its log begins with what that one's search came to.</summary>
/// <param name="Run">Its name.</param>
/// <param name="Journal">The digest of the journal that it finished with.</param>
/// <param name="Seconds">What it had taken; this much is spent of the new run's time too.</param>
/// <param name="Elapsed">The seconds that it had taken at each event that the new log begins with, this one first; null in logs that don't say.</param>
public sealed record RunFork(RunId Run, Digest Journal, double Seconds, ImmutableArray<double>? Elapsed = null);
