namespace AgentIde.Core.Search;

/// <summary>The three numbers of AIDE's rule; the defaults are its own.</summary>
/// <param name="Drafts">Drafts to start before anything else.</param>
/// <param name="DebugProbability">Chance to look for a buggy leaf first, 0 to 1.</param>
/// <param name="MaximumDebugDepth">A buggy leaf after more Debug steps in a row than this is given up.</param>
public sealed record AideOptions(int Drafts = 5, double DebugProbability = 0.5, int MaximumDebugDepth = 3)
{
    public static AideOptions Default { get; } = new();

    /// <summary>The two that MLE-bench set otherwise.</summary>
    public static AideOptions MleBench { get; } = new(DebugProbability: 1, MaximumDebugDepth: 20);
}
