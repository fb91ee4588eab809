using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentIde.LanguageServer.Lsp.Protocol;

/// <summary>Document changes carry no common discriminator in the protocol: each is written as what it is, and none is ever read.</summary>
internal sealed class DocumentChangeConverter : JsonConverter<DocumentChange>
{
    public override DocumentChange Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new JsonException("No client sends document changes.");

    public override void Write(Utf8JsonWriter writer, DocumentChange value, JsonSerializerOptions options)
    {
        switch (value)
        {
            case TextDocumentEdit edit:
                JsonSerializer.Serialize(writer, edit, ProtocolJsonContext.Default.TextDocumentEdit);
                break;
            case CreateFile create:
                JsonSerializer.Serialize(writer, create, ProtocolJsonContext.Default.CreateFile);
                break;
            default:
                throw new JsonException($"No rule writes {value.GetType().Name}.");
        }
    }
}
