using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox;

/// <summary>The interpreter of candidates and the folders outside /usr that it needs, shown read-only at their own place.</summary>
internal sealed record PythonInstallation(string Path, IReadOnlyList<string> Folders)
{
    internal bool IsOutsideUsr => Folders.Count > 0;

    /// <exception cref="SandboxException">It isn't there, or showing it would show a home folder.</exception>
    internal static PythonInstallation At(string path)
    {
        if (!System.IO.Path.IsPathFullyQualified(path))
        {
            throw new SandboxException($"The interpreter must be an absolute path: {path}");
        }

        if (!File.Exists(path))
        {
            throw new SandboxException($"There is no Python at {path}: apt-get install python3, or name another with --python.");
        }

        // A virtual environment is two folders: its own, and that of the interpreter that its link leads to.
        string resolved = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        string[] folders = [.. new[] { path, resolved }.Select(Prefix).Where(folder => !IsBeneath(folder, "/usr")).Distinct()];
        return new PythonInstallation(path, [.. folders.Select(folder => RefuseHome(path, folder))]);
    }

    /// <returns>The folder, where it may be shown.</returns>
    internal static string RefuseHome(string interpreter, string folder)
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return folder is "/" || IsBeneath(home.Length == 0 ? "/root" : home, folder)
            ? throw new SandboxException($"The interpreter {interpreter} can't be shown to candidates without showing all of {folder}: use one of a virtual environment.")
            : folder;
    }

    private static string Prefix(string interpreter)
    {
        string folder = System.IO.Path.GetDirectoryName(interpreter)!;
        return folder == "/bin" ? "/usr" : System.IO.Path.GetDirectoryName(folder) ?? "/";
    }

    private static bool IsBeneath(string path, string folder) =>
        path == folder || path.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);
}
