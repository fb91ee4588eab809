using System.Collections.Immutable;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Stepping.Stops;

/// <summary>What a session can stop at by a check box: the protocol calls them exceptions.</summary>
/// <param name="Holds">Whether an event of the history is one.</param>
public sealed record StopFilter(string Id, string Label, string Description, Func<RunHistory, long, bool> Holds)
{
    public static ImmutableArray<StopFilter> All { get; } =
    [
        new("failure", "Failures", "A node has no valid submission.", static (history, seq) => history[seq].Event is NodeFailed),
        new("leak", "Suspicions", "A review finds that a program leaks, fakes its score or holds answers.", static (history, seq) => history[seq].Event is NodeReviewed { IsSuspect: true }),
        new("new-best", "New best", "A node is better than all before it.", static (history, seq) => history.IsNewBest(seq)),
        new("half-budget", "Half the budget", "Half of the run's nodes, time or money is spent.", static (history, seq) => history.HalfSpent == seq),
        .. Enum.GetValues<Operator>().Select(OfOperator),
    ];

    /// <summary>Null where there is none of the name.</summary>
    public static StopFilter? Find(string id) => All.FirstOrDefault(filter => filter.Id == id);

    private static StopFilter OfOperator(Operator @operator)
    {
        string name = @operator.ToString();
        return new StopFilter(
            name.ToLowerInvariant(), $"Each {name}", $"{name} is chosen for a new node.",
            (history, seq) => history[seq].Event is NodeStarted started && started.Operator == @operator);
    }
}
