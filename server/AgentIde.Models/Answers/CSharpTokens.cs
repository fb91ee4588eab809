using System.Text;

namespace AgentIde.Models.Answers;

/// <summary>
/// Splits C# into tokens, as far as comparing programs needs it: words, texts, directives, single characters of all
/// else. Takes any text; what is no C# becomes some tokens or other.
/// </summary>
internal static class CSharpTokens
{
    private const char Separator = '\u001F';

    public static void Write(string code, StringBuilder tokens)
    {
        for (int at = 0; at < code.Length;)
        {
            char here = code[at];
            if (char.IsWhiteSpace(here))
            {
                at++;
            }
            else if (here == '/' && at + 1 < code.Length && code[at + 1] is '/' or '*')
            {
                at = code[at + 1] == '/' ? LineEnd(code, at) : Behind(code, at + 2, "*/");
            }
            else
            {
                int end = TokenEnd(code, at);
                tokens.Append(code, at, end - at).Append(Separator);
                at = end;
            }
        }
    }

    private static int TokenEnd(string code, int at)
    {
        int end = at;
        if (code[at] == '\'')
        {
            return TextEnd(code, at, '\'');
        }

        if (code[at] == '#')
        {
            return LineEnd(code, at);
        }

        while (end < code.Length && code[end] is '$' or '@')
        {
            end++;
        }

        if (end < code.Length && code[end] == '"')
        {
            return StringEnd(code, end, code.AsSpan(at, end - at));
        }

        while (end < code.Length && (char.IsLetterOrDigit(code[end]) || code[end] == '_'))
        {
            end++;
        }

        return Math.Max(end, at + 1);
    }

    private static int StringEnd(string code, int quote, ReadOnlySpan<char> prefix)
    {
        int quotes = Run(code, quote, '"');
        if (quotes >= 3)
        {
            return RawEnd(code, quote + quotes, quotes);
        }

        return prefix.Contains('@') ? VerbatimEnd(code, quote + 1) : prefix.Contains('$') ? InterpolatedEnd(code, quote + 1) : TextEnd(code, quote, '"');
    }

    private static int RawEnd(string code, int at, int quotes)
    {
        while (at < code.Length)
        {
            at = code.IndexOf('"', at);
            if (at < 0)
            {
                break;
            }

            int run = Run(code, at, '"');
            at += run;
            if (run >= quotes)
            {
                return at;
            }
        }

        return code.Length;
    }

    private static int VerbatimEnd(string code, int at)
    {
        for (; at < code.Length; at++)
        {
            if (code[at] == '"')
            {
                if (at + 1 >= code.Length || code[at + 1] != '"')
                {
                    return at + 1;
                }

                at++;
            }
        }

        return code.Length;
    }

    /// <summary>Quotes inside of braces belong to the expression there.</summary>
    private static int InterpolatedEnd(string code, int at)
    {
        int braces = 0;
        for (; at < code.Length && code[at] != '\n'; at++)
        {
            switch (code[at])
            {
                case '\\':
                    at++;
                    break;
                case '{':
                    braces++;
                    break;
                case '}':
                    braces = Math.Max(0, braces - 1);
                    break;
                case '"' when braces == 0:
                    return at + 1;
                case '"':
                    at = TextEnd(code, at, '"') - 1;
                    break;
            }
        }

        return Math.Min(at, code.Length);
    }

    private static int TextEnd(string code, int at, char quote)
    {
        for (int end = at + 1; end < code.Length; end++)
        {
            if (code[end] == '\\')
            {
                end++;
            }
            else if (code[end] == quote)
            {
                return end + 1;
            }
            else if (code[end] == '\n')
            {
                return end;
            }
        }

        return code.Length;
    }

    private static int Run(string code, int at, char mark)
    {
        int end = at;
        while (end < code.Length && code[end] == mark)
        {
            end++;
        }

        return end - at;
    }

    private static int LineEnd(string code, int at) => code.IndexOf('\n', at) is >= 0 and var end ? end : code.Length;

    private static int Behind(string code, int at, string mark) =>
        at < code.Length && code.IndexOf(mark, at, StringComparison.Ordinal) is >= 0 and var end ? end + mark.Length : code.Length;
}
