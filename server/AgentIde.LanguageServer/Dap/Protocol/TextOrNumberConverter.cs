using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentIde.LanguageServer.Dap.Protocol;

/// <summary>A word or a whole number: people write <c>42</c> and <c>"42"</c> in their configurations.</summary>
internal sealed class TextOrNumberConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Number when reader.TryGetInt64(out long number) => number.ToString(CultureInfo.InvariantCulture),
        JsonTokenType.String => reader.GetString(),
        _ => throw new JsonException("A word or a whole number is expected."),
    };

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
