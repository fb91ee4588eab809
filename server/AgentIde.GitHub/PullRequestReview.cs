using System.Collections.Immutable;
using AgentIde.Core.PullRequests;
using AgentIde.Core.Runs;
using AgentIde.GitHub.Git;
using Octokit;
using PullRequest = Octokit.PullRequest;

namespace AgentIde.GitHub;

/// <summary>A comment that may steer a run.</summary>
/// <param name="Thread">The first comment of its thread, where it answers another one.</param>
/// <param name="Text">As it was written: untrusted.</param>
/// <param name="Commit">That it was written at; null where it is of no line.</param>
/// <param name="Line">Of the file as the commit has it, from 1.</param>
public sealed record FoundComment(CommentKind Kind, long Id, long? Thread, string Author, Uri Address, string Text, string? Commit, int? Line);

/// <summary>A comment that steers nothing.</summary>
/// <param name="Why">In a few words.</param>
public sealed record LeftOutComment(string Author, Uri Address, string Why);

/// <summary>An answer to a comment.</summary>
/// <param name="Thread">The first comment of its thread, where that is another one.</param>
/// <param name="Marker">What <paramref name="Text"/> ends with, by which it is known again.</param>
public sealed record CommentReply(CommentKind Kind, long Id, long? Thread, string Marker, string Text);

/// <summary>What people said of a run's pull request.</summary>
/// <param name="Comments">Of those who may write to the repository, oldest first.</param>
/// <param name="Commits">The branch's, newest first, with the node of each that a step became.</param>
public sealed record FoundReview(int Number, Uri Address, ImmutableArray<FoundComment> Comments, ImmutableArray<LeftOutComment> LeftOut, ImmutableArray<(string Sha, int? Node)> Commits);

/// <summary>
/// The review of a run's pull request. Anybody can comment on a public one, and what a comment says is carried to an
/// engineer: only those are heard whom GitHub calls owner, member or collaborator, and the others are named. An answer is
/// posted once: it is known by the marker that it ends with.
/// </summary>
/// <param name="route">How git goes there by SSH; null where it goes by HTTPS, with the token.</param>
/// <param name="waits">Of the command; null for some of its own, of which nobody is told.</param>
public sealed class PullRequestReview(RepositoryName repository, Token token, TimeProvider time, SshRoute? route = null, LimitWaits? waits = null)
{
    private static readonly ApiOptions Pages = new() { PageSize = 100 };

    private readonly PullRequestList _list = new(repository, token, time, waits);

