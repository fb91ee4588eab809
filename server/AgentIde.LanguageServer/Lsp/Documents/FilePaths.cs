namespace AgentIde.LanguageServer.Lsp.Documents;

/// <summary>Paths as the file system knows them, links resolved, so that two names of one file are one.</summary>
internal static class FilePaths
{
    private const int MaximumLinks = 40;

    /// <summary>The path behind a <c>file:</c> URI; null for anything else, a bare path too: in that a per cent sign is one.</summary>
    public static string? OfUri(string uri) =>
        uri.StartsWith("file:", StringComparison.OrdinalIgnoreCase) && Uri.TryCreate(uri, UriKind.Absolute, out Uri? parsed) && parsed.IsFile && parsed.Host.Length == 0 ? Path.GetFullPath(parsed.LocalPath) : null;

    /// <summary>What a person or a client names, be it by a <c>file:</c> URI or by a path that begins at a folder or at the root; links resolved.</summary>
    public static string Named(string name, string root) => Real(OfUri(name) ?? Path.GetFullPath(name, root));

    public static string ToUri(string path) => new UriBuilder { Scheme = Uri.UriSchemeFile, Host = "", Path = path.Replace("%", "%25", StringComparison.Ordinal) }.Uri.AbsoluteUri;

    /// <summary>Resolves every link on the way. What doesn't exist yet stands for itself.</summary>
    public static string Real(string path)
    {
        string full = Path.GetFullPath(path);
        for (int links = 0; links < MaximumLinks; links++)
        {
            if (FirstLink(full, "") is not { } link)
            {
                return full;
            }

            string target = new FileInfo(link).LinkTarget ?? throw new IOException($"{link} changed while it was read.");
            string resolved = Path.GetFullPath(target, Path.GetDirectoryName(link) ?? "/");
            full = resolved + full[link.Length..];
        }

        throw new IOException($"{path} leads through too many links.");
    }

    /// <summary>Whether the path lies in the folder, by name.</summary>
    public static bool IsInside(string folder, string path) =>
        path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>The first link on the way from a folder, itself left out, to a path; null where there is none.</summary>
    public static string? FirstLink(string path, string below)
    {
        for (int end = path.IndexOf(Path.DirectorySeparatorChar, Math.Min(below.Length + 1, path.Length)); ; end = path.IndexOf(Path.DirectorySeparatorChar, end + 1))
        {
            string part = end < 0 ? path : path[..end];
            if (part.Length > 0 && new FileInfo(part).LinkTarget is not null)
            {
                return part;
            }

            if (end < 0)
            {
                return null;
            }
        }
    }
}
