using System.Collections.Immutable;

namespace AgentIde.Tasks.Metrics;

/// <summary>The metrics that a task may name.</summary>
public static class MetricCatalogue
{
    public static ImmutableArray<Metric> All { get; } =
    [
        new RootMeanSquaredLogError(),
        new RootMeanSquaredError(),
        new MeanAbsoluteError(),
        new Accuracy(),
        new RocAuc(),
        new LogLoss(),
        new MultiClassLogLoss(),
    ];

    /// <summary>By its name, underscores taken for hyphens; null where there is none.</summary>
    public static Metric? Find(string name) => All.FirstOrDefault(metric => metric.Name == Canonical(name));

    /// <summary>By its name, those of whole tables among them; null where there is none.</summary>
    public static TaskMetric? Named(string name) => TableMetric.Find(name) ?? (TaskMetric?)Find(name);

    /// <summary>The names there are, the nearest to the given one first.</summary>
    internal static IEnumerable<string> Nearest(string name) => name.StartsWith(TableMetric.Prefix, StringComparison.Ordinal)
        ? Tasks.Nearest.Order(name, TableMetric.Names)
        : Tasks.Nearest.Order(Canonical(name), All.Select(metric => metric.Name));

    private static string Canonical(string name) => name.Replace('_', '-');
}
