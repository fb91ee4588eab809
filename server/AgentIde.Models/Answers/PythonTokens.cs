using System.Text;

namespace AgentIde.Models.Answers;

/// <summary>
/// Splits Python into tokens, as far as comparing programs needs it: words, texts, single characters of all else, the
/// ends of logical lines, and indentation by depth. Takes any text; what is no Python becomes some tokens or other.
/// </summary>
internal static class PythonTokens
{
    private const char Separator = '\u001F';

    public static void Write(string code, StringBuilder tokens)
    {
        Stack<int> indents = new([0]);
        int brackets = 0;
        bool atStart = true, isEmpty = true;
        for (int at = 0; at < code.Length;)
        {
            if (atStart && brackets == 0)
            {
                (int width, at) = Indentation(code, at);
                if (at < code.Length && code[at] is not ('\n' or '#'))
                {
                    Indent(indents, width, tokens);
                }
            }

            atStart = false;
            if (at >= code.Length)
            {
                break;
            }

            char here = code[at];
            if (here == '\n')
            {
                if (brackets == 0 && !isEmpty)
                {
                    Add(tokens, "\n");
                    isEmpty = true;
                }

                atStart = true;
                at++;
            }
            else if (here == '#')
            {
                at = End(code, at, '\n');
            }
            else if (here is ' ' or '\t' or '\f')
            {
                at++;
            }
            else if (here == '\\' && at + 1 < code.Length && code[at + 1] == '\n')
            {
                at += 2;
            }
            else
            {
                int end = TokenEnd(code, at);
                brackets = here is '(' or '[' or '{' ? brackets + 1 : here is ')' or ']' or '}' ? Math.Max(0, brackets - 1) : brackets;
                Add(tokens, code.AsSpan(at, end - at));
                isEmpty = false;
                at = end;
            }
        }

        if (!isEmpty)
        {
            Add(tokens, "\n");
        }
    }

    private static (int Width, int At) Indentation(string code, int at)
    {
        int width = 0;
        for (; at < code.Length && code[at] is ' ' or '\t' or '\f'; at++)
        {
            width = code[at] == '\t' ? ((width / 8) + 1) * 8 : width + 1;
        }

        return (width, at);
    }

    private static void Indent(Stack<int> indents, int width, StringBuilder tokens)
    {
        if (width > indents.Peek())
        {
            indents.Push(width);
            Add(tokens, "\u0001");
        }

        while (width < indents.Peek())
        {
            indents.Pop();
            Add(tokens, "\u0002");
        }
    }

    private static int TokenEnd(string code, int at)
    {
        int end = at;
        while (end < code.Length && (char.IsLetterOrDigit(code[end]) || code[end] == '_'))
        {
            end++;
        }

        // Letters right before a quote, at most two, are the text's prefix: r"…", rb'…'.
        return end < code.Length && code[end] is '"' or '\'' && end - at <= 2 ? TextEnd(code, end) : Math.Max(end, at + 1);
    }

    /// <summary>A backslash hides a quote in raw texts too; one line only, unless the quotes are tripled.</summary>
    private static int TextEnd(string code, int at)
    {
        char quote = code[at];
        bool isTripled = at + 2 < code.Length && code[at + 1] == quote && code[at + 2] == quote;
        for (int end = at + (isTripled ? 3 : 1); end < code.Length; end++)
        {
            if (code[end] == '\\')
            {
                end++;
            }
            else if (code[end] == quote && (!isTripled || (end + 2 < code.Length && code[end + 1] == quote && code[end + 2] == quote)))
            {
                return end + (isTripled ? 3 : 1);
            }
            else if (code[end] == '\n' && !isTripled)
            {
                return end;
            }
        }

        return code.Length;
    }

    private static int End(string code, int at, char until)
    {
        int end = code.IndexOf(until, at);
        return end < 0 ? code.Length : end;
    }

    private static void Add(StringBuilder tokens, ReadOnlySpan<char> token) => tokens.Append(token).Append(Separator);
}
