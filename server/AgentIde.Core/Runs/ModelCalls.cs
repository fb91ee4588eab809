using System.Text.Json.Serialization;

namespace AgentIde.Core.Runs;

/// <summary>Tokens of one or of many calls.</summary>
/// <param name="Input">All tokens of the prompts, cached ones included.</param>
/// <param name="CachedInput">Those of them that the provider had in its cache.</param>
/// <param name="Output">All tokens of the answers, reasoning included.</param>
/// <param name="Reasoning">Those of them that were reasoning.</param>
public sealed record TokenUsage(long Input, long CachedInput, long Output, long Reasoning)
{
    public static TokenUsage None { get; } = new(0, 0, 0, 0);

    [JsonIgnore]
    public long Total => Input + Output;

    public static TokenUsage operator +(TokenUsage one, TokenUsage other) =>
        new(one.Input + other.Input, one.CachedInput + other.CachedInput, one.Output + other.Output, one.Reasoning + other.Reasoning);

    public static TokenUsage operator -(TokenUsage one, TokenUsage other) =>
        new(one.Input - other.Input, one.CachedInput - other.CachedInput, one.Output - other.Output, one.Reasoning - other.Reasoning);
}

/// <summary>Why a call to a model brought no answer.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CallProblem>))]
public enum CallProblem
{
    /// <summary>The key is missing, wrong or not allowed to do this.</summary>
    [JsonStringEnumMemberName("key")]
    Key,
    /// <summary>No such model.</summary>
    [JsonStringEnumMemberName("model")]
    Model,
    /// <summary>The provider does not take this request: too long, or a setting that it does not know.</summary>
    [JsonStringEnumMemberName("request")]
    Request,
    /// <summary>Too many requests, or too many tokens a minute.</summary>
    [JsonStringEnumMemberName("busy")]
    Busy,
    /// <summary>The account has no money left.</summary>
    [JsonStringEnumMemberName("quota")]
    Quota,
    /// <summary>The provider failed.</summary>
    [JsonStringEnumMemberName("broken")]
    Broken,
    [JsonStringEnumMemberName("timed-out")]
    TimedOut,
    /// <summary>The answer broke off in the middle.</summary>
    [JsonStringEnumMemberName("cut")]
    Cut,
    [JsonStringEnumMemberName("unreachable")]
    Unreachable,
    /// <summary>What came is not of the protocol.</summary>
    [JsonStringEnumMemberName("malformed")]
    Malformed,
    /// <summary>The answer has no text.</summary>
    [JsonStringEnumMemberName("empty")]
    Empty,
    [JsonStringEnumMemberName("refused")]
    Refused,
    /// <summary>Nobody knows what became of it: the process died while it was under way.</summary>
    [JsonStringEnumMemberName("lost")]
    Lost,
    /// <summary>The run gave it up while the model was at it: its time was over, or somebody stopped it.</summary>
    [JsonStringEnumMemberName("given-up")]
    GivenUp,
}
