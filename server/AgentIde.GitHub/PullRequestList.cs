using System.Net;
using AgentIde.Core.PullRequests;
using Octokit;
using Octokit.Internal;
using PullRequest = Octokit.PullRequest;

namespace AgentIde.GitHub;

/// <summary>
/// The pull requests of a repository, by Octokit. Of a branch there is one at most that is open; it is ours where its text
/// holds the run's marker, and only then is it written to. What GitHub refuses is one message with the way out.
/// </summary>
internal sealed class PullRequestList
{
    private readonly GitHubClient _client;
    private readonly RepositoryName _repository;
    private readonly Token? _token;
    private readonly TimeProvider _time;
    private IReadOnlyList<PullRequest>? _open;
    private string? _user;
    private string? _scopes;

    private readonly LimitWaits _waits;

    /// <param name="token">Null to ask for what anybody may see.</param>
    /// <param name="waits">Of the command; null for some of its own, of which nobody is told.</param>
    public PullRequestList(RepositoryName repository, Token? token, TimeProvider time, LimitWaits? waits = null)
    {
        _time = time;
        _waits = waits ?? new LimitWaits();
        _repository = repository;
        _token = token;
        Uri server = repository.IsOnGitHub ? GitHubClient.GitHubApiUrl : new Uri(repository.Server, "api/v3/");
        Credentials credentials = token is null ? Credentials.Anonymous : new Credentials(token.Reveal());
        _client = new GitHubClient(new Connection(
            new ProductHeaderValue("agentide"), server, new InMemoryCredentialStore(credentials), new HttpClientAdapter(() => new JsonRequests(HttpMessageHandlerFactory.CreateDefault(), scopes => _scopes = scopes)), new SimpleJsonSerializer()));
    }

    public RepositoryName Repository => _repository;

    /// <summary>What is told beside a right that is missing, where it is the token that lacks it; null where its scopes are enough, or not known.</summary>
    public string? LackingScope => _scopes is { } scopes && !scopes.Split(',').Any(scope => scope.Trim() is "repo" or "public_repo") ? $" with this token{Scopes(scopes)}" : null;

    /// <summary>The repository's own branch, and whether the token's user may push to the repository.</summary>
    /// <exception cref="GitHubException">It takes no changes, or can't be seen.</exception>
    public async Task<(string DefaultBranch, bool MayPush)> FactsAsync(CancellationToken cancellationToken)
    {
        Repository repository = await SayAsync(() => _client.Repository.Get(_repository.Owner, _repository.Name), cancellationToken).ConfigureAwait(false);
        return repository.Archived ? throw new GitHubException($"{_repository} is archived: it takes no changes and no pull requests. Ask whoever owns it to unarchive it.")
            : (repository.DefaultBranch, repository.Permissions is not { Push: false } || _token?.IsOfInstallation == true);
    }

