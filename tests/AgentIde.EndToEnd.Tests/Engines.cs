using System.Collections.Immutable;
using AgentIde.Testing;

namespace AgentIde.EndToEnd.Tests;

/// <summary>How the product finds the engines that the scripts of the repository start for tests.</summary>
internal static class Engines
{
    /// <param name="folder">Where a cluster's shared folder may be: nothing of other runs is in it.</param>
    public static ImmutableDictionary<string, string> Environment(string engine, TemporaryFolder folder) => engine switch
    {
        "docker" => ImmutableDictionary<string, string>.Empty.Add("DOCKER_HOST", File.ReadAllText(Repository.PathOf("artifacts", "docker", "host")).Trim()),
        "slurm" => File.ReadLines(Repository.PathOf("artifacts", "slurm", "environment")).Select(line => line.Split('=', 2)).ToImmutableDictionary(pair => pair[0], pair => pair[1])
            .Add("AGENTIDE_SLURM_FOLDER", Directory.CreateDirectory(folder["slurm"]).FullName),
        _ => ImmutableDictionary<string, string>.Empty,
    };
}
