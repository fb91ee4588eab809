using AgentIde.LanguageServer.Lsp.Protocol;

namespace AgentIde.LanguageServer.Lsp.Documents;

/// <summary>The one edit of whole lines that makes a text of another; cursors and folds outside it stay where they are.</summary>
internal static class TextChange
{
    public static TextEdit Between(string before, string after)
    {
        if (before.Length == 0)
        {
            // To an editor that counts a last line without its end, a file of nothing is one line: it goes too.
            return new TextEdit(new Range(new Position(0, 0), new Position(1, 0)), after);
        }

        int start = before.AsSpan().CommonPrefixLength(after);
        start = before.AsSpan(0, start).LastIndexOf('\n') + 1;
        int same = 0;
        int most = Math.Min(before.Length, after.Length) - start;
        while (same < most && before[^(same + 1)] == after[^(same + 1)])
        {
            same++;
        }

        int firstEnd = before.AsSpan(before.Length - same).IndexOf('\n');
        int kept = firstEnd < 0 ? 0 : same - firstEnd - 1;
        return new TextEdit(new Range(PositionOf(before, start), PositionOf(before, before.Length - kept)), after[start..^kept]);
    }

    private static Position PositionOf(string text, int offset)
    {
        ReadOnlySpan<char> before = text.AsSpan(0, offset);
        int line = 0;
        int lineStart = 0;
        for (int i = 0; i < before.Length; i++)
        {
            if (before[i] == '\n' || (before[i] == '\r' && (i + 1 == text.Length || text[i + 1] != '\n')))
            {
                line++;
                lineStart = i + 1;
            }
        }

        return new Position(line, offset - lineStart);
    }
}
