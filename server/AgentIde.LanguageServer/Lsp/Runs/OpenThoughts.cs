using System.Globalization;
using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Lsp.Documents;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Lsp.Runs;

/// <summary>
/// The thoughts of nodes that are open in the editor are written anew when their node has changed: what a model says is
/// read while it says it. One after the other, each as the run stands then.
/// </summary>
internal sealed class OpenThoughts(Workspace workspace, RequestQueue<ServerState> queue, BackgroundWork background)
{
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Dictionary<(RunId Run, int Node), long> _written = [];

    public void Renew(RunState run)
    {
        if (queue.Current.Documents.Values.Any(document => NodeOf(document, run) is not null))
        {
            background.Start($"Renewing thoughts of {run.Run}", cancellationToken => RenewAsync(run.Run, cancellationToken));
        }
    }

    private async Task RenewAsync(RunId id, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ServerState state = queue.Current;
            if (!state.Runs.TryGetValue(id, out RunState? run))
            {
                return;
            }

            foreach (int node in state.Documents.Values.Select(document => NodeOf(document, run)).OfType<int>().Distinct())
            {
                long changed = run.ChangedAt[node - 1];
                if (!_written.TryGetValue((id, node), out long written) || written != changed)
                {
                    await NodeDocumentWriter.WriteAsync(workspace.Store, run, run.Journal[node], NodeDocuments.Thought, cancellationToken).ConfigureAwait(false);
                    _written[(id, node)] = changed;
                }
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    private static int? NodeOf(Document document, RunState run) =>
        document.Path?.Split(Path.DirectorySeparatorChar) is [.., var name, "view", var number, NodeDocuments.Thought] && name == run.Run.Value
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int node) && run.Journal.Has(node)
                ? node
                : null;
}
