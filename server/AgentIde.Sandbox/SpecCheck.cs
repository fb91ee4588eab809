using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox;

/// <summary>What every engine refuses before it starts anything.</summary>
internal static class SpecCheck
{
    /// <exception cref="SandboxException">The caller's mistake.</exception>
    internal static void Check(ExecutionSpec spec)
    {
        foreach (string path in spec.Collect.SelectMany(file => file.Paths))
        {
            if (Path.IsPathRooted(path) || path.Split('/').Any(part => part is "" or "." or ".."))
            {
                throw new SandboxException($"A file to collect must be named by a plain path in the candidate's folder: {path}");
            }
        }

        foreach (string name in spec.Environment.Keys)
        {
            if (name.Length == 0 || name.Contains('=', StringComparison.Ordinal))
            {
                throw new SandboxException($"Not a name of an environment variable: '{name}'");
            }
        }
    }
}
