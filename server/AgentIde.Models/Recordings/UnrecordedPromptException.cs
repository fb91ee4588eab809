namespace AgentIde.Models.Recordings;

/// <summary>A recording is asked what it has no answer to.</summary>
/// <param name="message">Part of a sentence: in what the prompt differs from those that were recorded.</param>
internal sealed class UnrecordedPromptException(string message) : Exception(message);
