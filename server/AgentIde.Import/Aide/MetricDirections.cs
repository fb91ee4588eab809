using System.Collections.Immutable;

namespace AgentIde.Import.Aide;

/// <summary>
/// Which way a run's metric goes. AIDE asks its reviewer anew for each node, who may err; a run has one direction, so the
/// one that most nodes with a metric say holds, and that others differ is told.
/// </summary>
internal static class MetricDirections
{
    public static (bool? Maximize, ImmutableArray<string> Notes) Of(IReadOnlyCollection<AideNode> nodes)
    {
        AideNode[] saying = [.. nodes.Where(node => node is { Claim: not null, Maximize: not null })];
        int higher = saying.Count(node => node.Maximize is true), lower = saying.Length - higher;
        if (saying.Length == 0)
        {
            bool? unscored = nodes.Select(node => node.Maximize).FirstOrDefault(direction => direction is not null);
            return (unscored, unscored is null ? ["which way the metric goes: no node tells"] : []);
        }

        bool maximize = higher == lower ? saying[0].Maximize!.Value : higher > lower;
        int others = maximize ? lower : higher;
        return (maximize, others == 0 ? [] :
            [$"one direction of the metric: {others} of {saying.Length} nodes say that {(maximize ? "lower" : "higher")} is better, and the others' word is taken for all"]);
    }
}
