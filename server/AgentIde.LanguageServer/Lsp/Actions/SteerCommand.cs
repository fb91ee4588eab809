using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Lsp.Protocol;
using AgentIde.LanguageServer.Lsp.Runs;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Lsp.Actions;

/// <summary>Hands what a person says of a run to its process, or records it for the one that goes on with it; what would come to nothing is refused.</summary>
/// <param name="ask">From who asks and what was named; null where something needed is not named.</param>
/// <param name="done">What the person is told then.</param>
internal sealed class SteerCommand(string name, Steering steering, Func<string, CommandArguments, RunRequest?> ask, Func<CommandArguments, string> done) : ICommand
{
    public string Name => name;

    public IReadOnlyList<string> Takes { get; } = ["run", "node", "text"];

    public async Task<object?> RunAsync(ServerState state, CommandArguments arguments, CancellationToken cancellationToken)
    {
        RunState run = state.Run(arguments.Run);
        RunRequest request = ask(state.Expect().Name, arguments) ?? throw new RequestFailedException($"{name} needs the number of a node, such as {{\"run\": \"{run.Run}\", \"node\": 3}}.");
        await steering.AskAsync(run, request, done(arguments), cancellationToken).ConfigureAwait(false);
        return null;
    }
}
