using AgentIde.LanguageServer.Lsp.Protocol;
using AgentIde.LanguageServer.Lsp.Runs;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Lsp.Actions;

/// <summary>
/// Writes the code of two nodes, a node and another one, else its parent, else the best, and returns where it is.
/// A client that makes no difference view of the answer is shown both texts where the command was an action's.
/// </summary>
internal sealed class CompareNodesCommand(Workspace workspace, Editor editor, BackgroundWork background) : ICommand
{
    public string Name => CommandNames.Compare;

    public IReadOnlyList<string> Takes { get; } = ["run", "node", "other", "show"];

    public bool OnlyShows => true;

    public async Task<object?> RunAsync(ServerState state, CommandArguments arguments, CancellationToken cancellationToken)
    {
        RunState run = state.Run(arguments.Run);
        int node = arguments.Node ?? run.Journal.Best ?? throw new RequestFailedException(Wording.NoBest(run));
        int other = arguments.Other ?? run.Journal[node].Parent ?? run.Journal.Best ?? node;
        if (other == node)
        {
            throw new RequestFailedException(arguments.Other is not null
                ? $"Node {node} of {run.Run} can't be compared with itself: name another."
                : $"Node {node} of {run.Run} has no parent, and there is no better one to compare it with: name another.");
        }

        string right = await WriteAsync(run, node, cancellationToken).ConfigureAwait(false), left = await WriteAsync(run, other, cancellationToken).ConfigureAwait(false);
        ComparedResult both = new(left, right, $"{run.Run}: {Wording.Compared(run.Journal, other, node)}");
        if (arguments.Show is true && !editor.Client.ShowsDifferences)
        {
            background.Start($"Showing nodes {other} and {node}", cancellation => editor.ShowBothAsync(both, cancellation));
        }

        return both;
    }

    private Task<string> WriteAsync(RunState run, int node, CancellationToken cancellationToken) =>
        NodeDocumentWriter.WriteAsync(workspace.Store, run, run.Journal[node], NodeDocuments.Solution(run), cancellationToken);
}
