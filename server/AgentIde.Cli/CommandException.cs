namespace AgentIde.Cli;

/// <summary>Ends a command with one message for its user and an exit code.</summary>
internal sealed class CommandException(int exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    public int ExitCode { get; } = exitCode;

    /// <summary>Whether the command has written its own document of JSON, which tells of it.</summary>
    public bool IsTold { get; init; }
}