    /// <param name="file">The solution's, from the root of the repository: comments on other files are of others' work.</param>
    /// <returns>Null where there is no pull request of the run.</returns>
    /// <exception cref="GitHubException">GitHub refuses, or a person ended the pull request.</exception>
    public async Task<FoundReview?> ReadAsync(WorkspaceRepository workspace, string file, PullRequestName name, CancellationToken cancellationToken)
    {
        if (await FindAsync(name, cancellationToken).ConfigureAwait(false) is not { } pull)
        {
            return null;
        }

        List<(DateTimeOffset At, FoundComment Comment)> heard = [];
        List<LeftOutComment> unheard = [];
        foreach (Said said in await SaidAsync(pull.Number, cancellationToken).ConfigureAwait(false))
        {
            if (string.IsNullOrWhiteSpace(said.Text) || IsAnswer(said.Text))
            {
                continue;
            }

            if (WhyUnheard(said, file) is { } why)
            {
                unheard.Add(new LeftOutComment(said.Comment.Author, said.Comment.Address, why));
            }
            else
            {
                heard.Add((said.At, said.Comment));
            }
        }

        using OwnRepository own = await OwnRepository.CreateAsync(workspace, cancellationToken).ConfigureAwait(false);
        RepositoryName home = RepositoryName.Parse($"{repository.Host}/{pull.Head.Repository?.FullName ?? $"{repository.Owner}/{repository.Name}"}") ?? repository;
        RemoteRepository remote = new(own, route is null ? home.Address : route.AddressOf(home), token);
        await remote.FetchAsync(pull.Head.Ref, pull.Head.Sha, cancellationToken, PullRequestOpening.MostOfOthers).ConfigureAwait(false);
        return new FoundReview(
            pull.Number, new Uri(pull.HtmlUrl), [.. heard.OrderBy(one => one.At).ThenBy(one => one.Comment.Id).Select(one => one.Comment)], [.. unheard],
            await own.NodesAsync(pull.Head.Sha, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Posts each answer that is not there yet: to a thread of lines in it, to all else in the conversation.</summary>
    /// <param name="number">The pull request's.</param>
    /// <param name="file">The solution's, from the root of the repository.</param>
    /// <param name="answers">What is answered, of the comments that may steer a run.</param>
    /// <returns>How many were posted.</returns>
    /// <exception cref="GitHubException">GitHub refuses.</exception>
    public async Task<int> AnswerAsync(int number, string file, Func<IEnumerable<FoundComment>, IEnumerable<CommentReply>> answers, CancellationToken cancellationToken)
    {
        ImmutableArray<Said> said = await SaidAsync(number, cancellationToken).ConfigureAwait(false);
        int posted = 0;
        foreach (CommentReply answer in answers(said.Where(one => !string.IsNullOrWhiteSpace(one.Text) && !IsAnswer(one.Text) && WhyUnheard(one, file) is null).Select(one => one.Comment)))
        {
            long first = answer.Thread ?? answer.Id;
            bool isThere = answer.Kind != CommentKind.Line || said.Any(one => one.Comment.Kind == CommentKind.Line && one.Comment.Id == first);
            if (said.Any(one => one.Text.TrimEnd().EndsWith(answer.Marker, StringComparison.Ordinal)) || !isThere)
            {
                continue;
            }

            await _list.SayAsync<object>(
                async client => answer.Kind == CommentKind.Line
                    ? await new ApiConnection(client.Connection).Post<LineComment>(new Uri($"repos/{repository.Owner}/{repository.Name}/pulls/{number}/comments/{first}/replies", UriKind.Relative), new Dictionary<string, string> { ["body"] = answer.Text }).ConfigureAwait(false)
                    : await client.Issue.Comment.Create(repository.Owner, repository.Name, number, answer.Text).ConfigureAwait(false),
                cancellationToken).ConfigureAwait(false);
            posted++;
        }

        return posted;
    }

    /// <summary>Null for a comment that may steer a run.</summary>
    private static string? WhyUnheard(Said said, string file) =>
        !said.MayWrite ? "they are neither owner, member nor collaborator"
        : said.Comment.Kind == CommentKind.Line && said.File != file ? $"it is on another file than {file}"
        : null;

    private async Task<PullRequest?> FindAsync(PullRequestName name, CancellationToken cancellationToken)
    {
        await _list.FactsAsync(cancellationToken).ConfigureAwait(false);
        PullRequest? pull = await _list.FindAsync(repository.Owner, name, cancellationToken).ConfigureAwait(false);
        return pull ?? await _list.FindElsewhereAsync(name, cancellationToken).ConfigureAwait(false);
    }

    private static bool IsAnswer(string text) =>
        text.TrimEnd() is var all && all.LastIndexOf(CommentAnswer.MarkerStart, StringComparison.Ordinal) is >= 0 and var at && all.IndexOf("-->", at, StringComparison.Ordinal) == all.Length - 3;

    private async Task<ImmutableArray<Said>> SaidAsync(int number, CancellationToken cancellationToken)
    {
        IReadOnlyList<LineComment> lines = await _list.SayAsync(client => new ApiConnection(client.Connection).GetAll<LineComment>(new Uri($"repos/{repository.Owner}/{repository.Name}/pulls/{number}/comments", UriKind.Relative), Pages), cancellationToken).ConfigureAwait(false);
        IReadOnlyList<Octokit.PullRequestReview> reviews = await _list.SayAsync(client => client.PullRequest.Review.GetAll(repository.Owner, repository.Name, number, Pages), cancellationToken).ConfigureAwait(false);
        IReadOnlyList<IssueComment> comments = await _list.SayAsync(client => client.Issue.Comment.GetAllForIssue(repository.Owner, repository.Name, number, Pages), cancellationToken).ConfigureAwait(false);
        return
        [
            .. lines.Select(one => Of(
                CommentKind.Line, one.Id, one.User, one.HtmlUrl, one.Body, one.AuthorAssociation, one.CreatedAt, one.Path, one.InReplyToId,
                one.OriginalCommitId ?? one.CommitId, one.Side == "LEFT" ? null : one.OriginalLine ?? one.Line)),
            .. reviews.Where(one => one.State.Value is not (PullRequestReviewState.Pending or PullRequestReviewState.Dismissed or PullRequestReviewState.Approved))
                .Select(one => Of(CommentKind.Review, one.Id, one.User, one.HtmlUrl, one.Body, one.AuthorAssociation.StringValue, one.SubmittedAt)),
            .. comments.Select(one => Of(CommentKind.Conversation, one.Id, one.User, one.HtmlUrl, one.Body, one.AuthorAssociation.StringValue, one.CreatedAt)),
        ];
    }

    private static Said Of(
        CommentKind kind, long id, User? author, string address, string? text, string? association, DateTimeOffset at, string? file = null, long? thread = null, string? commit = null, int? line = null) =>
        new(new FoundComment(kind, id, thread, author?.Login ?? "ghost", new Uri(address), text ?? "", commit, line), text ?? "", association?.ToUpperInvariant() is "OWNER" or "MEMBER" or "COLLABORATOR", at, file);

    private sealed record Said(FoundComment Comment, string Text, bool MayWrite, DateTimeOffset At, string? File);
}

/// <summary>A comment on a line, as GitHub's interface describes it; Octokit's own lacks the line. Octokit fills it.</summary>
internal sealed class LineComment
{
    public long Id { get; set; }

    public string Path { get; set; } = "";

    public string? Side { get; set; }

    public int? Line { get; set; }

    public int? OriginalLine { get; set; }

    public string? CommitId { get; set; }

    public string? OriginalCommitId { get; set; }

    public long? InReplyToId { get; set; }

    public string? Body { get; set; }

    public string HtmlUrl { get; set; } = "";

    public string? AuthorAssociation { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public User? User { get; set; }
}
