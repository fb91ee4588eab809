using System.Text.Json.Serialization;

namespace AgentIde.Tasks.Drafting;

/// <summary>What is predicted.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LabelKind>))]
public enum LabelKind
{
    [JsonStringEnumMemberName("classes")]
    Classes,
    [JsonStringEnumMemberName("numbers")]
    Numbers,
}
