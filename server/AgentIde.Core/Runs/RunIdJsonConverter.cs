using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentIde.Core.Runs;

/// <summary>A run by its name; anything else is refused.</summary>
public sealed class RunIdJsonConverter : JsonConverter<RunId>
{
    public override RunId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        RunId.TryParse(reader.GetString(), out RunId id) ? id : throw new JsonException("Not the name of a run.");

    public override void Write(Utf8JsonWriter writer, RunId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}
