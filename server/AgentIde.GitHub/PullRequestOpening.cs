using System.Collections.Immutable;
using AgentIde.Core.PullRequests;
using AgentIde.GitHub.Git;

namespace AgentIde.GitHub;

/// <summary>
/// Pushes a run's branch and opens its pull request, or brings both up to date. Each part looks first at what is there, so
/// it can be broken off anywhere and started again: there is never a second pull request, and no commit is lost. A branch
/// that is there already is built on the commit that it was begun on, wherever the base has gone since. Where the token's
/// user may not push, the branch goes into their fork.
/// </summary>
/// <param name="route">How git goes there by SSH; null where it goes by HTTPS, with the token.</param>
/// <param name="mayFork">Whether a fork is made, or used, where there is no right to push.</param>
/// <param name="isAnother">Whether a second one may be opened that closes the same issue as one that is open.</param>
/// <param name="waits">Of the command; null for some of its own, of which nobody is told.</param>
public sealed class PullRequestOpening(RepositoryName repository, Token token, TimeProvider time, SshRoute? route = null, bool mayFork = true, bool isAnother = false, LimitWaits? waits = null)
{
    private readonly PullRequestList _list = new(repository, token, time, waits);

    /// <param name="file">The solution's, from the root of the repository.</param>
    /// <param name="branch">What it is to be merged into; null for the repository's own branch.</param>
    /// <exception cref="GitHubException">It can't be opened; the message says why and what helps.</exception>
    public async Task<OpenedPullRequest> OpenAsync(
        WorkspaceRepository workspace, string file, PullRequest pull, ImmutableArray<StepCode> steps, string? branch, bool isDraft, CancellationToken cancellationToken)
    {
        (string ground, bool mayPush) = await _list.FactsAsync(cancellationToken).ConfigureAwait(false);
        string goal = branch ?? ground;
        using OwnRepository own = await OwnRepository.CreateAsync(workspace, cancellationToken).ConfigureAwait(false);
        RemoteRepository upstream = new(own, AddressOf(repository), token);
        string commit = await upstream.ReadAsync(goal, cancellationToken).ConfigureAwait(false) ?? throw new GitHubException(branch is null ? $"{repository} has no commit on its branch '{goal}' yet: push something there first, or name another one with --base." : $"There is no branch '{goal}' at {repository}: name another one with --base.");
        await new SharedHistory(repository, AddressOf(repository), token).CheckAsync(own, workspace, goal, commit, cancellationToken).ConfigureAwait(false);
        RepositoryName home = mayPush ? repository : await ForkAsync(pull, cancellationToken).ConfigureAwait(false);
        Octokit.PullRequest? there = await FindAsync().ConfigureAwait(false);
        if (there is null && await _list.FindElsewhereAsync(pull.Name, cancellationToken).ConfigureAwait(false) is { } elsewhere)
        {
            there = elsewhere;
            home = RepositoryName.Parse($"{repository.Host}/{elsewhere.Head.Repository.FullName}") ?? home;
        }

        pull = pull with { Branch = there?.Head.Ref ?? pull.Branch };
        Surroundings around = new() { Beside = await BesideAsync(pull, there is null, cancellationToken).ConfigureAwait(false) };
        if (there is null && (around.Beside is not null || await IsTakenAsync().ConfigureAwait(false)))
        {
            pull = pull with { Branch = pull.Branches[^1] };
        }

        RemoteRepository remote = home == repository ? upstream : new RemoteRepository(own, AddressOf(home), token);
        if (home != repository)
        {
            await new Forks(_list, time).WaitAsync(home, remote, cancellationToken).ConfigureAwait(false);
        }

        (PlannedBranch plan, bool isPushed) = await PushAsync().ConfigureAwait(false);
        around = around with
        {
            IsApproved = there is not null && await _list.IsApprovedAsync(there.Number, plan.Head, cancellationToken).ConfigureAwait(false),
            Origin = pull.Origin is { } origin && await _list.FindOwnAsync([home.Owner, repository.Owner], origin.PullRequest, cancellationToken).ConfigureAwait(false) is { } its ? Named(its, origin.Run) : null,
            Base = await ChangedBaseAsync(there?.Base.Ref ?? goal).ConfigureAwait(false),
        };
        pull = pull.On(plan.Names, plan.IsReplacing ? file : null, around);
        if (there is null)
        {
            try
            {
                Octokit.PullRequest created = await _list.CreateAsync(home.Owner, pull, goal, isDraft, cancellationToken).ConfigureAwait(false);
                return new OpenedPullRequest(created.Number, new Uri(created.HtmlUrl), OpeningState.Created, goal, plan) { Home = home, Written = pull, IsDraft = created.Draft };
            }
            catch (GitHubException)
            {
                // Another process may have opened it meanwhile.
                there = await FindAsync().ConfigureAwait(false);
                if (there is null)
                {
                    throw;
                }
            }
        }

        bool isWritten = await _list.UpdateAsync(there, pull, cancellationToken).ConfigureAwait(false);
        return new OpenedPullRequest(there.Number, new Uri(there.HtmlUrl), isPushed || isWritten ? OpeningState.Updated : OpeningState.Unchanged, there.Base.Ref, plan) { Home = home, Written = pull, IsDraft = there.Draft };

        // That of a branch which was begun just now is the base as it is.
        async Task<ChangedBase?> ChangedBaseAsync(string name)
        {
            string? tip = name == goal ? commit : await upstream.ReadAsync(name, cancellationToken).ConfigureAwait(false);
            if (tip is null || tip == plan.Base)
            {
                return null;
            }

            await upstream.FetchAsync(name, tip, cancellationToken).ConfigureAwait(false);
            return await own.IsOvertakenAsync(plan, tip, cancellationToken).ConfigureAwait(false)
                ? new ChangedBase(name, file, await _list.LastChangeAsync(tip, file, cancellationToken).ConfigureAwait(false))
                : null;
        }

        // Whoever pushes between our look and our push is built on, as often as that is likely to end.
        async Task<(PlannedBranch Plan, bool IsPushed)> PushAsync()
        {
            for (int attempt = 1; ; attempt++)
            {
                string? head = await remote.ReadAsync(pull.Branch, cancellationToken).ConfigureAwait(false);
                PlannedBranch? begun = await BegunAsync(own, remote, head, file, pull, steps, cancellationToken).ConfigureAwait(false);
                if (begun is null)
                {
                    await upstream.FetchAsync(goal, commit, cancellationToken, home == repository ? 1 : RemoteRepository.Whole).ConfigureAwait(false);
                }

                PlannedBranch plan = begun ?? await own.CommitAsync(commit, file, steps, cancellationToken).ConfigureAwait(false);
                try
                {
                    return (plan, await remote.PushAsync(pull.Branch, plan.Head, cancellationToken).ConfigureAwait(false));
                }
                catch (GitHubException refused) when (attempt < MostPushes)
                {
                    if (!refused.IsOvertaken && await remote.ReadAsync(pull.Branch, cancellationToken).ConfigureAwait(false) == head)
                    {
                        throw;
                    }
                }
            }
        }

        // A fork begins with all branches of what it was made of.
        async Task<bool> IsTakenAsync() =>
            await _list.IsTakenAsync(home.Owner, pull.Branch, pull.Marker, cancellationToken).ConfigureAwait(false)
            || (home != repository && await _list.IsTakenAsync(repository.Owner, pull.Branch, pull.Marker, cancellationToken).ConfigureAwait(false));

        Task<Octokit.PullRequest?> FindAsync() => _list.FindAsync(home.Owner, pull.Name, cancellationToken);
    }

