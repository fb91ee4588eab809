using Octokit;

namespace AgentIde.GitHub;

/// <summary>What an issue says. Anybody may have written it.</summary>
/// <param name="Text">Markdown, as it was written.</param>
public sealed record IssuePage(string Title, string Text, bool IsClosed)
{
    /// <param name="token">Null to ask for what anybody may see.</param>
    /// <param name="waits">Of the command; null for some of its own, of which nobody is told.</param>
    /// <exception cref="GitHubException">There is none, or it can't be seen.</exception>
    public static async Task<IssuePage> ReadAsync(IssueName name, Token? token, TimeProvider time, CancellationToken cancellationToken, LimitWaits? waits = null)
    {
        PullRequestList list = new(name.Repository, token, time, waits);
        string missing = $"There is no issue {name}, or {(token is null ? $"nobody may see it without a token: set {name.Repository.TokenVariable}" : "the token may not see it")}.";
        Issue issue = await list.SayAsync(client => client.Issue.Get(name.Repository.Owner, name.Repository.Name, name.Number), cancellationToken, missing).ConfigureAwait(false);
        return issue.PullRequest is not null
            ? throw new GitHubException($"{name} is a pull request, and no issue.")
            : new IssuePage(issue.Title ?? "", issue.Body ?? "", issue.State.Value == ItemState.Closed) { ClosedBy = await ClosedByAsync(list, name, token, cancellationToken).ConfigureAwait(false) };
    }

    /// <summary>An open pull request of the token's user that closes it, in the same repository; null where none is known.</summary>
    public Uri? ClosedBy { get; private init; }

    private static async Task<Uri?> ClosedByAsync(PullRequestList list, IssueName name, Token? token, CancellationToken cancellationToken)
    {
        try
        {
            return token is not null && await list.FindClosingAsync($"{name.Repository.Owner}/{name.Repository.Name}#{name.Number}", null, cancellationToken).ConfigureAwait(false) is { } pull ? new Uri(pull.HtmlUrl) : null;
        }
        catch (GitHubException)
        {
            // A token that may read issues alone is enough for a run.
            return null;
        }
    }
}
