using System.CommandLine;

namespace AgentIde.Cli.Commands;

/// <summary><c>agentide bench</c>: MLE-bench as a whole.</summary>
internal static class BenchCommand
{
    /// <summary>Where <c>mlebench prepare</c> puts things.</summary>
    public static Option<string> Data() => new("--data") { Description = "MLE-bench's data folder, which has ID/prepared/public and ID/prepared/private.", Required = true };

    public static Option<string?> Leaderboards() => new("--leaderboards") { Description = "A folder with ID/leaderboard.csv, such as mlebench/competitions of a checkout with its large files; without it, thresholds are those that AgentIde knows." };

    public static Command Create() => new("bench", "MLE-bench: grade run groups of it, and report what they come to.\n\nExample: agentide bench grade submissions.jsonl --data ~/.cache/mle-bench/data --output reports")
    {
        BenchCheckCommand.Create(),
        BenchTaskCommand.Create(),
        BenchRunCommand.Create(),
        BenchGradeCommand.Create(),
        BenchReportCommand.Create(),
        BenchAuditCommand.Create(),
    };
}
