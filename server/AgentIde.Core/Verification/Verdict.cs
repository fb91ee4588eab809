using System.Text.Json.Serialization;

namespace AgentIde.Core.Verification;

[JsonConverter(typeof(JsonStringEnumConverter<Verdict>))]
public enum Verdict
{
    /// <summary>It ended as the run says; a submission is the same to the byte.</summary>
    [JsonStringEnumMemberName("same")]
    Same,
    /// <summary>The submission has other bytes; values and score are the same within <see cref="Tolerance"/>.</summary>
    [JsonStringEnumMemberName("close")]
    Close,
    [JsonStringEnumMemberName("differs")]
    Differs,
}
