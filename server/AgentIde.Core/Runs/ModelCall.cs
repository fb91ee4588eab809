using System.Text.Json.Serialization;

namespace AgentIde.Core.Runs;

/// <summary>One attempt of a call to a model, as the journal keeps it: digests and numbers. The texts are blobs of the store.</summary>
/// <param name="Number">1, 2, 3, … in the run.</param>
/// <param name="Maximum">Tokens that were set aside for it.</param>
/// <param name="MaximumDollars">Dollars that were; null where the price is not known.</param>
/// <param name="Day">By UTC: the day that it counts for; null for a call that another program made.</param>
/// <param name="Outcome">Null while it is under way.</param>
public sealed record ModelCall(int Number, string Model, Digest Prompt, TokenUsage Maximum, decimal? MaximumDollars, DateOnly? Day, CallOutcome? Outcome)
{
    /// <summary>Which of several answers to the same prompt it asks for: 1, 2, …; null where it is the only one.</summary>
    public int? Sample { get; init; }

    /// <summary>What it has said while it is under way; null before the first word and after the end.</summary>
    [JsonIgnore]
    public CallSoFar? SoFar { get; init; }

    /// <summary>Whether it was to review the node: it was made when the node had its score, or says so.</summary>
    [JsonIgnore]
    public bool IsReview { get; init; }

    [JsonIgnore]
    public bool IsOpen => Outcome is null;

    /// <summary>What it counts for: while it is under way, all that was set aside.</summary>
    [JsonIgnore]
    public TokenUsage Usage => Outcome is { } outcome ? outcome.Usage ?? TokenUsage.None : Maximum;

    /// <summary>Whether it has ended and nobody counted its tokens.</summary>
    [JsonIgnore]
    public bool IsUncounted => Outcome is { Usage: null };

    /// <summary>What it counts for; null where the price is not known.</summary>
    [JsonIgnore]
    public decimal? Dollars => Outcome is { } outcome ? outcome.Dollars : MaximumDollars;
}

/// <param name="Problem">Why there is no answer; null where there is one.</param>
/// <param name="Usage">Null where nobody counted.</param>
/// <param name="Seconds">Null where nobody measured.</param>
/// <param name="IsCut">True where the answer is not whole.</param>
public sealed record CallOutcome(Digest? Answer, Digest? Thinking, CallProblem? Problem, TokenUsage? Usage, decimal? Dollars, double? Seconds, bool? IsCut = null);
