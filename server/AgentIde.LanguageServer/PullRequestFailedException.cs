namespace AgentIde.LanguageServer;

/// <summary>A run can't be proposed. The message is for the person at the editor and says the way out.</summary>
public sealed class PullRequestFailedException(string message, Exception? inner = null) : Exception(message, inner);
