using System.Collections.Concurrent;
using System.Text;
using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Lsp.Protocol;
using AgentIde.LanguageServer.Lsp.Runs;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Lsp.Actions;

/// <summary>
/// From a run to its pull request: shown, agreed to, opened. What a person agreed to is what is done: the same node, to the
/// same repository; the editor's token is asked for after that and for that server alone. Nothing keeps it.
/// </summary>
internal sealed class PullRequests(Workspace workspace, RequestQueue<ServerState> queue, Editor editor, LanguageServerOptions options)
{
    /// <summary>How a pull request that was shown is opened without another question.</summary>
    public const string Open = "open";

    private const string AsDraft = "Open the draft";
    private const string AsReady = "Open it, ready to be merged";
    private const string Look = "Look at it";
    private const int MaximumDiff = 1 << 20;

    private readonly ConcurrentDictionary<RunId, bool> _opening = [];
    private int _bars;

    /// <summary>Writes what would be proposed where it can be read, and remembers it.</summary>
    public async Task<(PreviewedPullRequest Previewed, string Path)> PreviewAsync(RunState run, int node, string? repository, string? branch, CancellationToken cancellationToken)
    {
        IPullRequests pulls = options.PullRequests ?? throw new RequestFailedException($"This server makes no pull requests. From a shell: agentide pr {run.Run}");
        PullRequestRequest request = new(workspace.Root, run.Run, node, repository, branch);
        PullRequestPreview preview = await WithBarAsync($"Preparing the pull request of {run.Run}", () => pulls.PreviewAsync(request, cancellationToken), cancellationToken).ConfigureAwait(false);
        string path = await workspace.Store.WriteViewAsync(run.Run, node, NodeDocuments.PullRequest, Encoding.UTF8.GetBytes(Text(request, preview)), cancellationToken).ConfigureAwait(false);
        PreviewedPullRequest previewed = new(request, preview);
        queue.Change(state => state with { Previewed = state.Previewed.SetItem((run.Run, node), previewed) });
        return (previewed, path);
    }

