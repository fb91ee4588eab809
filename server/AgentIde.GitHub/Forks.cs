using AgentIde.GitHub.Git;

namespace AgentIde.GitHub;

/// <summary>The fork of a repository that the token's user may push to: the one that is there, else a new one.</summary>
internal sealed class Forks(PullRequestList list, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    /// <exception cref="GitHubException">It can't be forked.</exception>
    public async Task<RepositoryName> FindOrMakeAsync(CancellationToken cancellationToken)
    {
        RepositoryName of = list.Repository;
        // GitHub answers with the fork that there is, where there is one.
        Octokit.Repository fork = await list.SayAsync(client => client.Repository.Forks.Create(of.Owner, of.Name, new Octokit.NewRepositoryFork()), cancellationToken).ConfigureAwait(false);
        RepositoryName name = RepositoryName.Parse($"{of.Host}/{fork.FullName}") is { } made && made.Owner != of.Owner
            ? made
            : throw new GitHubException($"You may not push to {of}, and GitHub made no fork of it that you could push to.");
        Octokit.Repository wanted = await list.SayAsync(client => client.Repository.Get(of.Owner, of.Name), cancellationToken).ConfigureAwait(false);
        return fork.Fork && IsOf(fork, wanted)
            ? name
            : throw new GitHubException($"You may not push to {of}, and what GitHub gives as your fork of it, {name}, is none: nothing is pushed there. Rename that repository, or fork {of} by hand, and try again.");
    }

    /// <summary>By its parent, or by what both come from: of all forks of one repository a user has one.</summary>
    private static bool IsOf(Octokit.Repository fork, Octokit.Repository wanted) =>
        fork.Parent?.Id == wanted.Id || (fork.Source?.Id is { } source && source == (wanted.Source?.Id ?? wanted.Id));

    /// <summary>Waits for a fork, which is made after GitHub has said that it will be.</summary>
    /// <exception cref="GitHubException">It is not there after minutes.</exception>
    public async Task WaitAsync(RepositoryName fork, RemoteRepository remote, CancellationToken cancellationToken)
    {
        TimeSpan waited = TimeSpan.Zero;
        while (!await remote.IsThereAsync(cancellationToken).ConfigureAwait(false))
        {
            if (waited >= Patience)
            {
                throw new GitHubException($"GitHub is still making the fork {fork}: try again in a few minutes.");
            }

            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
            waited += Pause;
        }
    }
}
