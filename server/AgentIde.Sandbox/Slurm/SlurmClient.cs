using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Native;

namespace AgentIde.Sandbox.Slurm;

/// <summary>Slurm's own commands, with an environment in which nothing of ours but Slurm's settings is.</summary>
internal sealed class SlurmClient
{
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(30);

    // What chooses where jobs go. Others, such as the job id of an allocation in which this program runs, would make steps of our jobs.
    private static readonly string[] Settings = ["PARTITION", "ACCOUNT", "QOS", "RESERVATION", "CONSTRAINT", "CLUSTERS"];

    private readonly string _folder;

    private SlurmClient(string folder) => _folder = folder;

    internal string Submit => Path.Combine(_folder, "srun");

    internal IReadOnlyList<string> Environment { get; private init; } = [];

    /// <exception cref="SandboxException">No client, or nobody answers.</exception>
    internal static SlurmClient Find(string? configuration)
    {
        string folder = (Variable("PATH") ?? "").Split(':').Append("/usr/bin").Append("/usr/local/bin").Append("/opt/slurm/bin")
            .FirstOrDefault(folder => Path.IsPathFullyQualified(folder) && File.Exists(Path.Combine(folder, "srun"))) ?? throw SlurmFailure.NoClient();
        if (configuration is not null && !File.Exists(configuration))
        {
            throw SlurmFailure.NoConfiguration(configuration);
        }

        List<string> environment = [$"PATH={folder}:/usr/bin:/bin", .. configuration is null ? Array.Empty<string>() : [$"SLURM_CONF={configuration}"]];
        foreach (string name in (string[])["SLURM_JWT", "HOME", "USER", "LOGNAME"])
        {
            if (Variable(name) is { } value)
            {
                environment.Add($"{name}={value}");
            }
        }

        foreach (string name in Settings)
        {
            // Those of batch jobs are what most people have set, and mean the same.
            if ((Variable($"SLURM_{name}") ?? Variable($"SBATCH_{name}")) is { } value)
            {
                environment.Add($"SLURM_{name}={value}");
            }
        }

        SlurmClient client = new(folder) { Environment = environment };
        (int status, string output) = client.Run(["sinfo", "--noheader", "--format=%P"]);
        return status == 0 ? client : throw SlurmFailure.Unreachable(output);
    }

    /// <summary>Such as <c>22.05.8</c>.</summary>
    internal string Version() => Run(["srun", "--version"]).Output.Trim().Split(' ')[^1];

    internal bool AreNodesHere()
    {
        (int status, string output) = Run(["sinfo", "--noheader", "--Node", "--format=%n %o"]);
        string here = System.Environment.MachineName;
        return status == 0 && output.Split('\n', StringSplitOptions.RemoveEmptyEntries).All(line => line.Split(' ').Any(name => name.Trim() == here || name.Split('.')[0] == here));
    }

    /// <summary>Runs one of Slurm's commands; the status is -1 where it did not answer in time.</summary>
    internal (int Status, string Output) Run(IReadOnlyList<string> command) =>
        ShortCommand.Run([Path.Combine(_folder, command[0]), .. command.Skip(1)], Environment, AnswerPatience);

    private static string? Variable(string name) => System.Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
