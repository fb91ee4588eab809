using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentIde.Core.Chats;

/// <summary>Questions and answers as JSON. What does not fit is a <see cref="JsonException"/>: the files may be anybody's.</summary>
public static class ChatJson
{
    public static byte[] Write(ChatQuestion question) => JsonSerializer.SerializeToUtf8Bytes(question, ChatJsonContext.Default.ChatQuestion);

    public static byte[] Write(ChatAnswer answer) => JsonSerializer.SerializeToUtf8Bytes(answer, ChatJsonContext.Default.ChatAnswer);

    public static byte[] Write(string piece) => JsonSerializer.SerializeToUtf8Bytes(piece, ChatJsonContext.Default.String);

    /// <exception cref="JsonException"/>
    public static ChatQuestion ReadQuestion(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, ChatJsonContext.Default.ChatQuestion) ?? throw new JsonException("It is empty.");

    /// <exception cref="JsonException"/>
    public static ChatAnswer ReadAnswer(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, ChatJsonContext.Default.ChatAnswer) ?? throw new JsonException("It is empty.");

    /// <exception cref="JsonException"/>
    public static string ReadPiece(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, ChatJsonContext.Default.String) ?? throw new JsonException("It is empty.");
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 16)]
[JsonSerializable(typeof(ChatQuestion))]
[JsonSerializable(typeof(ChatAnswer))]
[JsonSerializable(typeof(string))]
internal sealed partial class ChatJsonContext : JsonSerializerContext;
