using System.Collections.Immutable;
using AgentIde.Testing;

namespace AgentIde.EndToEnd.Tests;

/// <summary>How the product finds the engines that the scripts of the repository start for tests.</summary>
internal static class Engines
{
    public static ImmutableDictionary<string, string> Environment(string engine) => engine switch
    {
        "docker" => ImmutableDictionary<string, string>.Empty.Add("DOCKER_HOST", File.ReadAllText(Repository.PathOf("artifacts", "docker", "host")).Trim()),
        _ => ImmutableDictionary<string, string>.Empty,
    };
}
