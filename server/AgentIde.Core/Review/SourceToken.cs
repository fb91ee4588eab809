using System.Text;

namespace AgentIde.Core.Review;

internal enum SourceTokenKind
{
    Word,
    Operator,

    /// <summary>On one line.</summary>
    String,

    /// <summary>One line of a string that may have several.</summary>
    LongString,
    Comment,
}

/// <summary>A word of a program where it stands.</summary>
/// <param name="Source">The line that it stands on.</param>
/// <param name="Opens">Whether a long string begins with it.</param>
/// <param name="Closes">Whether a long string ends with it.</param>
/// <param name="Quotes">How many quotes open and close a long string.</param>
internal readonly record struct SourceToken(string Source, int Line, int Start, int End, SourceTokenKind Kind, bool Opens = false, bool Closes = false, int Quotes = 0)
{
    /// <summary>No text of a program has it: so no string is taken for code.</summary>
    private const char Mark = '\u0001';

    public ReadOnlySpan<char> Span => Source.AsSpan(Start, End - Start);

    public bool Is(ReadOnlySpan<char> text) => Kind is SourceTokenKind.Word or SourceTokenKind.Operator && Span.SequenceEqual(text);

    /// <summary>Adds what it says, whichever quotes and whichever case of a number's letters it is written in.</summary>
    /// <param name="isDocumentation">Whether the string is a statement of its own: then its indentation is layout.</param>
    public void AppendTo(StringBuilder key, bool isPython, bool isDocumentation)
    {
        switch (Kind)
        {
            case SourceTokenKind.Word:
                if (key.Length > 0 && IsOfWord(key[^1]))
                {
                    key.Append(' ');
                }

                if (isPython && char.IsAsciiDigit(Span[0]))
                {
                    key.Append(Span.ToString().ToLowerInvariant());
                }
                else
                {
                    key.Append(Span);
                }

                break;
            case SourceTokenKind.String when isPython:
                key.Append(Unquoted(Span));
                break;
            case SourceTokenKind.String:
                key.Append(Mark).Append(Span).Append(Mark);
                break;
            case SourceTokenKind.LongString:
                key.Append(Long(isDocumentation));
                break;
            case SourceTokenKind.Comment:
                key.Append(WithoutBlanks(Span));
                break;
            default:
                key.Append(Span);
                break;
        }
    }

    public static bool IsOfWord(char character) => char.IsLetterOrDigit(character) || character == '_';

    public static string WithoutBlanks(ReadOnlySpan<char> text)
    {
        if (!text.ContainsAny(' ', '\t'))
        {
            return text.ToString();
        }

        StringBuilder rest = new(text.Length);
        foreach (char character in text)
        {
            if (character is not (' ' or '\t'))
            {
                rest.Append(character);
            }
        }

        return rest.ToString();
    }

    private string Long(bool isDocumentation)
    {
        ReadOnlySpan<char> text = Span;
        string prefix = "";
        if (Opens)
        {
            int quote = text.IndexOfAny('"', '\'');
            prefix = $"{Prefix(text[..quote])}{Quotes}";
            text = text[(quote + Quotes)..];
        }

        if (Closes)
        {
            text = text[..^Math.Min(Quotes, text.Length)];
        }

        return $"{Mark}{prefix}{Mark}{(isDocumentation ? text.Trim() : text)}{(Closes ? Mark : "")}";
    }

    private static string Unquoted(ReadOnlySpan<char> text)
    {
        int quote = text.IndexOfAny('"', '\'');
        string prefix = Prefix(text[..quote]);
        ReadOnlySpan<char> content = text[(quote + 1)..^1];
        if (prefix.Contains('r') || !content.Contains('\\'))
        {
            return $"{Mark}{prefix}{Mark}{content}{Mark}";
        }

        StringBuilder plain = new();
        for (int i = 0; i < content.Length; i++)
        {
            if (content[i] == '\\' && i + 1 < content.Length)
            {
                i++;
                if (content[i] is not ('"' or '\''))
                {
                    plain.Append('\\');
                }
            }

            plain.Append(content[i]);
        }

        return $"{Mark}{prefix}{Mark}{plain}{Mark}";
    }

    private static string Prefix(ReadOnlySpan<char> prefix) => prefix.ToString().ToLowerInvariant().Replace("u", "", StringComparison.Ordinal);
}
