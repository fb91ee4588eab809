using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;
using AgentIde.Core.Auditing;
using AgentIde.Core.Review;
using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Lsp.Documents;
using AgentIde.LanguageServer.Lsp.Runs;

namespace AgentIde.LanguageServer.Lsp.Thoughts;

/// <summary>
/// Blame of open documents. The blame of a node's code never changes and is kept for the nodes used last; that of a
/// document is kept with its version, so a hover between two edits compares nothing.
/// </summary>
internal sealed class ThoughtBlame(Func<IRunStore> store, CancellationToken lifetime)
{
    private const int KeptNodes = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<(RunId Run, int Node), Task<Blame>> _nodes = [];
    private readonly Queue<(RunId Run, int Node)> _order = [];
    private readonly ConditionalWeakTable<Document, DocumentBlame> _documents = [];
    private readonly ConditionalWeakTable<Blame, StrongBox<ImmutableArray<AuditFinding>>> _audits = [];

    /// <summary>Null where the document shows no code of ours.</summary>
    public async Task<DocumentBlame?> OfAsync(Shown? shown, Document document, CancellationToken cancellationToken)
    {
        (RunState Run, int Node)? source = shown switch
        {
            SolutionShown { Applied: { } applied } solution => (solution.Run, applied.Node),
            NodeShown node when node.Run.Journal[node.Node].Code is not null => (node.Run, node.Node),
            _ => null,
        };
        if (source is not { } from)
        {
            return null;
        }

        if (_documents.TryGetValue(document, out DocumentBlame? kept) && kept.Run.Run == from.Run.Run && kept.Node == from.Node)
        {
            // The journal may have moved on since; who wrote which line has not.
            return kept with { Run = from.Run };
        }

        Blame ofNode = await OfNodeAsync(from.Run, from.Node).WaitAsync(cancellationToken).ConfigureAwait(false);
        DocumentBlame blame = new(from.Run, from.Node, ofNode.Of(document.Text), !ofNode.IsOf(document.Text));
        _documents.AddOrUpdate(document, blame);
        return blame;
    }

    /// <summary>What stands against the node that a document came from, by what its program and its figures say; on the lines of the node's program.</summary>
    public async Task<ImmutableArray<AuditFinding>> AuditAsync(DocumentBlame document, CancellationToken cancellationToken)
    {
        Journal journal = document.Run.Journal;
        Blame ofNode = await OfNodeAsync(document.Run, document.Node).WaitAsync(cancellationToken).ConfigureAwait(false);
        StrongBox<ImmutableArray<AuditFinding>> ofProgram = _audits.GetValue(
            ofNode, blame => new(ProgramAudit.Of(blame.Text, journal.Settings!.Language, journal.Task!, journal.Split?.Leaks ?? [])));
        return [.. RunAudit.OfFigures(journal, document.Node), .. ofProgram.Value];
    }

    public async Task<string> CodeAsync(RunState run, int node, CancellationToken cancellationToken) =>
        run.Journal[node].Code is { } code
            ? await ReadTextAsync(run.Run, code, cancellationToken).ConfigureAwait(false)
            : throw new RunStoreException($"Node {node} of {run.Run} has no code yet.");

    private async Task<string> ReadTextAsync(RunId run, Digest digest, CancellationToken cancellationToken) =>
        Encoding.UTF8.GetString((await store().ReadBlobAsync(run, digest, cancellationToken).ConfigureAwait(false)).Span);

    private Task<Blame> OfNodeAsync(RunState run, int node)
    {
        lock (_gate)
        {
            if (_nodes.TryGetValue((run.Run, node), out Task<Blame>? kept) && !kept.IsFaulted)
            {
                return kept;
            }

            // Several requests wait for one computation, so it ends with the server and not with one of them.
            Task<Blame> blame = Blame.OfNodeAsync(
                run.Journal,
                node,
                (digest, cancellationToken) => ReadTextAsync(run.Run, digest, cancellationToken),
                ancestor => Known(run.Run, ancestor),
                lifetime);
            if (_nodes.TryAdd((run.Run, node), blame))
            {
                _order.Enqueue((run.Run, node));
            }
            else
            {
                _nodes[(run.Run, node)] = blame;
            }

            while (_order.Count > KeptNodes)
            {
                _nodes.Remove(_order.Dequeue());
            }

            return blame;
        }
    }

    private Blame? Known(RunId run, int node)
    {
        lock (_gate)
        {
            return _nodes.TryGetValue((run, node), out Task<Blame>? kept) && kept.IsCompletedSuccessfully ? Completed(kept) : null;
        }
    }

#pragma warning disable VSTHRD002, VSTHRD103 // Completed: nothing is waited for.
    private static Blame Completed(Task<Blame> task) => task.Result;
#pragma warning restore VSTHRD002, VSTHRD103
}

/// <param name="Node">Whose code the document came from.</param>
/// <param name="IsEdited">Whether a person has changed anything of that code, be it by deleting.</param>
internal sealed record DocumentBlame(RunState Run, int Node, Blame Blame, bool IsEdited);
