using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AgentIde.Core.Chats;

/// <summary>What a run wants an editor's model to answer: one call, text and nothing else. It holds no key.</summary>
/// <param name="Call">Its number in the run.</param>
/// <param name="Model">As the user names it: <c>vscode:gpt-4o</c>.</param>
/// <param name="MaximumOutput">Tokens of the answer at most.</param>
public sealed record ChatQuestion(int Call, string Model, string System, ImmutableArray<ChatTurn> Messages, int MaximumOutput);

public sealed record ChatTurn(ChatRole Role, string Text);

[JsonConverter(typeof(JsonStringEnumConverter<ChatRole>))]
public enum ChatRole
{
    [JsonStringEnumMemberName("user")]
    User,
    [JsonStringEnumMemberName("assistant")]
    Assistant,
}
