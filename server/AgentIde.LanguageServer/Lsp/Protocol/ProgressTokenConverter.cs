using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentIde.LanguageServer.Lsp.Protocol;

/// <summary>A token is a string or a number; ours are strings, and a number of somebody else's is read as its digits.</summary>
internal sealed class ProgressTokenConverter : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number
            ? reader.GetInt64().ToString(CultureInfo.InvariantCulture)
            : reader.GetString() ?? throw new JsonException("A progress token is a string or a number.");

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
