using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AgentIde.Core.Runs;

/// <summary>Nodes that the holdout does not tell apart, and what came of them on a fresh split, as far as the run has come with it.</summary>
/// <param name="Rows">Of train, held out by the fresh split.</param>
/// <param name="Finalists">The best on the holdout first.</param>
public sealed record FinalRound(RunEnding Ending, int Rows, Digest Files, ImmutableArray<Finalist> Finalists)
{
    public Finalist? Of(int node) => Finalists.FirstOrDefault(finalist => finalist.Node == node);

    internal FinalRound With(Finalist finalist) => this with { Finalists = [.. Finalists.Select(known => known.Node == finalist.Node ? finalist : known)] };
}

/// <param name="Attempts">To execute it on the fresh split.</param>
/// <param name="Execution">The one that came to an end; null where none did.</param>
/// <param name="Result">Null where it is still to be tried.</param>
public sealed record Finalist(int Node, int Attempts = 0, ExecutionRecord? Execution = null, FinalistTried? Result = null)
{
    /// <summary>Under what its last execution ran; null where there was none.</summary>
    [JsonIgnore]
    public ExecutionSetting? Setting { get; init; }
}
