using System.Collections.Immutable;
using AgentIde.Core.PullRequests;
using AgentIde.GitHub.Git;

namespace AgentIde.GitHub;

/// <summary>
/// Pushes a run's branch and opens its pull request, or brings both up to date. Each part looks first at what is there, so
/// it can be broken off anywhere and started again: there is never a second pull request, and no commit is lost. A branch
/// that is there already is built on the commit that it was begun on, wherever the base has gone since.
/// </summary>
public sealed class PullRequestOpening(RepositoryName repository, Token token, TimeProvider time)
{
    private readonly PullRequestList _list = new(repository, token, time);

    /// <param name="file">The solution's, from the root of the repository.</param>
    /// <param name="branch">What it is to be merged into; null for the repository's own branch.</param>
    /// <exception cref="GitHubException">It can't be opened; the message says why and what helps.</exception>
    public async Task<OpenedPullRequest> OpenAsync(
        WorkspaceRepository workspace, string file, PullRequest pull, ImmutableArray<StepCode> steps, string? branch, bool isDraft, CancellationToken cancellationToken)
    {
        string own = await _list.DefaultBranchAsync(cancellationToken).ConfigureAwait(false);
        string goal = branch ?? own;
        Octokit.PullRequest? there = await _list.FindAsync(pull.Branch, pull.Marker, cancellationToken).ConfigureAwait(false);
        using OwnRepository repository = await OwnRepository.CreateAsync(workspace, cancellationToken).ConfigureAwait(false);
        RemoteRepository remote = new(repository, Address, token);
        string commit = await remote.ReadAsync(goal, cancellationToken).ConfigureAwait(false) ?? throw new GitHubException(branch is null ? $"{Name} has no commit on its branch '{goal}' yet: push something there first, or name another one with --base." : $"There is no branch '{goal}' at {Name}: name another one with --base.");
        PlannedBranch? begun = await BegunAsync(repository, remote, pull.Branch, file, steps, cancellationToken).ConfigureAwait(false);
        if (begun is null)
        {
            await remote.FetchAsync(goal, commit, cancellationToken).ConfigureAwait(false);
        }

        PlannedBranch plan = begun ?? await repository.CommitAsync(commit, file, steps, cancellationToken).ConfigureAwait(false);
        bool isPushed = await remote.PushAsync(pull.Branch, plan.Head, cancellationToken).ConfigureAwait(false);
        if (there is null)
        {
            try
            {
                Octokit.PullRequest created = await _list.CreateAsync(pull, goal, isDraft, cancellationToken).ConfigureAwait(false);
                return new OpenedPullRequest(created.Number, new Uri(created.HtmlUrl), OpeningState.Created, goal, plan);
            }
            catch (GitHubException)
            {
                // Another process may have opened it meanwhile.
                there = await _list.FindAsync(pull.Branch, pull.Marker, cancellationToken).ConfigureAwait(false);
                if (there is null)
                {
                    throw;
                }
            }
        }

        bool isWritten = await _list.UpdateAsync(there, pull, cancellationToken).ConfigureAwait(false);
        return new OpenedPullRequest(there.Number, new Uri(there.HtmlUrl), isPushed || isWritten ? OpeningState.Updated : OpeningState.Unchanged, there.Base.Ref, plan);
    }

    private RepositoryName Name => repository;

    private Uri Address => repository.Address;

    /// <summary>What is there already of the branch, gone on with; null where there is no branch, or none of these steps on it.</summary>
    private static async Task<PlannedBranch?> BegunAsync(OwnRepository own, RemoteRepository remote, string branch, string file, ImmutableArray<StepCode> steps, CancellationToken cancellationToken)
    {
        const int othersAtMost = 200;
        if (await remote.ReadAsync(branch, cancellationToken).ConfigureAwait(false) is not { } head)
        {
            return null;
        }

        await remote.FetchAsync(branch, head, cancellationToken, steps.Length + othersAtMost).ConfigureAwait(false);
        return await own.ContinueAsync(head, file, steps, cancellationToken).ConfigureAwait(false);
    }
}
