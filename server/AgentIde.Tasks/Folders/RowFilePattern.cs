namespace AgentIde.Tasks.Folders;

/// <summary>
/// What files of rows are called: <c>train_images/{id}.png</c> for rows of train, <c>test_images/{id}.png</c> for rows of test, by their
/// paths within <c>public/</c>. A pattern that ends in a slash is a row's own folder, with all that is in it.
/// </summary>
/// <param name="Test">Null for what rows of test don't have, such as masks.</param>
/// <param name="Line">Of task.yaml.</param>
internal sealed record RowFilePattern(string Train, string? Test, int Line)
{
    public const string Mark = "{id}";

    /// <summary>Why a text is no pattern; null where it is one.</summary>
    public static string? Problem(string text)
    {
        int at = text.IndexOf(Mark, StringComparison.Ordinal);
        return at < 0 || text.IndexOf(Mark, at + 1, StringComparison.Ordinal) >= 0 ? $"must have {Mark} once, where a row's id stands"
            : at > 0 && text[at - 1] != '/' ? $"must have {Mark} at the beginning of a file's or folder's name"
            : text[(at + Mark.Length)..] is var rest && rest.Contains('/', StringComparison.Ordinal) && rest != "/" ? $"must end behind {Mark}, with the ending of a file or a slash for a folder"
            : rest.Length > 0 && char.IsAsciiLetterOrDigit(rest[0]) ? $"must go on behind {Mark} with a sign such as . or _, for another id might end as it goes on"
            : text.StartsWith('/') || text.Split('/').Contains("..") ? "must be a path within public/"
            : null;
    }

    /// <summary>Whether what is called by one pattern may be called by the other, but for folders and ids: a file of train that ends otherwise would be told among those of test.</summary>
    public static bool EndAlike(string train, string test) => Path.GetExtension(train) == Path.GetExtension(test) && train.EndsWith('/') == test.EndsWith('/');

    /// <summary>The id and, of a row's own folder, the rest of the path, where a path is of the pattern; null where it isn't.</summary>
    public static (string Id, string Inside)? Match(string pattern, string path)
    {
        int at = pattern.IndexOf(Mark, StringComparison.Ordinal);
        string before = pattern[..at], behind = pattern[(at + Mark.Length)..];
        if (!path.StartsWith(before, StringComparison.Ordinal))
        {
            return null;
        }

        if (behind == "/")
        {
            int end = path.IndexOf('/', at);
            return end > at ? (path[at..end], path[(end + 1)..]) : null;
        }

        return path.Length > at + behind.Length && path.EndsWith(behind, StringComparison.Ordinal) && path.IndexOf('/', at) < 0 ? (path[at..^behind.Length], "") : null;
    }

    public static string Named(string pattern, string id, string inside) => pattern.Replace(Mark, id, StringComparison.Ordinal) + inside;
}
