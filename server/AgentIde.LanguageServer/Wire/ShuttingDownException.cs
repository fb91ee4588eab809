namespace AgentIde.LanguageServer.Wire;

/// <summary>A request came after <c>shutdown</c>.</summary>
internal sealed class ShuttingDownException() : Exception("The server is shutting down.");
