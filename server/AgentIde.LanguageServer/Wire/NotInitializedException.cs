namespace AgentIde.LanguageServer.Wire;

/// <summary>A request came before <c>initialize</c>.</summary>
internal sealed class NotInitializedException() : Exception("The server has not been initialised yet.");
