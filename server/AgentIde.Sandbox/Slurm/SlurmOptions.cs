using System.Collections.Immutable;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox;

/// <param name="Folder">Absolute path on a file system that this machine and all nodes share.</param>
/// <param name="Python">Absolute path of the interpreter of candidates, here and on nodes.</param>
/// <param name="NodeProgram">Folder of the program that nodes run; null looks for it where the set-up puts it.</param>
/// <param name="Gpus">How many each job asks for; 0 for none.</param>
/// <param name="Configuration">Absolute path of the cluster's <c>slurm.conf</c>; null takes the system's.</param>
/// <param name="Request">Further options of <c>srun</c>, such as <c>--nodelist=n2</c>.</param>
public sealed record SlurmOptions(string Folder, string Python, string? NodeProgram = null, string? Configuration = null, int Gpus = 0, ImmutableArray<string> Request = default)
{
    /// <summary>Absolute paths of folders with model weights, here and on nodes.</summary>
    public ImmutableArray<string> Models { get; init; } = [];

    /// <summary>Names the shared folder.</summary>
    public const string FolderVariable = "AGENTIDE_SLURM_FOLDER";

    /// <summary>Further options of <c>srun</c>, separated by spaces.</summary>
    public const string RequestVariable = "AGENTIDE_SLURM_OPTIONS";

    /// <exception cref="SandboxException">A variable says something that can't be.</exception>
    public static SlurmOptions Default()
    {
        string request = Environment.GetEnvironmentVariable(RequestVariable) ?? "";
        return new SlurmOptions(
            DefaultFolder(Environment.GetEnvironmentVariable(FolderVariable)),
            BubblewrapOptions.Default.Python,
            Configuration: Environment.GetEnvironmentVariable("SLURM_CONF") is { Length: > 0 } configuration ? configuration : null,
            Request: [.. request.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)]);
    }

    internal static string DefaultFolder(string? named)
    {
        if (!string.IsNullOrEmpty(named))
        {
            // Only the default is made: a name that was mistyped would come to a folder that no node sees.
            return !Path.IsPathFullyQualified(named) ? throw new SandboxException($"{FolderVariable} must be an absolute path: {named}")
                : Directory.Exists(named) ? Path.GetFullPath(named)
                : throw new SandboxException($"{FolderVariable} names {named}, which is no folder: correct it, or make the folder with mkdir -m 700 {named}");
        }

        string? state = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
        return Path.Combine(string.IsNullOrEmpty(state) ? Path.Combine(home, ".local", "state") : state, "agentide", "slurm");
    }
}
