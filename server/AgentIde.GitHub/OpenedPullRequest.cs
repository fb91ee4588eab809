using AgentIde.Core.PullRequests;
using AgentIde.GitHub.Git;

namespace AgentIde.GitHub;

/// <summary>A pull request as it stands at GitHub after it was opened or brought up to date.</summary>
/// <param name="Base">The branch that it is to be merged into.</param>
public sealed record OpenedPullRequest(int Number, Uri Address, OpeningState State, string Base, PlannedBranch Branch)
{
    /// <summary>The repository that its branch lies in: a fork where there is no right to push to the one that it goes to.</summary>
    public required RepositoryName Home { get; init; }

    /// <summary>With the branch that it lies on, and the text as it was written.</summary>
    public required PullRequest Written { get; init; }

    /// <summary>As GitHub has it: one that is there already stays a draft, or ready, as people left it.</summary>
    public required bool IsDraft { get; init; }
}

public enum OpeningState
{
    /// <summary>There was none.</summary>
    Created,
    /// <summary>Its commits or its text changed.</summary>
    Updated,
    /// <summary>It was so already.</summary>
    Unchanged,
}
