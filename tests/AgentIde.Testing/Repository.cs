namespace AgentIde.Testing;

/// <summary>Where the repository lies, found from the tests' own folder.</summary>
public static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>An absolute path in the repository.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AgentIde.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No AgentIde.sln above {AppContext.BaseDirectory}.");
    }
}
