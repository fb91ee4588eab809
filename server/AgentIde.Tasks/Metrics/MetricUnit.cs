namespace AgentIde.Tasks.Metrics;

/// <summary>What counts as one observation of a metric.</summary>
public enum MetricUnit
{
    Row,
}
