namespace AgentIde.LanguageServer;

/// <summary>Makes pull requests of runs at GitHub.</summary>
public interface IPullRequests
{
    /// <summary>What would be proposed; nothing is written or sent, and no token is needed.</summary>
    /// <exception cref="PullRequestFailedException">The run can't be proposed from here.</exception>
    Task<PullRequestPreview> PreviewAsync(PullRequestRequest request, CancellationToken cancellationToken);

    /// <summary>Pushes the branch and opens the pull request, or brings both up to date.</summary>
    /// <param name="token">The editor's own, for the repository that is named; null for the one that the machine has.</param>
    /// <exception cref="PullRequestFailedException">It can't be opened.</exception>
    Task<PullRequestOpened> OpenAsync(PullRequestRequest request, HandedToken? token, CancellationToken cancellationToken);
}
