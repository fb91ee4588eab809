namespace AgentIde.LanguageServer.Wire;

/// <summary>A request that can't be done as asked. The message is for the person at the editor.</summary>
internal sealed class RequestFailedException(string message, Exception? inner = null) : Exception(message, inner);
