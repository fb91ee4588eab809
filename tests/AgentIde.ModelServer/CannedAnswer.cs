using System.Text.Json.Serialization;

namespace AgentIde.ModelServer;

/// <summary>An answer of a model, whichever protocol it is given by. One line of a file of answers.</summary>
/// <param name="Status">Where it is no success, <paramref name="Error"/> and <paramref name="Code"/> are what is said.</param>
/// <param name="RetryAfter">Seconds.</param>
/// <param name="Stop"><c>stop</c>, <c>length</c> or <c>refusal</c>.</param>
public sealed record CannedAnswer(
    string Text = "",
    string Thinking = "",
    int Status = 200,
    string Error = "",
    string Code = "",
    int? RetryAfter = null,
    string Stop = "stop",
    CannedUsage? Usage = null)
{
    /// <summary>No usage is told.</summary>
    public bool WithoutUsage { get; init; }

    [JsonIgnore]
    public CannedUsage Used => Usage ?? new CannedUsage(100, 0, (Text.Length + Thinking.Length + 3) / 4, (Thinking.Length + 3) / 4);
}

/// <summary>As each protocol's own names say it: all input, all output.</summary>
public sealed record CannedUsage(long Input, long CachedInput, long Output, long Reasoning);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = false, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(CannedAnswer))]
internal sealed partial class CannedJson : JsonSerializerContext;
