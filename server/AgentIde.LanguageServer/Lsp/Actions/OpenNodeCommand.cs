using AgentIde.LanguageServer.Lsp.Protocol;
using AgentIde.LanguageServer.Lsp.Runs;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Lsp.Actions;

/// <summary>Writes a node's documents and shows one of them: its code unless another is asked for.</summary>
internal sealed class OpenNodeCommand(Workspace workspace, Editor editor, BackgroundWork background) : ICommand
{
    public string Name => CommandNames.Open;

    public IReadOnlyList<string> Takes { get; } = ["run", "node", "file"];

    public bool OnlyShows => true;

    public async Task<object?> RunAsync(ServerState state, CommandArguments arguments, CancellationToken cancellationToken)
    {
        RunState run = state.Run(arguments.Run);
        int node = arguments.Node ?? run.Journal.Best ?? throw new RequestFailedException(Wording.NoBest(run));
        string solution = NodeDocuments.Solution(run);
        string file = arguments.File ?? solution;
        if (file != solution && file is not (NodeDocuments.Thought or NodeDocuments.Output or NodeDocuments.Prompt or NodeDocuments.Reply))
        {
            throw new RequestFailedException($"A node of {run.Run} has {solution}, {NodeDocuments.Thought}, {NodeDocuments.Output}, {NodeDocuments.Prompt} and {NodeDocuments.Reply}.");
        }

        string path = await NodeDocumentWriter.WriteAsync(workspace.Store, run, run.Journal[node], file, cancellationToken).ConfigureAwait(false);
        background.Start($"Showing node {node}", cancellation => editor.ShowDocumentAsync(path, cancellation));
        return new OpenedResult(path);
    }
}
