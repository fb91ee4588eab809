using System.Collections.Immutable;

namespace AgentIde.Core.Runs;

/// <summary>The finished run that a run goes on from: its log begins with what that one's search came to.</summary>
/// <param name="Run">Its name.</param>
/// <param name="Journal">The digest of the journal that it finished with.</param>
/// <param name="Seconds">What it had taken; this much is spent of the new run's time too.</param>
/// <param name="Elapsed">The seconds that it had taken at each event that the new log begins with, this one first; null in logs that don't say.</param>
/// <param name="PullRequest">The pull request that it goes on with; null where it is to have one of its own.</param>
public sealed record RunFork(RunId Run, Digest Journal, double Seconds, ImmutableArray<double>? Elapsed = null, KeptPullRequest? PullRequest = null);

/// <summary>The pull request of a run, as one that goes on from that run by its reviews keeps it: branch and marker stay.</summary>
/// <param name="Run">The run that it was opened of.</param>
/// <param name="Identity">What its marker holds.</param>
/// <param name="Made">Which runs made the nodes, first to last: commits name them.</param>
public sealed record KeptPullRequest(RunId Run, Digest Identity, ImmutableArray<NodesMade> Made)
{
    /// <summary>The run that made a node; null where that is the one that goes on itself.</summary>
    public RunId? MakerOf(int node) => Made.FirstOrDefault(made => node <= made.Last)?.Run;
}

/// <param name="Last">The last node that the run made.</param>
public sealed record NodesMade(RunId Run, int Last);