    /// <summary>
    /// The other open one that closes the same issue, for one that is new, and for one on the branch that such a one gets.
    /// A run that is begun anew each time would open one each time.
    /// </summary>
    /// <exception cref="GitHubException">There is one, and nobody said that a second is wanted.</exception>
    private async Task<OtherPullRequest?> BesideAsync(PullRequest pull, bool isNew, CancellationToken cancellationToken)
    {
        if (pull.Closes is not { } issue || (!isNew && pull.Branch == pull.Branches[0])
            || await _list.FindClosingAsync(issue, pull.Marker, cancellationToken).ConfigureAwait(false) is not { } other || OwnText.Read(other.Body) is not { } its)
        {
            return null;
        }

        return !isNew || isAnother
            ? Named(other, its.Run)
            : throw new GitHubException($"{other.HtmlUrl} is open and closes {issue} too: it is of the run {its.Run} ({its.Identity}), by {other.User?.Login ?? "ghost"}. Nothing was pushed, and no second one is opened. Go on with that one by 'agentide pr {its.Run}' where the log of its run is{(pull.Marker.Contains($":run {its.Run} ", StringComparison.Ordinal) ? ": the one here has its name and is another" : "")}; or close it, and try again; or open a second one, whose text names the first, by 'agentide pr' with --another.");
    }

    private OtherPullRequest Named(Octokit.PullRequest pull, string run) => new($"{repository.Owner}/{repository.Name}#{pull.Number}", run);

    private Uri AddressOf(RepositoryName name) => route is null ? name.Address : route.AddressOf(name);

    private async Task<RepositoryName> ForkAsync(PullRequest pull, CancellationToken cancellationToken)
    {
        if (await _list.FindAsync(repository.Owner, pull.Name, cancellationToken).ConfigureAwait(false) is { } theirs)
        {
            throw new GitHubException($"{theirs.HtmlUrl} is this run's pull request, and its branch lies in {repository}, where you may not push{_list.LackingScope}.", _list.LackingScope is not null);
        }

        // Where there would be no second one, no fork is made for it.
        if (mayFork && pull.Closes is not null && !await _list.IsOpenAsync(pull.Marker, cancellationToken).ConfigureAwait(false))
        {
            await BesideAsync(pull, isNew: true, cancellationToken).ConfigureAwait(false);
        }

        return mayFork
            ? await new Forks(_list, time).FindOrMakeAsync(cancellationToken).ConfigureAwait(false)
            : throw new GitHubException($"You may not push to {repository}{_list.LackingScope}, and --no-fork says not to use a fork: leave that out, or ask for the right to push.", _list.LackingScope is not null);
    }

    /// <summary>What is there already of the branch, gone on with; null where there is no branch, or nothing of the run on it.</summary>
    /// <param name="head">What the branch stands at; null where there is none.</param>
    private static async Task<PlannedBranch?> BegunAsync(OwnRepository own, RemoteRepository remote, string? head, string file, PullRequest pull, ImmutableArray<StepCode> steps, CancellationToken cancellationToken)
    {
        if (head is null)
        {
            return null;
        }

        await remote.FetchAsync(pull.Branch, head, cancellationToken, steps.Length + MostOfOthers).ConfigureAwait(false);
        return await own.ContinueAsync(remote.Address, head, file, pull, steps, cancellationToken).ConfigureAwait(false);
    }

    private const int MostPushes = 3;

    /// <summary>Commits of others on a branch of ours that are looked through, and those of ways that a run left.</summary>
    internal const int MostOfOthers = 200;
}
