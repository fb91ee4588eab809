using System.Collections.Immutable;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Stepping.Stops;

/// <summary>What a session can stop at by a check box: the protocol calls them exceptions.</summary>
/// <param name="Holds">Whether an event of the history is one.</param>
public sealed record StopFilter(string Id, string Label, string Description, Func<RunHistory, long, bool> Holds)
{
    /// <summary>Where a condition that asks for what came of a node is asked instead; null where that is there already.</summary>
    public Func<RunHistory, long, bool>? HoldsAtEnd { get; init; }

    public static ImmutableArray<StopFilter> All { get; } =
    [
        new("failure", "Failures", "A node has no valid submission.", static (history, seq) => history[seq].Event is NodeFailed),
        new("leak", "Suspicions", "A review finds that a program leaks, fakes its score or holds answers.", static (history, seq) => history[seq].Event is NodeReviewed { IsSuspect: true }),
        new("new-best", "New best", "A node is better than all before it.", static (history, seq) => history.IsNewBest(seq)),
        new("half-budget", "Half the budget", "Half of the run's nodes, time or money is spent.", static (history, seq) => history.HalfSpent == seq),
        .. Enum.GetValues<Operator>().Select(OfOperator),
    ];

    /// <summary>The beginning of each node: where a run waits that is stepped through at its head. No check box of its own.</summary>
    public static StopFilter EachNode { get; } = new("node", "Step", "A node begins.", static (history, seq) => history[seq].Event is NodeStarted);

    /// <summary>Null where there is none of the name.</summary>
    public static StopFilter? Find(string id) => id == EachNode.Id ? EachNode : All.FirstOrDefault(filter => filter.Id == id);

    /// <summary>The node that an event ends; null for all others.</summary>
    internal static int? EndedBy(RunEvent @event) => @event switch
    {
        NodeScored scored => scored.Node,
        NodeFailed failed => failed.Node,
        _ => null,
    };

    private static StopFilter OfOperator(Operator @operator)
    {
        string name = @operator.ToString();
        return new StopFilter(
            name.ToLowerInvariant(), $"Each {name}", $"{name} is chosen for a new node.",
            (history, seq) => history[seq].Event is NodeStarted started && started.Operator == @operator)
        {
            HoldsAtEnd = (history, seq) => EndedBy(history[seq].Event) is { } node && history.Head[node].Operator == @operator,
        };
    }
}
