using System.Text.Json.Serialization;

namespace AgentIde.LanguageServer.Lsp.Protocol;

// Lines and characters count from 0; a character is a UTF-16 code unit.
internal sealed record Position(int Line, int Character);

internal sealed record Range(Position Start, Position End);

internal sealed record TextDocumentIdentifier(string Uri);

internal sealed record VersionedTextDocumentIdentifier(string Uri, int Version);

internal sealed record TextDocumentItem(string Uri, string LanguageId, int Version, [property: JsonConverter(typeof(DocumentTextConverter))] string Text);

internal sealed record TextDocumentPositionParams(TextDocumentIdentifier TextDocument, Position Position);

internal sealed record Command(string Title, [property: JsonPropertyName("command")] string Name, IReadOnlyList<CommandArguments> Arguments);

internal sealed record WorkspaceFolder(string Uri, string Name);
