using AgentIde.Core.Holdouts;

namespace AgentIde.Tasks.Holdouts;

/// <summary>What the holdout is cut by: what task.yaml asks for, or what the files speak for.</summary>
/// <param name="Why">The reason, as the beginning of a line: <c>random, for the label is a number</c>.</param>
internal sealed record SplitBasis(SplitKind Kind, string Why)
{
    /// <summary>Of a stratified split: the class of each train row.</summary>
    public double[]? Strata { get; init; }

    public GroupColumn? Groups { get; init; }

    public TimeColumn? Time { get; init; }

    /// <summary>Whether train is cut into folds, of each of which this is the kind.</summary>
    public bool InFolds { get; init; }

    public string? Column => Groups?.Name ?? Time?.Name;
}
