using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox.Slurm;

/// <summary>Says in one line why Slurm can't be used, and what helps.</summary>
internal static class SlurmFailure
{
    private const int LongestWords = 300;

    internal static SandboxException NoClient() =>
        new("Slurm's commands are not here (srun is not on the PATH): install slurm-client, or run on a machine of the cluster.");

    internal static SandboxException NoConfiguration(string path) =>
        new($"SLURM_CONF names {path}, which is not there: set it to the slurm.conf of your cluster.");

    internal static SandboxException Unreachable(string output) =>
        new($"No Slurm cluster answers ({LastWords(output)}): start its controller, or set SLURM_CONF to the slurm.conf of a cluster that runs.");

    internal static SandboxException Refused(string output) =>
        new($"Slurm refused the job ({LastWords(output)}): choose a partition with SLURM_PARTITION, other options with {SlurmOptions.RequestVariable}, or lower the limits.");

    internal static SandboxException Unshared(string? node, string folder) =>
        new($"{node ?? "The node"} does not see {folder}: set {SlurmOptions.FolderVariable} to a folder on a file system that this machine and all nodes share.");

    internal static SandboxException InVain(QueuedJob job) =>
        new($"Slurm job {job.Id} would wait for ever ({job.Reason}): choose a partition with SLURM_PARTITION, other options with {SlurmOptions.RequestVariable}, or lower the limits.");

    internal static string CancelledOutside(QueuedJob job) => $"Slurm job {job.Id} was cancelled by somebody, not by agentide";

    internal static SandboxException Lost(int attempts, string why) =>
        new($"The cluster took the job away {attempts} times ({why}): look at its nodes with sinfo, or choose others with SLURM_PARTITION.");

    internal static SandboxException OnNode(string node, string problem) => new($"On node {node}: {problem}");

    /// <summary>The last line, which says most of a failed start, without the program's own name.</summary>
    internal static string LastWords(string output)
    {
        // An option that it doesn't know is followed by where help is.
        string[] lines = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(line => !line.StartsWith("Try \"", StringComparison.Ordinal))];
        string line = lines.LastOrDefault(line => line.Contains("error:", StringComparison.Ordinal) || line.Contains("fatal:", StringComparison.Ordinal)) ?? lines.LastOrDefault() ?? "not a word";
        foreach (string prefix in (string[])["error: ", "fatal: ", "srun: "])
        {
            int start = line.IndexOf(prefix, StringComparison.Ordinal);
            line = start < 0 ? line : line[(start + prefix.Length)..];
        }

        return line.Length > LongestWords ? line[..LongestWords] + "…" : line;
    }
}
