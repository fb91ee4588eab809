using System.Text.Json.Serialization;

namespace AgentIde.Sandbox;

/// <param name="Reason">What was managed, or why it was not tested; empty where it held.</param>
public sealed record AttackResult(int Id, string Name, AttackVerdict Result, string Reason);

[JsonConverter(typeof(JsonStringEnumConverter<AttackVerdict>))]
public enum AttackVerdict
{
    [JsonStringEnumMemberName("held")]
    Held,

    [JsonStringEnumMemberName("broken")]
    Broken,

    /// <summary>The attack could not be tried, or does not work outside the sandbox either: nothing is proved.</summary>
    [JsonStringEnumMemberName("not tested")]
    NotTested,
}
