using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Lsp.Protocol;
using AgentIde.LanguageServer.Lsp.Runs;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Lsp.Actions;

/// <summary>Checks what can be checked at once; the editing goes on in the background.</summary>
internal sealed class ApplyNodeCommand(SolutionFile solution, BackgroundWork background) : ICommand
{
    public string Name => CommandNames.Apply;

    public IReadOnlyList<string> Takes { get; } = ["run", "node", "docVersion", "how"];

    public Task<object?> RunAsync(ServerState state, CommandArguments arguments, CancellationToken cancellationToken)
    {
        RunState run = state.Run(arguments.Run);
        int id = arguments.Node ?? run.Journal.Best ?? throw new RequestFailedException(Wording.NoBest(run));
        Node node = run.Journal[id];
        if (!node.IsValid)
        {
            throw new RequestFailedException($"Node {id} of {run.Run} has no valid submission: only a node with a score can be applied.");
        }

        if (run.SolutionPath.Length == 0)
        {
            throw new RequestFailedException($"{run.Run} was imported without a task, so there is no file to apply it to: open node {id} and copy it, or import the run again with --task FOLDER.");
        }

        if (arguments.How is { } how && !Conflict.Ways.Contains(how))
        {
            throw new RequestFailedException($"A node is applied {string.Join(", ", Conflict.Ways)}, and not '{PlainText.Visible(how, 40)}'.");
        }

        background.Start($"Applying node {id} of {run.Run}", cancellation => solution.ApplyAsync(run, node, arguments.DocVersion, arguments.How, cancellation));
        return Task.FromResult<object?>(null);
    }
}
