namespace AgentIde.LanguageServer.Lsp.Documents;

/// <summary>
/// Where string literals of Python and C# stand, as far as one must know to tell a comment from a text that looks like
/// one. A program that is being typed is read as far as it goes.
/// </summary>
internal static class StringLiterals
{
    /// <summary>Whether a place of a document lies within a string.</summary>
    /// <param name="character">0-based, in UTF-16 code units.</param>
    public static bool Cover(Document document, int line, int character)
    {
        bool isCSharp = document.Path is { } path && path.EndsWith(".cs", StringComparison.OrdinalIgnoreCase);
        string? open = null;
        for (int at = 0; at <= line; at++)
        {
            string text = document.Lines[at];
            int end = at == line ? Math.Min(character, text.Length) : text.Length;
            open = isCSharp ? AfterCSharp(text, end, open) : AfterPython(text, end, open);
            if (at < line && open is { Length: 1 } && !(text.EndsWith('\\') && !isCSharp))
            {
                // Such a string ends with its line.
                open = null;
            }
        }

        return open is not null and not BlockComment;
    }

    private const string Verbatim = "@\"";
    private const string BlockComment = "/*";

    /// <param name="open">What opened the string that the line begins in; null where it begins in none.</param>
    /// <returns>What opened the string in which the place lies, in the same way.</returns>
    private static string? AfterPython(string text, int end, string? open)
    {
        for (int i = 0; i < end; i++)
        {
            char letter = text[i];
            if (open is not null)
            {
                if (letter == '\\')
                {
                    i++;
                }
                else if (text.AsSpan(i).StartsWith(open))
                {
                    i += open.Length - 1;
                    open = null;
                }
            }
            else if (letter == '#')
            {
                return null;
            }
            else if (letter is '"' or '\'')
            {
                open = text.AsSpan(i).StartsWith(new string(letter, 3)) ? new string(letter, 3) : letter.ToString();
                i += open.Length - 1;
            }
        }

        return open;
    }

    private static string? AfterCSharp(string text, int end, string? open)
    {
        for (int i = 0; i < end; i++)
        {
            ReadOnlySpan<char> rest = text.AsSpan(i);
            if (open is BlockComment)
            {
                if (rest.StartsWith("*/"))
                {
                    (open, i) = (null, i + 1);
                }
            }
            else if (open is Verbatim)
            {
                if (rest.StartsWith("\"\""))
                {
                    i++;
                }
                else if (rest[0] == '"')
                {
                    open = null;
                }
            }
            else if (open is { Length: 1 } && rest[0] == '\\')
            {
                i++;
            }
            else if (open is not null)
            {
                if (rest.StartsWith(open))
                {
                    i += open.Length - 1;
                    open = null;
                }
            }
            else if (rest.StartsWith("//"))
            {
                return null;
            }
            else if (rest.StartsWith(BlockComment) || rest.StartsWith(Verbatim))
            {
                open = rest[..2].ToString();
                i++;
            }
            else if (rest.StartsWith("\"\"\""))
            {
                int quotes = rest.IndexOfAnyExcept('"');
                open = new string('"', quotes < 0 ? rest.Length : quotes);
                i += open.Length - 1;
            }
            else if (rest[0] is '"' or '\'')
            {
                open = rest[0].ToString();
            }
        }

        return open;
    }
}
