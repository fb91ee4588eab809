namespace AgentIde.LanguageServer.Lsp.Protocol;

// agentide/chat: a request to editors that offer their own models (client capability experimental.agentideChat).

/// <param name="Call">The number of the call in its run.</param>
/// <param name="Model">An id or a family of the editor's; null for whichever the editor prefers.</param>
/// <param name="MaximumOutput">Tokens of the answer at most.</param>
internal sealed record ChatParams(string Run, int Node, int Call, string? Model, string System, IReadOnlyList<ChatMessage> Messages, int MaximumOutput);

/// <param name="Role"><c>user</c> or <c>assistant</c>.</param>
internal sealed record ChatMessage(string Role, string Text);

/// <summary>Either a text, or a problem with a message for people.</summary>
/// <param name="Model">Which model answered.</param>
/// <param name="Stop"><c>finished</c>, <c>too-long</c> or <c>refused</c>; finished where it is left out.</param>
/// <param name="Problem">
/// <c>model</c> (there is none such), <c>key</c> (no consent), <c>quota</c>, <c>busy</c>, <c>refused</c>, <c>request</c>,
/// <c>unreachable</c>, <c>timed-out</c>, or <c>broken</c> for all else.
/// </param>
internal sealed record ChatResult(string? Text = null, string? Model = null, string? Stop = null, string? Problem = null, string? Message = null);

/// <summary>A notification from the editor: a piece of an answer that is under way.</summary>
internal sealed record ChatPieceParams(string Run, int Call, string Text);
