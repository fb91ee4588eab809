namespace AgentIde.GitHub.Git;

/// <summary>Paths with every link on the way resolved.</summary>
public static class RealPath
{
    private const int MaximumLinks = 40;

    /// <exception cref="IOException">It leads through too many links.</exception>
    public static string Of(string path)
    {
        string full = Path.GetFullPath(path);
        for (int links = 0; links < MaximumLinks; links++)
        {
            if (FirstLink(full) is not ({ } link, { } target))
            {
                return full;
            }

            full = Path.GetFullPath(target, Path.GetDirectoryName(link) ?? "/") + full[link.Length..];
        }

        throw new IOException($"{path} leads through too many links.");
    }

    private static (string Link, string Target)? FirstLink(string path)
    {
        for (int end = path.IndexOf('/', 1); ; end = path.IndexOf('/', end + 1))
        {
            string part = end < 0 ? path : path[..end];
            if (new FileInfo(part).LinkTarget is { } target)
            {
                return (part, target);
            }

            if (end < 0)
            {
                return null;
            }
        }
    }
}
