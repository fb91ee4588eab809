using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AgentIde.Core.Runs;

/// <summary>What came of a node on the folds after the first, as far as the run has come with it. On the first it was executed by the search.</summary>
/// <param name="Executions">Those that were begun, in the order of the folds.</param>
/// <param name="Result">Its score over all folds; null where it has none yet.</param>
/// <param name="Failed">Why it will have none; null where it may.</param>
public sealed record NodeFolds(ImmutableArray<FoldExecution> Executions, NodeFolded? Result = null, NodeFoldFailed? Failed = null)
{
    internal static NodeFolds None { get; } = new([]);

    /// <summary>Whether nothing more is to be done on the folds.</summary>
    [JsonIgnore]
    public bool IsDone => Result is not null || Failed is not null;

    public FoldExecution? Of(int fold) => Executions.FirstOrDefault(execution => execution.Fold == fold);

    internal NodeFolds With(FoldExecution fold) => this with { Executions = [.. Executions.Where(known => known.Fold != fold.Fold).Append(fold).OrderBy(known => known.Fold)] };
}

/// <param name="Fold">2, 3, …</param>
/// <param name="Attempts">To execute the node on it.</param>
/// <param name="Execution">The one that came to an end; null where none did.</param>
public sealed record FoldExecution(int Fold, int Attempts = 0, ExecutionRecord? Execution = null)
{
    /// <summary>Under what the last attempt ran; null where the log does not say.</summary>
    [JsonIgnore]
    public ExecutionSetting? Setting { get; init; }
}
