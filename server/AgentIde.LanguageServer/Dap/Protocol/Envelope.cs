using System.Text.Json;

namespace AgentIde.LanguageServer.Dap.Protocol;

/// <summary>What a client sends. Only its requests are of use; its answers are passed by.</summary>
internal sealed record ClientMessage(int Seq, string Type, string? Command = null, JsonElement? Arguments = null);

/// <param name="Message">Why there is no body, for people.</param>
internal sealed record Response(int Seq, string Type, [property: System.Text.Json.Serialization.JsonPropertyName("request_seq")] int RequestSeq, bool Success, string Command, string? Message = null, object? Body = null);

internal sealed record Event(int Seq, string Type, [property: System.Text.Json.Serialization.JsonPropertyName("event")] string Name, object? Body = null);

/// <summary>The other way round: what the adapter asks of the client.</summary>
internal sealed record AdapterRequest(int Seq, string Type, string Command, object Arguments);

internal sealed record ErrorBody(Message Error);

/// <param name="Format">Braces stand for variables in it, so there are none of ours.</param>
internal sealed record Message(int Id, string Format, bool ShowUser, IReadOnlyDictionary<string, string>? Variables = null);