    /// <summary>Shows what was written and asks whether to open it.</summary>
    public async Task ShowAsync(PreviewedPullRequest previewed, string path, bool isReady, CancellationToken cancellationToken)
    {
        await editor.ShowDocumentAsync(path, cancellationToken).ConfigureAwait(false);
        (PullRequestRequest request, PullRequestPreview preview) = previewed;
        if (preview.Repository is not { } repository)
        {
            await editor.ShowAsync(ShowMessageParams.Warning, $"No remote of this folder's repository names one at GitHub, so nothing can be opened from here. From a shell: agentide pr {request.Run} --node {request.Node} --repo OWNER/NAME").ConfigureAwait(false);
            return;
        }

        if (!editor.Client.Chooses)
        {
            await editor.ShowAsync(ShowMessageParams.Info, $"Nothing was sent. To open it at {repository}, take the action \"Open this pull request\" in {NodeDocuments.PullRequest}.").ConfigureAwait(false);
            return;
        }

        string commits = preview.Commits.Length == 1 ? "one commit" : $"{preview.Commits.Length} commits";
        string question = $"Open this pull request of {request.Run} at {repository}? It pushes the branch {preview.Branch} with {commits} of {preview.File}.";
        string[] choices = isReady ? [AsReady, AsDraft] : [AsDraft, AsReady];
        string? chosen = await editor.ChooseAsync(question, choices, cancellationToken, ShowMessageParams.Info).ConfigureAwait(false);
        if (chosen is AsDraft or AsReady)
        {
            await OpenAsync(previewed, chosen == AsReady, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <exception cref="PullRequestFailedException">It can't be opened; the message says why.</exception>
    public async Task OpenAsync(PreviewedPullRequest previewed, bool isReady, CancellationToken cancellationToken)
    {
        if (options.PullRequests is not { } pulls || previewed.Preview.Repository is not { } repository)
        {
            throw new RequestFailedException($"No remote names where it goes to. From a shell: agentide pr {previewed.Request.Run} --repo OWNER/NAME");
        }

        RunId run = previewed.Request.Run;
        if (!_opening.TryAdd(run, true))
        {
            await editor.ShowAsync(ShowMessageParams.Info, $"The pull request of {run} is being opened already.").ConfigureAwait(false);
            return;
        }

        PullRequestOpened opened;
        try
        {
            // A person has read where it goes to and agreed, which is as good as naming it.
            PullRequestRequest request = previewed.Request with { Repository = repository, IsReady = isReady };
            HandedToken? token = await editor.TokenAsync(Asked(repository), cancellationToken).ConfigureAwait(false);
            opened = await WithBarAsync($"Opening a pull request at {repository}", () => pulls.OpenAsync(request, token, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _opening.TryRemove(run, out _);
        }

        await TellAsync(opened, run, repository, isReady, cancellationToken).ConfigureAwait(false);
    }

    private async Task TellAsync(PullRequestOpened opened, RunId run, string repository, bool isReady, CancellationToken cancellationToken)
    {
        string what = opened.State switch
        {
            "created" => $"was opened at {repository}{(isReady ? "" : " as a draft")}, to be merged into {opened.Base}",
            "updated" => $"at {repository} was brought up to date",
            _ => $"at {repository} was up to date",
        };
        string message = $"Pull request {opened.Number} of {run} {what}: {opened.Address.AbsoluteUri}";
        if (!editor.Client.Chooses || !editor.Client.ShowsDocuments)
        {
            await editor.ShowAsync(ShowMessageParams.Info, message).ConfigureAwait(false);
        }
        else if (await editor.ChooseAsync(message, [Look], cancellationToken, ShowMessageParams.Info).ConfigureAwait(false) is Look)
        {
            await editor.ShowAddressAsync(opened.Address, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<T> WithBarAsync<T>(string title, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        if (!editor.Client.ShowsProgress)
        {
            return await work().ConfigureAwait(false);
        }

        string token = $"agentide.pullRequest#{Interlocked.Increment(ref _bars)}";
        await editor.CreateProgressAsync(token, cancellationToken).ConfigureAwait(false);
        await editor.ProgressAsync(token, new WorkDoneProgress("begin", Title: title, Cancellable: false)).ConfigureAwait(false);
        try
        {
            return await work().ConfigureAwait(false);
        }
        finally
        {
            await editor.ProgressAsync(token, new WorkDoneProgress("end")).ConfigureAwait(false);
        }
    }

    /// <summary><c>HOST/OWNER/NAME</c>, the host left out for github.com, in its two parts.</summary>
    private static GitHubTokenParams Asked(string repository) =>
        repository.Split('/', 2) is [var host, var name] && name.Contains('/', StringComparison.Ordinal) ? new GitHubTokenParams(host, name) : new GitHubTokenParams("github.com", repository);

    /// <summary>For a Markdown view and for one of the text alone: the body is GitHub's own Markdown, all else is escaped.</summary>
    private static string Text(PullRequestRequest request, PullRequestPreview preview)
    {
        StringBuilder text = new();
        text.Append("> **Nothing was sent yet.** This is what a pull request of ").Append(PlainText.Markdown(request.Run.Value)).Append(", node ").Append(request.Node).Append(", would hold");
        text.Append(preview.Repository is { } repository ? $" at {PlainText.Markdown(repository)}.\n" : ". No remote names a repository at GitHub that it could go to.\n");
        text.Append("> Branch ").Append(PlainText.Markdown(preview.Branch)).Append(", from ").Append(PlainText.Markdown(preview.Base)).Append(" (").Append(preview.BaseSha[..8]).Append("). It changes ").Append(PlainText.Markdown(preview.File)).Append(" alone:\n>\n");
        foreach (PreviewedCommit commit in preview.Commits)
        {
            text.Append("> - ").Append(commit.Sha[..8]).Append(' ').Append(PlainText.Markdown(commit.Message.Split('\n')[0], 100)).Append('\n');
        }

        text.Append("\n# ").Append(PlainText.Markdown(preview.Title)).Append("\n\n").Append(preview.Body.ReplaceLineEndings("\n").TrimEnd());
        text.Append("\n\n---\n\n## The difference\n\n").Append(PlainText.Fenced(preview.Diff, "diff", MaximumDiff)).Append('\n');
        return text.ToString();
    }
}
