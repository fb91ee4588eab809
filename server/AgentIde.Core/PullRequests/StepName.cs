namespace AgentIde.Core.PullRequests;

/// <summary>A step of a run, as the last paragraph of its commit names it; by this it is known on a branch, whatever else its message says.</summary>
/// <param name="Run">The name of the run that made the node.</param>
/// <param name="Identity">What the marker of the pull request ends with: another workspace may have a run of that name.</param>
public readonly record struct StepName(int Node, string Run, string Identity)
{
    public override string ToString() => $"Node {Node} of the run {Run} ({Identity})";
}
