using AgentIde.Core.PullRequests;
using AgentIde.LanguageServer.Lsp.Protocol;
using AgentIde.LanguageServer.Lsp.Runs;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Lsp.Actions;

/// <summary>
/// Shows what a pull request of a run would hold and returns where that is written; then the person is asked whether to
/// open it. A client that can't ask has an action for that in what is shown.
/// </summary>
internal sealed class PullRequestCommand(PullRequests pulls, BackgroundWork background) : ICommand
{
    public string Name => CommandNames.PullRequest;

    public IReadOnlyList<string> Takes { get; } = ["run", "node", "repository", "base", "ready", "how"];

    public async Task<object?> RunAsync(ServerState state, CommandArguments arguments, CancellationToken cancellationToken)
    {
        RunState run = state.Run(arguments.Run);
        if (PullRequest.Refusal(run.Journal, run.Run, arguments.Node) is { } refusal)
        {
            throw new RequestFailedException(PlainText.Visible(refusal));
        }

        int node = PullRequest.NodeOf(run.Journal, arguments.Node)!.Value;
        if (arguments.How is not (null or PullRequests.Open))
        {
            throw new RequestFailedException($"A pull request is shown, or with \"how\": \"{PullRequests.Open}\" opened after that, and not '{PlainText.Visible(arguments.How, 40)}'.");
        }

        if (arguments.How is not null)
        {
            PreviewedPullRequest shown = state.Previewed.GetValueOrDefault((run.Run, node)) ?? throw new RequestFailedException($"Look at the pull request of node {node} of {run.Run} first: {Name} without \"how\" shows it.");
            if (!Fits(arguments.Repository, shown.Request.Repository, shown.Preview.Repository) || !Fits(arguments.Base, shown.Request.Base, shown.Preview.Base))
            {
                throw new RequestFailedException($"What was shown of node {node} of {run.Run} goes to another repository or branch: {Name} without \"how\" shows this one.");
            }

            background.Start("Opening the pull request", cancellation => pulls.OpenAsync(shown, arguments.Ready is true, cancellation));
            return null;
        }

        (PreviewedPullRequest previewed, string path) = await pulls.PreviewAsync(run, node, arguments.Repository, arguments.Base, cancellationToken).ConfigureAwait(false);
        background.Start("Asking for the pull request", cancellation => pulls.ShowAsync(previewed, path, arguments.Ready is true, cancellation));
        return new OpenedResult(path);
    }

    /// <summary>Whether what is to be opened is what was shown: as it was asked for, or as it was understood.</summary>
    private static bool Fits(string? wanted, string? asked, string? shown) => wanted is null || wanted == asked || wanted == shown;
}
