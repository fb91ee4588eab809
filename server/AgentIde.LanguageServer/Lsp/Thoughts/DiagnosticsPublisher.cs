using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Lsp.Documents;
using AgentIde.LanguageServer.Lsp.Protocol;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Lsp.Thoughts;

/// <summary>
/// Publishes what stands in open documents, against their newest text: the first change at once, bursts at most ten
/// times a second a document, and nothing that the editor has already: of an edited text it has nothing, since it moves and
/// drops what stands in it by itself.
/// </summary>
internal sealed class DiagnosticsPublisher
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly RequestQueue<ServerState> _queue;
    private readonly Diagnostics _diagnostics;
    private readonly Editor _editor;
    private readonly Action<string> _log;
    private readonly Paced<string> _paced;
    private readonly ConcurrentDictionary<string, Published> _published = [];

    public DiagnosticsPublisher(RequestQueue<ServerState> queue, Diagnostics diagnostics, Editor editor, TimeProvider time, Action<string> log)
    {
        _queue = queue;
        _diagnostics = diagnostics;
        _editor = editor;
        _log = log;
        _paced = new Paced<string>(time, Interval, PublishAsync);
    }

    public void Mark(string uri) => _paced.Mark(uri);

    public Task RunAsync(CancellationToken cancellationToken) => _paced.RunAsync(cancellationToken);

    /// <summary>Takes back what was shown; the state says by then that nothing more is to be.</summary>
    public async Task ClearAsync()
    {
        foreach (string uri in _published.Keys)
        {
            _published.TryRemove(uri, out _);
            await _editor.PublishAsync(new PublishDiagnosticsParams(uri, null, [])).ConfigureAwait(false);
        }
    }

    private async Task PublishAsync(string uri, CancellationToken cancellationToken)
    {
        try
        {
            ServerState state = _queue.Current;
            if (state.ShuttingDown)
            {
                return;
            }

            bool open = state.Documents.TryGetValue(uri, out Document? document);
            ImmutableArray<Diagnostic> found = open ? await _diagnostics.OfAsync(state, document!, cancellationToken).ConfigureAwait(false) : [];
            byte[] json = JsonSerializer.SerializeToUtf8Bytes(new PublishDiagnosticsParams(uri, null, found), ProtocolJsonContext.Default.PublishDiagnosticsParams);
            if (_published.TryGetValue(uri, out Published? before) ? ReferenceEquals(document?.Text, before.Text) && json.AsSpan().SequenceEqual(before.Json) : found.IsEmpty)
            {
                return;
            }

            if (found.IsEmpty)
            {
                _published.TryRemove(uri, out _);
            }
            else
            {
                _published[uri] = new Published(document!.Text, json);
            }

            await _editor.PublishAsync(new PublishDiagnosticsParams(uri, document?.Version, found)).ConfigureAwait(false);
        }
        catch (RunStoreException problem)
        {
            // The other documents go on; this one is tried again with its next change.
            _log($"No diagnostics for {uri}: {problem.Message}");
        }
    }

    /// <param name="Text">That they stand in.</param>
    private sealed record Published(string Text, byte[] Json);
}
