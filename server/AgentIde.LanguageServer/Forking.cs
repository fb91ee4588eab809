using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Lsp;
using AgentIde.LanguageServer.Lsp.Runs;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer;

/// <summary>Takes what is asked of a run that has finished: a run that goes on from it, with a process where one can be started from an editor.</summary>
/// <param name="root">Absolute path of the workspace, links resolved.</param>
internal sealed class Forking(IRunStore store, string root, Func<ResumeRunRequest, CancellationToken, Task>? resume)
{
    /// <returns>The new run; and where no process works on it, how one is started.</returns>
    /// <exception cref="RequestFailedException">It would come to nothing; the message says why.</exception>
    public async Task<(RunId Run, string? Later)> AskAsync(Journal origin, RunRequest request, CancellationToken cancellationToken)
    {
        if (RunForks.Refusal(origin, request) is { } refusal)
        {
            throw new RequestFailedException(PlainText.Visible(refusal));
        }

        RunId run = await RunForks.MakeAsync(store, origin, RunForks.Extended(origin, request), request, cancellationToken).ConfigureAwait(false);
        string byHand = $"agentide run --resume {run}";
        if (resume is null || Resumption.Of(root, run, origin.Settings!, origin.Sandbox?.Engine) is not { } asked)
        {
            return (run, byHand);
        }

        try
        {
            await resume(asked, cancellationToken).ConfigureAwait(false);
            return (run, null);
        }
        catch (RunNotStartedException problem)
        {
            // The run is there: what keeps its process from starting is said, and the way on.
            return (run, $"{byHand} ({PlainText.Visible(problem.Message)})");
        }
    }
}
