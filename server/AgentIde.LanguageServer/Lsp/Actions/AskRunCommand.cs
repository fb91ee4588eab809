using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Lsp.Protocol;
using AgentIde.LanguageServer.Lsp.Runs;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Lsp.Actions;

/// <summary>Leaves a request for the process of a live run: stop, pause, step.</summary>
/// <param name="ask">From who asks.</param>
internal sealed class AskRunCommand(string name, Workspace workspace, Func<string, RunRequest> ask) : ICommand
{
    public string Name => name;

    public IReadOnlyList<string> Takes { get; } = ["run"];

    public async Task<object?> RunAsync(ServerState state, CommandArguments arguments, CancellationToken cancellationToken)
    {
        RunState run = state.Run(arguments.Run);
        if (!run.IsLive)
        {
            throw new RequestFailedException(Wording.NotRunning(run));
        }

        await workspace.Store.RequestAsync(run.Run, ask(state.Expect().Name), cancellationToken).ConfigureAwait(false);
        return null;
    }
}
