namespace AgentIde.MleBench.Registry;

/// <summary>Which competitions are run together. <see cref="Low"/> is MLE-bench Lite, <see cref="All"/> the 75 without <see cref="Dev"/>.</summary>
public enum CompetitionSplit
{
    Low,
    Medium,
    High,
    Dev,
    All,
}
