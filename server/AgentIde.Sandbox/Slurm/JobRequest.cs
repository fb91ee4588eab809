using System.Globalization;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox.Slurm;

/// <summary>How a job is asked for. Everybody on the cluster can read it: no name of a task or a run is in it.</summary>
internal static class JobRequest
{
    // Of the job's own program, beside the candidate.
    private const long OwnMemory = 128L << 20;

    // For the program to start and to hand over the result; the candidate's own time is measured on the node.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(2);

    /// <param name="command">Absolute paths in the shared folder.</param>
    internal static IReadOnlyList<string> Write(string name, ExecutionLimits limits, SlurmOptions options, IReadOnlyList<string> command)
    {
        List<string> arguments =
        [
            // Nothing of this environment goes to the node: it may hold keys.
            $"--job-name={name}", "--export=NONE", "--nodes=1", "--ntasks=1", "--chdir=/", "--input=none",
            $"--cpus-per-task={Text(limits.Cores)}",
            $"--mem={Text((limits.MemoryBytes + OwnMemory + (1 << 20) - 1) >> 20)}M",
            $"--time={Text((long)Math.Ceiling((limits.Time + Grace).TotalMinutes))}",
        ];
        if (options.Gpus > 0)
        {
            arguments.Add($"--gres=gpu:{Text(options.Gpus)}");
        }

        return [.. arguments, .. options.Request.IsDefault ? [] : options.Request, "--", .. command];
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
