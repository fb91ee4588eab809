using System.Collections.Concurrent;
using System.Globalization;
using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Lsp.Documents;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Lsp.Runs;

/// <summary>
/// The thoughts and outputs of nodes that are open in the editor are written anew when their node has changed: what a
/// model says and what code prints is read while it comes. What was just opened is written anew too, for its node may
/// have changed between the writing and the opening. One that can't be written is logged, and tried again when its node
/// changes.
/// </summary>
internal sealed class OpenThoughts
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly Workspace _workspace;
    private readonly RequestQueue<ServerState> _queue;
    private readonly Action<string> _log;
    private readonly Paced<RunId> _paced;
    private readonly ConcurrentDictionary<(RunId Run, int Node), long> _written = [];

    public OpenThoughts(Workspace workspace, RequestQueue<ServerState> queue, TimeProvider time, Action<string> log)
    {
        _workspace = workspace;
        _queue = queue;
        _log = log;
        _paced = new Paced<RunId>(time, Interval, RenewAsync);
    }

    public void Mark(RunId run) => _paced.Mark(run);

    public void Opened(Document document)
    {
        if (NodeOf(document) is { } shown)
        {
            _written.TryRemove(shown, out _);
            _paced.Mark(shown.Run);
        }
    }

    public Task RunAsync(CancellationToken cancellationToken) => _paced.RunAsync(cancellationToken);

    private async Task RenewAsync(RunId id, CancellationToken cancellationToken)
    {
        ServerState state = _queue.Current;
        if (!state.Runs.TryGetValue(id, out RunState? run))
        {
            return;
        }

        foreach (int node in state.Documents.Values.Select(NodeOf).Where(shown => shown?.Run == id).Select(shown => shown!.Value.Node).Distinct())
        {
            if (!run.Journal.Has(node))
            {
                continue;
            }

            long changed = run.Marks[node - 1].ChangedAt;
            if (_written.TryGetValue((id, node), out long written) && written == changed)
            {
                continue;
            }

            _written[(id, node)] = changed;
            try
            {
                await NodeDocumentWriter.WriteAsync(_workspace.Store, run, run.Journal[node], NodeDocuments.Thought, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception problem) when (problem is RunStoreException or IOException or UnauthorizedAccessException)
            {
                _log($"The thought of node {node} of {id} can't be written anew: {problem.Message}");
            }
        }
    }

    private static (RunId Run, int Node)? NodeOf(Document document) =>
        document.Path?.Split(Path.DirectorySeparatorChar) is [.., var name, "view", var number, NodeDocuments.Thought or NodeDocuments.Output]
            && RunId.TryParse(name, out RunId run) && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int node)
                ? (run, node)
                : null;
}
