namespace AgentIde.LanguageServer.Tests;

/// <summary>Pull requests that nobody opens: what was asked is kept, and the answers follow a script.</summary>
internal sealed class ScriptedPullRequests : IPullRequests
{
    public List<PullRequestRequest> Previewed { get; } = [];

    public List<(PullRequestRequest Request, string? Token)> Opened { get; } = [];

    public string? Repository { get; init; } = "ann/gems";

    /// <summary>Why it can't be shown, or opened.</summary>
    public string? Problem { get; set; }

    public string State { get; set; } = "created";

    /// <summary>Opening waits for it.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public Task<PullRequestPreview> PreviewAsync(PullRequestRequest request, CancellationToken cancellationToken)
    {
        Previewed.Add(request);
        return Problem is { } problem
            ? Task.FromException<PullRequestPreview>(new PullRequestFailedException(problem))
            : Task.FromResult(new PullRequestPreview(
                request.Repository ?? Repository,
                request.Base ?? "main",
                "0123456789abcdef0123456789abcdef01234567",
                "agentide/diamonds-1",
                [new PreviewedCommit("1111111111111111111111111111111111111111", "draft: A <b>mean</b> first\n\nnode 1"), new PreviewedCommit("2222222222222222222222222222222222222222", "improve: Trees\n\nnode 2")],
                "tasks/diamonds/solution.py",
                "Solution of Diamond price: RMSLE 0.1",
                "> [!WARNING]\n> A machine wrote this.\n",
                "--- a/tasks/diamonds/solution.py\n+```\n+print('\u202e')\n"));
    }

    public async Task<PullRequestOpened> OpenAsync(PullRequestRequest request, HandedToken? token, CancellationToken cancellationToken)
    {
        Opened.Add((request, token?.Reveal()));
        await Gate.WaitAsync(cancellationToken);
        return Problem is { } problem
            ? throw new PullRequestFailedException(problem)
            : new PullRequestOpened(State, 12, new Uri("https://github.com/ann/gems/pull/12"), "main");
    }
}
