using AgentIde.GitHub.Git;

namespace AgentIde.GitHub;

/// <summary>
/// Whether a workspace and a repository that a person named come from one history: a name that was mistyped would get the
/// work of another project. One that a remote of the workspace names is the workspace's by that; of an empty repository, a
/// workspace without a commit and a shallow clone nothing can be said, and they pass.
/// </summary>
/// <param name="address">Where git reaches it.</param>
internal sealed class SharedHistory(RepositoryName repository, Uri address, Token token)
{
    /// <param name="known">Which has the workspace's objects.</param>
    /// <param name="branch">Of the repository: what the pull request would go to.</param>
    /// <param name="tip">The commit that it stands at.</param>
    /// <exception cref="GitHubException">They share no commit.</exception>
    public async Task CheckAsync(OwnRepository known, WorkspaceRepository workspace, string branch, string tip, CancellationToken cancellationToken)
    {
        if (workspace.Head is not { } ours || !workspace.Shallow.IsEmpty || workspace.Remotes.Any(remote => remote.Repository == repository || remote.Repository.IsSameButForPort(repository))
            || (await known.Git.TryAsync(null, ["cat-file", "-e", $"{tip}^{{commit}}"], null, cancellationToken).ConfigureAwait(false)).ExitCode == 0)
        {
            return;
        }

        // What is fetched for this has no files, and nothing can be built on it: it goes with this repository.
        using OwnRepository own = await OwnRepository.CreateAsync(workspace, cancellationToken).ConfigureAwait(false);
        if (!await new RemoteRepository(own, address, token).IsRelatedAsync(branch, tip, ours, cancellationToken).ConfigureAwait(false))
        {
            string remotes = string.Join(", ", workspace.Remotes.Select(remote => $"{remote.Remote} is {remote.Repository}"));
            throw new GitHubException($"{repository} has another history than {workspace.Root}: its branch '{branch}' shares no commit with what is checked out here, and nothing was pushed. Name the repository that this one comes from with --repo{(remotes.Length == 0 ? "" : $" ({remotes})")}.");
        }
    }
}
