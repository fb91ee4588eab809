using AgentIde.Core.Review;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Stepping.Stops;

/// <summary>
/// A line of code by who wrote it, so that it is the same line in every node that has it. Stops where a node brings a
/// program that has the line, and where a program fails at it. It is asked about the events in their order, in one of the two ways.
/// </summary>
public sealed class LineAnchor(RunHistory history, NodeBlames blames, LineOrigin origin)
{
    private readonly Dictionary<int, int> _lines = [];

    /// <summary>Where the line stands in a node that was seen to have it; 1-based.</summary>
    public int? LineIn(int node) => _lines.TryGetValue(node, out int line) ? line : null;

    /// <summary>The same where it is asked what came of the node: where one that has the line is done.</summary>
    public async ValueTask<bool> HoldsAtEndAsync(long seq, CancellationToken cancellationToken)
    {
        await HoldsAsync(seq, cancellationToken).ConfigureAwait(false);
        return StopFilter.EndedBy(history[seq].Event) is { } node && _lines.ContainsKey(node);
    }

    public async ValueTask<bool> HoldsAsync(long seq, CancellationToken cancellationToken)
    {
        switch (history[seq].Event)
        {
            case NodeProposed { Node: var id } when id == origin.Node || history.Head[id].Parents.Any(_lines.ContainsKey):
                Blame blame = await blames.OfAsync(id, cancellationToken).ConfigureAwait(false);
                int line = blame.Lines.IndexOf(origin);
                if (line >= 0)
                {
                    _lines[id] = line + 1;
                }

                return line >= 0;
            case NodeFailed { Failure.Line: { } failed, Node: var id }:
                return _lines.TryGetValue(id, out int known) && known == failed;
            default:
                return false;
        }
    }
}
