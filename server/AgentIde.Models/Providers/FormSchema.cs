using System.Text.Json;

namespace AgentIde.Models.Providers;

internal static class FormSchema
{
    /// <summary>JSON schema as OpenAI's strict mode wants it: every field required, none besides.</summary>
    public static JsonElement Of(AnswerForm form)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("type", "object");
            writer.WriteStartObject("properties");
            foreach ((string field, string description) in form.Fields)
            {
                writer.WriteStartObject(field);
                writer.WriteString("type", "string");
                writer.WriteString("description", description);
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
            writer.WriteStartArray("required");
            foreach ((string field, _) in form.Fields)
            {
                writer.WriteStringValue(field);
            }
            writer.WriteEndArray();
            writer.WriteBoolean("additionalProperties", false);
            writer.WriteEndObject();
        }
        using JsonDocument document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }
}
