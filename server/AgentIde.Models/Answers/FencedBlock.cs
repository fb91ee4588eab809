using System.Collections.Immutable;

namespace AgentIde.Models.Answers;

/// <param name="Label">The first word behind the fence, lower case; empty where there is none.</param>
/// <param name="Start">Where the opening fence begins in the text.</param>
/// <param name="End">Where the line of the closing fence ends; the text's end where it is missing.</param>
internal sealed record FencedBlock(string Label, string Content, int Start, int End)
{
    /// <summary>
    /// All blocks in order, by Markdown's rules: a fence ends with the same characters, at least as many, alone on their
    /// line. But one inside of tripled quotes belongs to the program, unless the block would then never end.
    /// </summary>
    public static ImmutableArray<FencedBlock> All(string text)
    {
        ImmutableArray<FencedBlock> blocks = Scan(text, mindQuotes: true) ?? Scan(text, mindQuotes: false) ?? [];

        // A fence in the middle of a line leaves its end alone, which then looks like an empty block.
        return blocks.Any(block => !string.IsNullOrWhiteSpace(block.Content)) ? blocks : Inline(text);
    }

    /// <returns>Null where a fence was passed over and no other came.</returns>
    private static ImmutableArray<FencedBlock>? Scan(string text, bool mindQuotes)
    {
        ImmutableArray<FencedBlock>.Builder blocks = ImmutableArray.CreateBuilder<FencedBlock>();
        int opened = -1, content = 0, length = 0, quotes = 0;
        bool isPassedOver = false;
        char mark = '`';
        string label = "";
        for (int start = 0; start < text.Length;)
        {
            int end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end;
            ReadOnlySpan<char> line = text.AsSpan(start, end - start).Trim();
            int run = Run(line);
            bool isClosing = opened >= 0 && run >= length && line[0] == mark && run == line.Length;
            if (opened < 0 && run >= 3 && (line[0] == '~' || !line[run..].Contains('`')))
            {
                (opened, content, length, mark, quotes, isPassedOver) = (start, Math.Min(end + 1, text.Length), run, line[0], 0, false);
                label = FirstWord(line[run..]);
            }
            else if (isClosing && mindQuotes && quotes % 2 == 1)
            {
                isPassedOver = true;
            }
            else if (isClosing)
            {
                blocks.Add(new FencedBlock(label, text[content..Math.Max(content, start)], opened, end));
                opened = -1;
            }
            else
            {
                quotes += line.Count("\"\"\"") + line.Count("'''");
            }

            start = end + 1;
        }

        if (opened >= 0 && isPassedOver)
        {
            return null;
        }

        if (opened >= 0)
        {
            blocks.Add(new FencedBlock(label, text[content..], opened, text.Length));
        }

        return blocks.ToImmutable();
    }

    /// <summary>A fence that opens in the middle of a line: <c>The program: ```python</c>.</summary>
    private static ImmutableArray<FencedBlock> Inline(string text)
    {
        int start = text.IndexOf("```", StringComparison.Ordinal);
        int content = start < 0 ? -1 : text.IndexOf('\n', start);
        if (content < 0 || text.AsSpan(start + 3, content - start - 3).Contains('`'))
        {
            return [];
        }

        int end = text.IndexOf("```", content, StringComparison.Ordinal);
        return [new FencedBlock(FirstWord(text.AsSpan(start + 3, content - start - 3)), text[(content + 1)..(end < 0 ? text.Length : Math.Max(end, content + 1))], start, end < 0 ? text.Length : end + 3)];
    }

    private static int Run(ReadOnlySpan<char> line)
    {
        if (line.IsEmpty || line[0] is not ('`' or '~'))
        {
            return 0;
        }

        int other = line.IndexOfAnyExcept(line[0]);
        return other < 0 ? line.Length : other;
    }

    private static string FirstWord(ReadOnlySpan<char> info)
    {
        info = info.Trim();
        int end = info.IndexOfAny(" \t{,:");
        return (end < 0 ? info : info[..end]).TrimStart('.').ToString().ToLowerInvariant();
    }
}
