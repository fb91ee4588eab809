using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox.Environments;

/// <summary>The interpreter of candidates with the folders outside /usr that it needs.</summary>
internal static class PythonEnvironment
{
    private static readonly Dictionary<string, string> Variables = new(StringComparer.Ordinal)
    {
        ["PYTHONHASHSEED"] = "0",
        ["PYTHONDONTWRITEBYTECODE"] = "1",
        ["PYTHONNOUSERSITE"] = "1",
        // What it printed must not be lost with it when it is killed.
        ["PYTHONUNBUFFERED"] = "1",
    };

    /// <summary>The interpreter of an image.</summary>
    internal static CandidateProgram InImage { get; } = new("solution.py", ["/usr/bin/python3", "-s", "solution.py"], [], "/usr/bin:/bin", Variables);

    /// <param name="python">Absolute path.</param>
    /// <exception cref="SandboxException">It isn't there, or showing it would show a home folder.</exception>
    internal static CandidateProgram Program(string python)
    {
        if (!Path.IsPathFullyQualified(python))
        {
            throw new SandboxException($"The interpreter must be an absolute path: {python}");
        }

        if (!File.Exists(python))
        {
            throw new SandboxException($"There is no Python at {python}: apt-get install python3, or name another with --python.");
        }

        // A virtual environment is two folders: its own, and that of the interpreter that its link leads to.
        string resolved = File.ResolveLinkTarget(python, returnFinalTarget: true)?.FullName ?? python;
        string[] folders = ShownFolders.Of($"The interpreter {python}", new[] { python, resolved }.Select(Prefix));
        string path = folders.Length > 0 ? $"{Path.GetDirectoryName(python)}:/usr/bin:/bin" : "/usr/bin:/bin";
        return new CandidateProgram("solution.py", [python, "-s", "solution.py"], folders, path, Variables);
    }

    private static string Prefix(string interpreter)
    {
        string folder = Path.GetDirectoryName(interpreter)!;
        return folder == "/bin" ? "/usr" : Path.GetDirectoryName(folder) ?? "/";
    }
}
