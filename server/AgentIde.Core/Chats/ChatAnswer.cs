using System.Text.Json.Serialization;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Chats;

/// <summary>What came of a question.</summary>
/// <param name="Text">Null where there is no answer.</param>
/// <param name="Model">Which model answered, by the editor's own word.</param>
/// <param name="Problem">Why there is no answer; null where there is one.</param>
/// <param name="Message">What the editor says of the problem, for people.</param>
public sealed record ChatAnswer(string? Text = null, string? Model = null, ChatStop Stop = ChatStop.Finished, CallProblem? Problem = null, string? Message = null);

[JsonConverter(typeof(JsonStringEnumConverter<ChatStop>))]
public enum ChatStop
{
    [JsonStringEnumMemberName("finished")]
    Finished,
    /// <summary>It came to the most that was asked for.</summary>
    [JsonStringEnumMemberName("too-long")]
    TooLong,
    [JsonStringEnumMemberName("refused")]
    Refused,
}
