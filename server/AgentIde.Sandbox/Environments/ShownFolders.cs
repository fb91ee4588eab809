using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox.Environments;

/// <summary>Which folders of this machine candidates may be shown beside /usr: never one in which a home folder lies.</summary>
internal static class ShownFolders
{
    /// <returns>Those that are not beneath /usr, each once.</returns>
    /// <exception cref="SandboxException">Showing one would show a home folder.</exception>
    internal static string[] Of(string what, IEnumerable<string> folders) =>
        [.. folders.Where(folder => !IsBeneath(folder, "/usr")).Distinct().Select(folder => RefuseHome(what, folder, "such as a virtual environment"))];

    /// <returns>The folder, where it may be shown.</returns>
    /// <param name="instead">What to show in its place.</param>
    private static string RefuseHome(string what, string folder, string instead)
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return folder is "/" || IsBeneath(home.Length == 0 ? "/root" : home, folder)
            ? throw new SandboxException($"{what} can't be shown to candidates without showing all of {folder}: use one in a folder of its own, {instead}.")
            : folder;
    }

    /// <exception cref="SandboxException">Showing one of them would show a home folder.</exception>
    internal static string[] OfModels(IEnumerable<string> folders) => [.. folders.Select(folder => RefuseHome("The models", folder, "which holds nothing else"))];

    /// <summary>What candidates have, with the models where there are any: <c>Python 3.11.2 (numpy 1.24.2); /models/bert</c>.</summary>
    internal static string Told(string interpreter, IReadOnlyCollection<string> models) =>
        models.Count == 0 ? interpreter : $"{interpreter}; {string.Join(", ", models.Select(CandidateProgram.ModelPath))}";

    private static bool IsBeneath(string path, string folder) =>
        path == folder || path.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);
}
