using System.Collections.Immutable;

namespace AgentIde.Core.PullRequests;

/// <summary>
/// The variables of the environment that a token of a GitHub may be in. What runs programs of others gets none of them: no
/// runner, no engineer's program and so nothing that those start.
/// </summary>
public static class TokenVariables
{
    /// <summary>For git, of a push under way.</summary>
    public const string Git = "AGENTIDE_GIT_TOKEN";

    /// <summary>For github.com, the first before the second, by the names of GitHub's own command line.</summary>
    public static ImmutableArray<string> GitHub { get; } = ["GH_TOKEN", "GITHUB_TOKEN"];

    /// <summary>For a GitHub of one's own.</summary>
    public static ImmutableArray<string> Enterprise { get; } = ["GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"];

    /// <summary>Those that a person sets.</summary>
    public static ImmutableArray<string> Set { get; } = [.. GitHub, .. Enterprise];

    /// <summary>Takes all of them out of what a process is started with.</summary>
    public static void Strip(IDictionary<string, string?> environment)
    {
        foreach (string name in Set.Add(Git))
        {
            environment.Remove(name);
        }
    }
}
