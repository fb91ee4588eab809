namespace AgentIde.LanguageServer;

/// <summary>A run can't be started. The message is for the person at the editor and says the way out.</summary>
public sealed class RunNotStartedException(string message, Exception? inner = null) : Exception(message, inner);
