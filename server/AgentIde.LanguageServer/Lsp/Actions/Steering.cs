using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Lsp.Protocol;
using AgentIde.LanguageServer.Lsp.Runs;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Lsp.Actions;

/// <summary>What people ask of runs, whether a process works on them or not.</summary>
internal sealed class Steering(Workspace workspace, Editor editor, LanguageServerOptions options)
{
    /// <exception cref="RequestFailedException">It would come to nothing; the message says why.</exception>
    public async Task AskAsync(RunState run, RunRequest request, string done, CancellationToken cancellationToken)
    {
        if (RunForks.IsFor(run.Journal, request))
        {
            await GoOnFromAsync(run, request, done, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (RunDecisions.Refusal(run.Journal, request) is { } refusal)
        {
            throw new RequestFailedException(PlainText.Visible(refusal));
        }

        string more = RunDecisions.SaysWidened(run.Journal, request);
        await options.Record(workspace.Store, run.Run, request, cancellationToken).ConfigureAwait(false);
        workspace.Follow(run.Run);
        string later = run.IsLive ? "" : $" It was interrupted and goes by it once it is resumed: by the action \"Go on with {run.Run}\", or agentide run --resume {run.Run}.";
        await editor.ShowAsync(ShowMessageParams.Info, $"{run.Run}: {done}{more}.{later}").ConfigureAwait(false);
    }

    private async Task GoOnFromAsync(RunState run, RunRequest request, string done, CancellationToken cancellationToken)
    {
        string revived = RunForks.Revived(run.Journal) is { } first ? $" {PlainText.Visible(first)}." : "";
        (RunId fork, string? later) = await new Forking(workspace.Store, workspace.Root, options.ResumeRun, options.Sandbox).AskAsync(run.Journal, request, cancellationToken).ConfigureAwait(false);
        workspace.Follow(fork);
        await editor.ShowAsync(ShowMessageParams.Info, $"{run.Run} has finished and stays as it is: {fork} goes on from it, and there {done}{(later is null ? "." : $", once it goes on: {later}")}{(later is not null && revived.Length > 0 ? "." : "")}{revived}").ConfigureAwait(false);
    }
}
