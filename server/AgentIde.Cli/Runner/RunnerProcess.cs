using System.Diagnostics;
using System.Text.Json;
using AgentIde.Core.PullRequests;
using AgentIde.Core.Runs;

namespace AgentIde.Cli.Runner;

/// <summary>
/// Starts a runner: this same program in a session of its own, which outlives whoever started it. It takes its plan
/// from standard input, answers with one line, and from then on can be reached through its run's store alone.
/// </summary>
internal static class RunnerProcess
{
    /// <summary>The hidden command that <see cref="Program"/> hands to <see cref="RunnerHost"/>, whatever follows it.</summary>
    public const string Command = "runner";

    /// <exception cref="CommandException">The run could not be started; the message is the runner's.</exception>
    public static async Task<RunId> StartAsync(RunPlan plan, CancellationToken cancellationToken)
    {
        using Process process = new() { StartInfo = StartInfo(plan) };
        RunPlan asked = plan with { AskedAt = TimeProvider.System.GetTimestamp() };
        process.Start();
        await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(asked, RunnerJsonContext.Default.RunPlan).AsMemory(), cancellationToken);
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync(cancellationToken);
        string? line = await process.StandardOutput.ReadLineAsync(cancellationToken);
        if (line is null)
        {
            string said = (await errors).Trim();
            throw new CommandException(ExitCode.Failed, $"The runner ended before it began{(said.Length > 0 ? ": " + said : ".")}");
        }

        RunnerReply reply = JsonSerializer.Deserialize(line, RunnerJsonContext.Default.RunnerReply)!;
        return reply.Run ?? throw new CommandException(reply.ExitCode, reply.Problem!);
    }

    /// <summary>What starts this program again: itself, or .NET with it.</summary>
    public static string[] Self { get; } = Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet"
        ? [Environment.ProcessPath!, Path.Combine(AppContext.BaseDirectory, "agentide.dll")]
        : [Environment.ProcessPath!];

    /// <remarks>What follows the command is for whoever looks at a list of processes. A new run has no name yet: its task and its folder tell it from others.</remarks>
    private static ProcessStartInfo StartInfo(RunPlan plan)
    {
        ProcessStartInfo start = new(Self[0], [.. Self[1..], Command, plan.Resume?.Value ?? $"of {Path.GetFileName(Path.TrimEndingDirectorySeparator(plan.TaskFolder))}", "in", plan.Workspace])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        TokenVariables.Strip(start.Environment);
        return start;
    }
}