    /// <summary>The open pull request of a run, by the branches that it may come from; null where there is none yet.</summary>
    /// <exception cref="GitHubException">There is one of somebody else's, or a person closed ours.</exception>
    /// <param name="owner">Of the repository that the branch lies in.</param>
    public async Task<PullRequest?> FindAsync(string owner, PullRequestName name, CancellationToken cancellationToken)
    {
        foreach (string branch in name.Branches)
        {
            if (await FindAsync(owner, branch, name.Marker, cancellationToken).ConfigureAwait(false) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private async Task<PullRequest?> FindAsync(string owner, string branch, string marker, CancellationToken cancellationToken)
    {
        PullRequest[] its = await OfBranchAsync(owner, branch, cancellationToken).ConfigureAwait(false);
        PullRequest? open = its.FirstOrDefault(pull => pull.State.Value == ItemState.Open);
        if (open is not null && !Has(open, marker) && !IsOfAnother(open, marker))
        {
            throw new GitHubException($"{open.HtmlUrl} comes from the branch {branch}, and its text has no mark of a run: it is left alone. Where it is this run's and somebody took the mark out, write {marker} into it again; else close it, and try again.");
        }

        if (open is not null && Has(open, marker))
        {
            return open;
        }

        return its.FirstOrDefault(pull => Has(pull, marker)) is { } closed
            ? throw new GitHubException($"{closed.HtmlUrl} is this run's pull request, and was {(closed.MergedAt is null ? "closed: reopen it" : "merged: start another run")} to go on with it.")
            : null;
    }

    /// <summary>
    /// The run's pull request that its own user opened from another repository, such as a fork from before they had the right
    /// to push; null where there is none. What somebody else opened is never taken for ours, whatever its text says.
    /// </summary>
    /// <exception cref="GitHubException">A person closed it, its fork is gone, or somebody else has an open one with the run's mark.</exception>
    public async Task<PullRequest?> FindElsewhereAsync(PullRequestName name, CancellationToken cancellationToken)
    {
        string? user = await UserAsync(cancellationToken).ConfigureAwait(false);
        PullRequest? there = user is null || Same(user, _repository.Owner) ? null : await FindAsync(user, name, cancellationToken).ConfigureAwait(false);
        if (there is null)
        {
            PullRequest[] its = [.. (await OpenAsync(cancellationToken).ConfigureAwait(false)).Where(pull => name.Branches.Contains(pull.Head.Ref) && Has(pull, name.Marker))];
            there = its.FirstOrDefault(pull => Same(pull.User?.Login, user)) ?? its.FirstOrDefault();
        }

        return there is null || (Same(there.User?.Login, user) && there.Head.Repository is not null) || Same(there.Head.Repository?.Owner?.Login, user) ? there
            : Same(there.User?.Login, user) ? throw new GitHubException($"{there.HtmlUrl} is this run's pull request, and the repository of its branch is gone: close it, and try again.")
            : throw new GitHubException($"{there.HtmlUrl} has the mark of this run, and is by {there.User?.Login ?? "ghost"} from a repository that is not yours: it is left alone, and no second one is opened. Let them go on with it; or have it closed, and try again.");
    }

    /// <summary>The oldest open pull request of another run that the same user opened and that closes an issue; null for none.</summary>
    /// <param name="issue"><c>OWNER/NAME#12</c>.</param>
    /// <param name="marker">Of the run that is not another one; null for none.</param>
    public async Task<PullRequest?> FindClosingAsync(string issue, string? marker, CancellationToken cancellationToken)
    {
        foreach (PullRequest pull in (await OpenAsync(cancellationToken).ConfigureAwait(false)).Where(pull => marker is null || !Has(pull, marker)).OrderBy(pull => pull.Number))
        {
            if (await IsClosingAsync(pull, issue, cancellationToken).ConfigureAwait(false))
            {
                return pull;
            }
        }

        return null;
    }

    /// <summary>Whether an open one has the marker, whoever opened it.</summary>
    public async Task<bool> IsOpenAsync(string marker, CancellationToken cancellationToken) => (await OpenAsync(cancellationToken).ConfigureAwait(false)).Any(pull => Has(pull, marker));

    /// <summary>A run's pull request, open or not, that the same user opened; null for none.</summary>
    /// <param name="owners">Of the repositories that its branch may lie in.</param>
    public async Task<PullRequest?> FindOwnAsync(IEnumerable<string> owners, PullRequestName name, CancellationToken cancellationToken)
    {
        List<PullRequest> found = [];
        foreach ((string owner, string branch) in owners.Distinct(StringComparer.OrdinalIgnoreCase).SelectMany(owner => name.Branches.Select(branch => (owner, branch))))
        {
            foreach (PullRequest pull in (await OfBranchAsync(owner, branch, cancellationToken).ConfigureAwait(false)).Where(pull => Has(pull, name.Marker)))
            {
                if (IsOwn(pull, await UserAsync(cancellationToken).ConfigureAwait(false)))
                {
                    found.Add(pull);
                }
            }
        }

        return found.MaxBy(pull => (pull.State.Value == ItemState.Open, pull.MergedAt is not null, pull.Number));
    }

    /// <summary>The last commit that changed a file, of those that lead to another one; that one itself where none is named.</summary>
    public async Task<string> LastChangeAsync(string commit, string file, CancellationToken cancellationToken)
    {
        CommitRequest request = new() { Sha = commit, Path = file };
        IReadOnlyList<GitHubCommit> commits = await SayAsync(() => _client.Repository.Commit.GetAll(_repository.Owner, _repository.Name, request, new ApiOptions { PageSize = 1, PageCount = 1 }), cancellationToken).ConfigureAwait(false);
        return commits.Count > 0 ? commits[0].Sha : commit;
    }

    private async Task<bool> IsClosingAsync(PullRequest pull, string issue, CancellationToken cancellationToken) =>
        OwnText.Read(pull.Body)?.IsClosing(issue) == true && IsOwn(pull, await UserAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>
    /// Whether the token's user opened it. An app's token does not say which app it is of: there it is one that an app opened, from a
    /// branch of the very repository, where only who may write has one, and of a name that other apps give to none.
    /// </summary>
    private bool IsOwn(PullRequest pull, string? user) => _token?.IsOfInstallation == true
        ? pull.User?.Type == AccountType.Bot && pull.Head.Repository?.Id == pull.Base.Repository?.Id && pull.Head.Ref.StartsWith("agentide/", StringComparison.Ordinal)
        : Same(pull.User?.Login, user);

    /// <summary>Whose the token is; null for an app's: that is no user, and has no forks.</summary>
    private async Task<string?> UserAsync(CancellationToken cancellationToken) =>
        _token is null or { IsOfInstallation: true } ? null : _user ??= (await SayAsync(() => _client.User.Current(), cancellationToken).ConfigureAwait(false)).Login;

    private async Task<PullRequest[]> OfBranchAsync(string owner, string branch, CancellationToken cancellationToken)
    {
        PullRequestRequest request = new() { State = ItemStateFilter.All, Head = $"{owner}:{branch}" };
        return [.. (await SayAsync(() => _client.PullRequest.GetAllForRepository(_repository.Owner, _repository.Name, request), cancellationToken).ConfigureAwait(false)).Where(pull => pull.Head.Ref == branch)];
    }

    /// <summary>All that are open, as they were when first asked for.</summary>
    private async Task<IReadOnlyList<PullRequest>> OpenAsync(CancellationToken cancellationToken) =>
        _open ??= await SayAsync(() => _client.PullRequest.GetAllForRepository(_repository.Owner, _repository.Name, new PullRequestRequest { State = ItemStateFilter.Open }, new ApiOptions { PageSize = 100 }), cancellationToken).ConfigureAwait(false);

    /// <summary>Whether the last word of a person who may write, on this very commit, is that they approve.</summary>
    public async Task<bool> IsApprovedAsync(int number, string commit, CancellationToken cancellationToken)
    {
        IReadOnlyList<Octokit.PullRequestReview> reviews = await SayAsync(() => _client.PullRequest.Review.GetAll(_repository.Owner, _repository.Name, number, new ApiOptions { PageSize = 100 }), cancellationToken).ConfigureAwait(false);
        return reviews.Where(review => review.User is { Type: not AccountType.Bot } && review.State.Value is PullRequestReviewState.Approved or PullRequestReviewState.ChangesRequested)
            .GroupBy(review => review.User.Id)
            .Select(said => said.MaxBy(review => (review.SubmittedAt, review.Id))!)
            .Any(last => last.State.Value == PullRequestReviewState.Approved && last.CommitId == commit && last.AuthorAssociation.StringValue?.ToUpperInvariant() is "OWNER" or "MEMBER" or "COLLABORATOR");
    }

    private static bool Same(string? login, string? other) => login is not null && string.Equals(login, other, StringComparison.OrdinalIgnoreCase);

    /// <exception cref="GitHubException">GitHub refuses it.</exception>
    /// <param name="owner">Of the repository that the branch lies in.</param>
    public Task<PullRequest> CreateAsync(string owner, Core.PullRequests.PullRequest pull, string @base, bool isDraft, CancellationToken cancellationToken) =>
        SayAsync(() => _client.PullRequest.Create(_repository.Owner, _repository.Name, new NewPullRequest(pull.Title, owner == _repository.Owner ? pull.Branch : $"{owner}:{pull.Branch}", @base) { Body = pull.Body, Draft = isDraft, MaintainerCanModify = null }), cancellationToken);

    /// <summary>Makes title and text what they are to be, but for what people wrote around ours; asks nothing where they are.</summary>
    /// <returns>Whether anything changed.</returns>
    public async Task<bool> UpdateAsync(PullRequest there, Core.PullRequests.PullRequest pull, CancellationToken cancellationToken)
    {
        string title = EditedText.Title(there.Title, pull.Title), body = EditedText.Renew(there.Body, pull.Body, pull.Marker);
        if (there.Title == title && Lines(there.Body) == Lines(body))
        {
            return false;
        }

        await SayAsync(() => _client.PullRequest.Update(_repository.Owner, _repository.Name, there.Number, new PullRequestUpdate { Title = title, Body = body }), cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Whether a branch is that of another run, whose pull request is open or was.</summary>
    /// <param name="owner">Of the repository that the branch lies in.</param>
    public async Task<bool> IsTakenAsync(string owner, string branch, string marker, CancellationToken cancellationToken) =>
        (await OfBranchAsync(owner, branch, cancellationToken).ConfigureAwait(false)).Any(pull => IsOfAnother(pull, marker));

    /// <summary>Whoever wrote that mark: it keeps us off the branch, and no more.</summary>
    private static bool IsOfAnother(PullRequest pull, string marker) => !Has(pull, marker) && OwnText.Read(pull.Body) is not null;

    private static bool Has(PullRequest pull, string marker) => pull.Body?.Contains(marker, StringComparison.Ordinal) == true;

    /// <summary>GitHub keeps line ends as a browser sends them.</summary>
    private static string Lines(string? text) => (text ?? "").ReplaceLineEndings("\n").TrimEnd();

    /// <summary>Limits of requests are waited out: a request that was refused for them did nothing.</summary>
    /// <param name="missing">What is told where there is no such thing; null for that of the repository.</param>
    internal Task<T> SayAsync<T>(Func<GitHubClient, Task<T>> call, CancellationToken cancellationToken, string? missing = null) => SayAsync(() => call(_client), cancellationToken, missing);

    private async Task<T> SayAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken, string? missing = null)
    {
        while (true)
        {
            try
            {
                return await OnceAsync(call, cancellationToken).ConfigureAwait(false);
            }
            catch (ApiException limited) when (Wait(limited) is { } wait && _waits.Begin(wait, Limit(limited)))
            {
                await Task.Delay(wait, _time, cancellationToken).ConfigureAwait(false);
            }
            catch (ApiException error)
            {
                string why = error.StatusCode == HttpStatusCode.NotFound && missing is not null ? missing : Why(error);
                throw new GitHubException(_token?.Clean(why) ?? why, IsOfToken(error));
            }
        }
    }

    /// <summary>How long GitHub wants no more requests; null where that is not why it refused.</summary>
    private TimeSpan? Wait(ApiException error)
    {
        TimeSpan? wait = error switch
        {
            RateLimitExceededException limit => limit.Reset - _time.GetUtcNow(),
            _ when IsLimit(error) => int.TryParse(Header(error, "Retry-After"), out int known)
                ? TimeSpan.FromSeconds(known)
                : TimeSpan.FromMinutes(1),
            _ => null,
        };
        return wait < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : wait;
    }

    private async Task<T> OnceAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException error)
        {
            throw new GitHubException($"{_repository.Host} can't be reached ({error.Message.TrimEnd('.')}): try again.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new GitHubException($"{_repository.Host} did not answer in time: try again.");
        }
    }

    /// <summary>Whether another token may be let in. What the repository itself refuses, and limits, are no token's fault.</summary>
    private static bool IsOfToken(ApiException error) =>
        error is AuthorizationException || (error.StatusCode == HttpStatusCode.Forbidden && error is not RateLimitExceededException && !IsLimit(error)
            && !error.Message.Contains("archived", StringComparison.OrdinalIgnoreCase) && !error.Message.Contains("Forking", StringComparison.OrdinalIgnoreCase));

    private string Why(ApiException error) => error switch
    {
        _ when Wait(error) is { } wait => $"{Limit(error)}. This command waits 5 minutes in all at most: try again after {Minute(_time.GetUtcNow() + wait)} UTC.",
        AuthorizationException when _token is null => $"{_repository.Host} wants to know who asks: set {_repository.TokenVariable} to a token.",
        AuthorizationException => $"GitHub did not take the token: it may have expired, or have been revoked. Set {_repository.TokenVariable} to one that may write contents and pull requests.",
        ApiValidationException invalid => Invalid(invalid),
        _ when error.StatusCode == HttpStatusCode.NotFound => $"There is no repository {_repository} there, or the token may not see it{Scopes(error)}.",
        _ when error.StatusCode == HttpStatusCode.Forbidden && error.Message.Contains("archived", StringComparison.OrdinalIgnoreCase) => $"{_repository} is archived: it takes no changes and no pull requests. Ask whoever owns it to unarchive it.",
        _ when error.StatusCode == HttpStatusCode.Forbidden && error.Message.Contains("SAML", StringComparison.Ordinal) => $"The organisation of {_repository} wants the token to be authorised for single sign-on first ({error.Message}).",
        _ when error.StatusCode == HttpStatusCode.Forbidden && error.Message.Contains("Forking", StringComparison.OrdinalIgnoreCase) => $"You may not push to {_repository}, and it lets nobody fork it ({error.Message}): ask whoever owns it for the right to push.",
        _ when error.StatusCode == HttpStatusCode.Forbidden => $"The token may not open pull requests in {_repository}{Scopes(error)}: it needs the permissions to write contents and pull requests ({error.Message}).",
        _ when (int)error.StatusCode >= 500 => $"GitHub answered {(int)error.StatusCode} ({error.Message}): try again in a few minutes.",
        _ => $"GitHub answered {(int)error.StatusCode}: {error.Message}",
    };

    /// <summary>What GitHub has too much of, where that is why it refused.</summary>
    private string Limit(ApiException error) => error is RateLimitExceededException limit
        ? $"{_repository.Host} takes {limit.Limit} requests of {Asking} in an hour, and these are used up"
        : $"{_repository.Host} takes no more requests of {Asking} for a while, since they came too fast";

    private string Asking => _token is null ? "anybody without a token" : "this token";

    /// <summary>The next whole one, so that it is not too early.</summary>
    private static string Minute(DateTimeOffset at) => at.AddTicks(TimeSpan.TicksPerMinute - 1).UtcDateTime.ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture);

    private static string Invalid(ApiValidationException error)
    {
        string[] said = [error.ApiError?.Message ?? "", .. (error.ApiError?.Errors ?? []).Select(detail => detail.Message ?? $"{detail.Resource} {detail.Field} {detail.Code}")];
        string all = string.Join("; ", said.Where(words => words.Length > 0));
        return all.Contains("Draft pull requests are not supported", StringComparison.OrdinalIgnoreCase) ? "This repository has no draft pull requests: open it with --ready."
            : $"GitHub did not take the pull request: {all}";
    }

    /// <summary>Of how much at once, in one of the ways that GitHub says it.</summary>
    private static bool IsLimit(ApiException error) =>
        error is SecondaryRateLimitExceededException or AbuseException || error.StatusCode == HttpStatusCode.TooManyRequests
        || (error is not RateLimitExceededException && error.StatusCode == HttpStatusCode.Forbidden && Header(error, "X-RateLimit-Remaining") == "0");

    /// <summary>What a classic token may do, where GitHub tells.</summary>
    private static string Scopes(ApiException error) => Header(error, "X-OAuth-Scopes") is { } scopes ? Scopes(scopes) : "";

    private static string Scopes(string scopes) =>
        $" (its scopes are: {(string.IsNullOrWhiteSpace(scopes) ? "none" : scopes)}{(scopes.Split(',').Any(scope => scope.Trim() == "repo") ? "" : "; 'repo' is needed")})";

    /// <summary>By whatever capitals a server or a proxy writes it.</summary>
    private static string? Header(ApiException error, string name) =>
        error.HttpResponse?.Headers.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
}
