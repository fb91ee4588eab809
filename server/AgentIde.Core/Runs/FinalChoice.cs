using System.Globalization;

namespace AgentIde.Core.Runs;

/// <summary>Chooses the node with the best verified score, and says by how much.</summary>
internal static class FinalChoice
{
    public static (int Node, string Why) Of(Journal journal)
    {
        Node best = journal[journal.Best!.Value];
        MetricFacts metric = journal.Task!.Metric;
        string score = $"{metric.DisplayName} {Figures.WithError(best.Score!.Value, best.Score.StandardError)}";
        Node? second = journal.Nodes
            .Where(node => node is { IsValid: true, Rejected: null } && node.Id != best.Id && node.Code != best.Code)
            .OrderByDescending(node => metric.Gain(node.Score!.Value, best.Score.Value))
            .FirstOrDefault();
        return second is null
            ? (best.Id, $"Node {best.Id} is the only valid solution: {score} on the blind holdout.")
            : (best.Id, string.Create(CultureInfo.InvariantCulture,
                $"Node {best.Id} has the best score on the blind holdout, {score}; node {second.Id} follows {metric.Gain(best.Score.Value, second.Score!.Value):G2} behind."));
    }
}
