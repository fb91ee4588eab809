using System.Runtime.InteropServices;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox.Slurm;

/// <summary>What jobs run on nodes: a native program, or one for <c>dotnet</c>.</summary>
internal static class NodeProgram
{
    /// <summary>Names its folder where it is not where it is looked for.</summary>
    internal const string Variable = "AGENTIDE_NODE";

    private const string Native = "agentide-node", Managed = "agentide-node.dll";

    /// <exception cref="SandboxException">It isn't there.</exception>
    internal static string Find(string? named)
    {
        string[] places = (named ?? Environment.GetEnvironmentVariable(Variable)) is { Length: > 0 } chosen
            ? [Path.GetFullPath(chosen)]
            :
            [
                Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "agentide-node")),
                Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "agentide", "agentide-node"),
            ];
        return places.FirstOrDefault(place => File.Exists(Path.Combine(place, Native)) || File.Exists(Path.Combine(place, Managed)))
            ?? throw new SandboxException($"What jobs run on nodes, agentide-node, is not here ({string.Join(", ", places)}): scripts/build-node.sh in a clone of agentide builds it.");
    }

    /// <param name="folder">Where the nodes see it.</param>
    internal static IReadOnlyList<string> Command(string folder)
    {
        // The second is this machine's own .NET: nodes must have one at the same place.
        string dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
        return File.Exists(Path.Combine(folder, Managed)) ? [dotnet, "exec", Path.Combine(folder, Managed)] : [Path.Combine(folder, Native)];
    }
}
