namespace AgentIde.Core.Runs;

/// <summary>A run can't be taken, because a process owns it. The message names the process.</summary>
public sealed class RunOwnedException(string message) : RunStoreException(message);
