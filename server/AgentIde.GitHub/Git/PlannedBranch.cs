using System.Collections.Immutable;
using AgentIde.Core.PullRequests;

namespace AgentIde.GitHub.Git;

/// <summary>A step with the bytes that it leaves in the solution file.</summary>
public sealed record StepCode(SolutionStep Step, ReadOnlyMemory<byte> Bytes);

/// <param name="Files">From the root of the repository.</param>
public sealed record PlannedCommit(string Sha, int Node, string Message, ImmutableArray<string> Files);

/// <param name="Base">The commit that the first one stands on.</param>
/// <param name="Head">The last one.</param>
/// <param name="Diff">From base to head, as git writes it.</param>
public sealed record PlannedBranch(string Base, string Head, string File, ImmutableArray<PlannedCommit> Commits, string Diff)
{
    /// <summary>Whether the base has the file already.</summary>
    public bool IsReplacing { get; init; }

    /// <summary>The run's steps that the commits became, oldest first.</summary>
    public ImmutableArray<StepName> Names => [.. Commits.Select(commit => CommitMessage.NameOf(commit.Message)).OfType<StepName>()];
}
