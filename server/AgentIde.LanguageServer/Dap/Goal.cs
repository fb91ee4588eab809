using AgentIde.Core.Runs;
using AgentIde.Core.Stepping;

namespace AgentIde.LanguageServer.Dap;

/// <summary>Where a session is on its way to.</summary>
internal abstract record Goal
{
    /// <summary>Where it is reached; null where that has not happened yet.</summary>
    /// <param name="goesOn">Whether more may happen in the run.</param>
    public abstract Cursor? Target(RunHistory history, bool goesOn);
}

/// <param name="Node">The node to stay with; null for the run.</param>
internal sealed record StepGoal(Cursor Origin, Stride Stride, int? Node) : Goal
{
    public override Cursor? Target(RunHistory history, bool goesOn) => Origin.Forward(history, Stride, Node, goesOn);
}

/// <summary>To whatever is stopped at, or to the head.</summary>
internal sealed record ContinueGoal : Goal
{
    public override Cursor? Target(RunHistory history, bool goesOn) => null;
}

/// <summary>Back to whatever is stopped at, or to the beginning.</summary>
internal sealed record ReverseGoal : Goal
{
    public override Cursor? Target(RunHistory history, bool goesOn) => null;
}

/// <summary>To where a node begins that is sure to come.</summary>
internal sealed record NodeGoal(int Node) : Goal
{
    public override Cursor? Target(RunHistory history, bool goesOn) => history.Head.Has(Node) ? Cursor.At(history.StartOf(Node)) : null;
}

/// <summary>To where a branch that was asked for begins.</summary>
/// <param name="After">The last event before it was asked for.</param>
internal sealed record BranchGoal(int Node, long After) : Goal
{
    public override Cursor? Target(RunHistory history, bool goesOn)
    {
        for (long seq = After + 1; seq <= history.Length; seq++)
        {
            if (history[seq].Event is NodeStarted { Asked: not null } started && started.Parents.Contains(Node))
            {
                return Cursor.At(seq);
            }
        }

        return null;
    }
}
