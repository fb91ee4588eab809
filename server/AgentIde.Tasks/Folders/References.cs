using System.Collections.Immutable;
using AgentIde.Core.Runs;

namespace AgentIde.Tasks.Folders;

/// <summary>The reference scores of a task, the easiest to reach first.</summary>
public sealed class References
{
    private readonly MetricFacts _metric;

    internal References(IEnumerable<Reference> references, MetricFacts metric)
    {
        _metric = metric;
        All = [.. references.OrderBy(reference => metric.Direction == MetricDirection.LowerIsBetter ? -reference.Score : reference.Score)];
    }

    public ImmutableArray<Reference> All { get; }

    /// <summary>The name of the highest reference that a score is at least as good as; null where it reaches none.</summary>
    public string? Reached(double score) => All.LastOrDefault(reference => !_metric.IsBetter(reference.Score, score))?.Name;
}
