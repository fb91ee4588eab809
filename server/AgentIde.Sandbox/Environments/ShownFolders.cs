using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox.Environments;

/// <summary>Which folders of this machine candidates may be shown beside /usr: never one in which a home folder lies.</summary>
internal static class ShownFolders
{
    /// <returns>Those that are not beneath /usr, each once.</returns>
    /// <exception cref="SandboxException">Showing one would show a home folder.</exception>
    internal static string[] Of(string what, IEnumerable<string> folders) =>
        [.. folders.Where(folder => !IsBeneath(folder, "/usr")).Distinct().Select(folder => RefuseHome(what, folder))];

    /// <returns>The folder, where it may be shown.</returns>
    internal static string RefuseHome(string what, string folder)
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return folder is "/" || IsBeneath(home.Length == 0 ? "/root" : home, folder)
            ? throw new SandboxException($"{what} can't be shown to candidates without showing all of {folder}: use one in a folder of its own, such as a virtual environment.")
            : folder;
    }

    private static bool IsBeneath(string path, string folder) =>
        path == folder || path.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);
}
