using System.Collections.Immutable;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Stepping;

/// <summary>
/// A place in a run: after how many of its events one stands, and by which steps one came there. The journal at it is
/// the fold of that many events, whichever way it was reached. A step back undoes the step forward that led here, so
/// that one after the other is the identity also where several nodes are worked on at once; where none did, it goes to
/// the step before, of the same node if it has one.
/// </summary>
public sealed record Cursor
{
    private Cursor(long position, ImmutableStack<long> trail)
    {
        Position = position;
        Trail = trail;
    }

    /// <summary>The number of the event that happened last: 1 to the length of the run.</summary>
    public long Position { get; }

    private ImmutableStack<long> Trail { get; }

    /// <summary>Anywhere, without a way that led there.</summary>
    public static Cursor At(long position) => new(Math.Max(position, 1), []);

    /// <summary>The journal as it was.</summary>
    public Journal Journal(RunHistory history) => history.At(Position);

    /// <summary>The node whose work the event is part of; null where it is of the run.</summary>
    public int? Node(RunHistory history) => history.StepAt(Position) is { IsOfNode: true, Node: { } node } ? node : null;

    /// <summary>Where a step forward leads; null where that has not happened yet.</summary>
    /// <param name="node">The node to stay with; null for the run.</param>
    /// <param name="goesOn">Whether more may happen in the run: what is under way in the node is waited for then.</param>
    public Cursor? Forward(RunHistory history, Stride stride, int? node, bool goesOn)
    {
        if (node is { } id)
        {
            if (history.After(id, Position, Fits(history, stride)) is { } next)
            {
                return To(next);
            }

            if (goesOn && history.IsUnderWay(id))
            {
                return null;
            }
        }

        return history.After(Position, OfRun(stride)) is { } later ? To(later) : null;
    }

    /// <summary>A place further on that a step forward came to: a step back from there leads here.</summary>
    public Cursor To(long position) => new(position, Trail.Push(Position));

    /// <summary>Where a step back leads; the same place at the beginning of the run.</summary>
    /// <param name="stride">How far, where no step forward led here.</param>
    public Cursor Back(RunHistory history, Stride stride)
    {
        if (!Trail.IsEmpty)
        {
            ImmutableStack<long> rest = Trail.Pop(out long before);
            return new Cursor(before, rest);
        }

        long? sameNode = Node(history) is { } node ? history.Before(node, Position, Fits(history, stride)) : null;
        return At(sameNode ?? history.Before(Position, OfRun(stride)) ?? 1);
    }


    private static Func<RunStep, bool> Fits(RunHistory history, Stride stride) => stride == Stride.Out ? static step => step.IsEnd : OfRun(stride);

    private static Func<RunStep, bool> OfRun(Stride stride) => stride switch
    {
        Stride.Into => static step => step.Depth != StepDepth.Piece,
        Stride.Event => static _ => true,
        _ => static step => step.Depth == StepDepth.Step,
    };
}
