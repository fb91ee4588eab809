namespace AgentIde.Cli;

/// <summary>The exit codes of every command.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    public const int Failed = 1;

    public const int BadUsage = 2;

    /// <summary>The budget was spent without a valid solution.</summary>
    public const int NoSolution = 3;

    /// <summary>A needed thing is missing; the message says what gets it.</summary>
    public const int Missing = 4;

    public const int Interrupted = 130;
}
