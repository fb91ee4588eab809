using System.Collections.Immutable;
using DiffPlex;
using DiffPlex.Chunkers;
using DiffPlex.Model;

namespace AgentIde.Core.Review;

/// <summary>
/// Which line of an older text each line of a newer one was before. Whitespace does not count, so a formatter changes
/// nobody's lines. What the texts have in common at both ends is set aside first, so a small change in a long file is
/// cheap; a middle too large to compare in an editor's time counts as new.
/// </summary>
internal static class LineMatch
{
    /// <summary>Lines of both middles together; a full rewrite of this size takes about a tenth of a second.</summary>
    private const int MaximumMiddle = 6_000;

    /// <summary>For each newer line the index of its older one, or −1.</summary>
    /// <param name="exact">Whether white space counts after all.</param>
    public static int[] Of(ImmutableArray<string> older, ImmutableArray<string> newer, bool exact = false)
    {
        string[] before = exact ? [.. older] : Normalise(older);
        string[] after = exact ? [.. newer] : Normalise(newer);
        int[] match = new int[after.Length];
        Array.Fill(match, -1);
        int head = 0;
        while (head < before.Length && head < after.Length && before[head] == after[head])
        {
            match[head] = head++;
        }

        int tail = 0;
        while (tail < before.Length - head && tail < after.Length - head && before[^(tail + 1)] == after[^(tail + 1)])
        {
            tail++;
            match[after.Length - tail] = before.Length - tail;
        }

        string[] oldMiddle = before[head..^tail];
        string[] newMiddle = after[head..^tail];
        if (oldMiddle.Length > 0 && newMiddle.Length > 0 && oldMiddle.Length + newMiddle.Length <= MaximumMiddle)
        {
            MatchMiddle(oldMiddle, newMiddle, head, match);
        }

        return match;
    }

    private static void MatchMiddle(string[] older, string[] newer, int offset, int[] match)
    {
        DiffResult diff = Differ.Instance.CreateDiffs(Join(older), Join(newer), ignoreWhiteSpace: false, ignoreCase: false, LineChunker.Instance);
        int oldLine = 0;
        int newLine = 0;
        foreach (DiffBlock block in diff.DiffBlocks)
        {
            while (newLine < block.InsertStartB)
            {
                match[offset + newLine++] = offset + oldLine++;
            }

            oldLine = block.DeleteStartA + block.DeleteCountA;
            newLine = block.InsertStartB + block.InsertCountB;
        }

        while (newLine < newer.Length)
        {
            match[offset + newLine++] = offset + oldLine++;
        }
    }

    /// <summary>A mark before each line, since a differ takes one empty line for no line.</summary>
    private static string Join(string[] lines) => string.Join('\n', lines.Select(line => "|" + line));

    private static string[] Normalise(ImmutableArray<string> lines)
    {
        string[] normal = new string[lines.Length];
        for (int i = 0; i < lines.Length; i++)
        {
            normal[i] = lines[i].AsSpan().ContainsAny(' ', '\t') ? string.Concat(lines[i].Where(character => character is not (' ' or '\t'))) : lines[i];
        }

        return normal;
    }
}
