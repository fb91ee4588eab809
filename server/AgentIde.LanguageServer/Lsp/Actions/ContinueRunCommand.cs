using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Lsp.Protocol;
using AgentIde.LanguageServer.Lsp.Runs;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Lsp.Actions;

/// <summary>
/// Lets a paused run go on, and gives one whose process is gone a new one, where that is not a terminal's to do.
/// </summary>
internal sealed class ContinueRunCommand(Workspace workspace, LanguageServerOptions options) : ICommand
{
    public string Name => CommandNames.Continue;

    public IReadOnlyList<string> Takes { get; } = ["run"];

    public async Task<object?> RunAsync(ServerState state, CommandArguments arguments, CancellationToken cancellationToken)
    {
        RunState run = state.Run(arguments.Run);
        if (run.Liveness == Liveness.Interrupted)
        {
            await ResumeAsync(run, cancellationToken).ConfigureAwait(false);
        }
        else if (!run.IsLive)
        {
            throw new RequestFailedException(Wording.NotRunning(run));
        }

        // What died while it was paused is paused still.
        if (run.IsLive || run.Journal.IsPaused)
        {
            await workspace.Store.RequestAsync(run.Run, new ContinueRequest(state.Expect().Name), cancellationToken).ConfigureAwait(false);
        }

        return null;
    }

    private async Task ResumeAsync(RunState run, CancellationToken cancellationToken)
    {
        string root = workspace.Root;
        if (run.Journal.Settings is not { } settings)
        {
            throw new RequestFailedException($"{run.Run} died before it began: start a new run.");
        }

        if (options.ResumeRun is not { } resume || Resumption.Of(root, run.Run, settings, run.Journal.Sandbox?.Engine) is not { } request)
        {
            throw new RequestFailedException($"{run.Run} is gone on with in a terminal: agentide run --resume {run.Run}");
        }

        await resume(request, cancellationToken).ConfigureAwait(false);
        workspace.Follow(run.Run);
    }
}
