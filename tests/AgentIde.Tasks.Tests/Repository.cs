namespace AgentIde.Tasks.Tests;

/// <summary>Where the repository lies, and the task folders that are there.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The tasks that the project ships.</summary>
    public static IEnumerable<string> ShippedTasks => TasksIn(Path.Combine(Root, "tasks"));

    /// <summary>More tasks, where someone put them beside the repository.</summary>
    public static IEnumerable<string> SharedTasks => TasksIn(Path.GetFullPath(Path.Combine(Root, "..", "shared", "tasks")));

    /// <summary>Tasks with a leak, where someone put them beside the repository.</summary>
    public static IEnumerable<string> SharedLeakyTasks => TasksIn(Path.GetFullPath(Path.Combine(Root, "..", "shared", "tasks-leaky")));

    private static IEnumerable<string> TasksIn(string folder) =>
        Directory.Exists(folder)
            ? Directory.EnumerateDirectories(folder).Where(task => File.Exists(Path.Combine(task, "task.yaml"))).Order(StringComparer.Ordinal)
            : [];

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "AgentIde.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new DirectoryNotFoundException("The tests run within the repository.");
    }
}
