namespace AgentIde.Import;

/// <summary>A file can't be imported. The message says what is wrong, where, and the way out; nothing was written.</summary>
public sealed class ImportException(string message, Exception? inner = null) : Exception(message, inner);
