namespace AgentIde.Models.Commands;

/// <summary>Finds a program as a shell finds it, so that one that isn't there is told before anything is started.</summary>
internal static class Executables
{
    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <param name="name">With a slash a path, from <paramref name="folder"/>; without one a name on the PATH.</param>
    /// <exception cref="FormatException">There is none, or it can't be executed.</exception>
    public static string Find(string name, string folder)
    {
        if (!name.Contains('/', StringComparison.Ordinal))
        {
            return FindOnPath(name) ?? throw new FormatException($"there is no program '{name}' on the PATH: one in your folder is command:./{name}");
        }

        string path = Path.GetFullPath(name, folder);
        return !File.Exists(path) ? throw new FormatException($"there is no {path}")
            : !IsExecutable(path) ? throw new FormatException($"{path} is not executable: make it so with chmod +x, or name its interpreter, as in command:python3 {name}")
            : path;
    }

    /// <summary>Relative entries of the PATH don't count: what they mean depends on where one stands.</summary>
    public static string? FindOnPath(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Where(Path.IsPathRooted)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(path => File.Exists(path) && IsExecutable(path));

    private static bool IsExecutable(string path) => (File.GetUnixFileMode(path) & AnyExecute) != 0;
}
