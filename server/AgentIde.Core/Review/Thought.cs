using AgentIde.Core.Engineering;

namespace AgentIde.Core.Review;

/// <summary>Why a line stands in a text.</summary>
/// <param name="Node">The step that wrote it.</param>
/// <param name="Reason">What the engineer said of these lines; null where the plan alone says it.</param>
/// <param name="Line">0-based, in the text that was asked about.</param>
public sealed record Thought(int Node, Reason? Reason, int Line);
