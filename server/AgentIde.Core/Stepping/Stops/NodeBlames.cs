using AgentIde.Core.Review;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Stepping.Stops;

/// <summary>Who wrote which line of the nodes' code. It never changes and is kept for the nodes that were asked for last.</summary>
public sealed class NodeBlames(RunHistory history, Func<Digest, CancellationToken, Task<string>> readText)
{
    private const int Kept = 512;

    private readonly Dictionary<int, Blame> _nodes = [];
    private readonly Queue<int> _order = [];

    /// <exception cref="RunStoreException">The node has no code, or it can't be read.</exception>
    public async ValueTask<Blame> OfAsync(int node, CancellationToken cancellationToken)
    {
        if (_nodes.TryGetValue(node, out Blame? known))
        {
            return known;
        }

        Blame blame = await Blame.OfNodeAsync(history.Head, node, readText, ancestor => _nodes.GetValueOrDefault(ancestor), cancellationToken).ConfigureAwait(false);
        _nodes[node] = blame;
        _order.Enqueue(node);
        if (_order.Count > Kept)
        {
            _nodes.Remove(_order.Dequeue());
        }

        return blame;
    }

    /// <summary>The first line (1-based) that a node wrote itself; 1 where it wrote none.</summary>
    public async ValueTask<int> FirstOwnLineAsync(int node, CancellationToken cancellationToken)
    {
        Blame blame = await OfAsync(node, cancellationToken).ConfigureAwait(false);
        for (int line = 0; line < blame.Lines.Length; line++)
        {
            if (blame.Lines[line].Node == node)
            {
                return line + 1;
            }
        }

        return 1;
    }

    /// <summary>The text of a blob of the run.</summary>
    public Task<string> ReadTextAsync(Digest digest, CancellationToken cancellationToken) => readText(digest, cancellationToken);
}
