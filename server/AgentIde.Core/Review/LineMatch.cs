using System.Collections.Immutable;
using DiffPlex;
using DiffPlex.Chunkers;
using DiffPlex.Model;

namespace AgentIde.Core.Review;

/// <summary>
/// Which line of an older text each line of a newer one was before. Whitespace does not count, so a formatter changes
/// nobody's lines, and empty lines go with those around them, so none of them outweighs a line of code. What the texts
/// have in common at both ends is set aside first, so a small change in a long file is cheap; of a middle too large to
/// compare in an editor's time, and of blocks that were moved, lines are known by their text where it stands once.
/// </summary>
internal static class LineMatch
{
    /// <summary>Lines of both middles together; a full rewrite of this size takes about a tenth of a second.</summary>
    private const int MaximumMiddle = 6_000;

    /// <summary>Characters from which a line is known by its text alone: <c>else:</c> and <c>)</c> are everybody's.</summary>
    private const int LeastTelling = 8;

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

        int[] oldMiddle = Written(before, head, before.Length - tail);
        int[] newMiddle = Written(after, head, after.Length - tail);
        if (oldMiddle.Length > 0 && newMiddle.Length > 0)
        {
            if (oldMiddle.Length + newMiddle.Length <= MaximumMiddle)
            {
                MatchMiddle(before, after, oldMiddle, newMiddle, match);
            }

            MatchMoved(before, after, oldMiddle, newMiddle, match);
        }

        MatchEmpty(before, after, match);
        return match;
    }

    /// <summary>The lines between two places that hold anything.</summary>
    private static int[] Written(string[] lines, int first, int end) => [.. Enumerable.Range(first, end - first).Where(line => lines[line].Length > 0)];

    private static void MatchMiddle(string[] before, string[] after, int[] older, int[] newer, int[] match)
    {
        DiffResult diff = Differ.Instance.CreateDiffs(Join(before, older), Join(after, newer), ignoreWhiteSpace: false, ignoreCase: false, LineChunker.Instance);
        int oldLine = 0;
        int newLine = 0;
        foreach (DiffBlock block in diff.DiffBlocks)
        {
            while (newLine < block.InsertStartB)
            {
                match[newer[newLine++]] = older[oldLine++];
            }

            oldLine = block.DeleteStartA + block.DeleteCountA;
            newLine = block.InsertStartB + block.InsertCountB;
        }

        while (newLine < newer.Length)
        {
            match[newer[newLine++]] = older[oldLine++];
        }
    }

    /// <summary>A line that left one place and came to another is the same line, and what stands around it in both texts came along.</summary>
    private static void MatchMoved(string[] before, string[] after, int[] older, int[] newer, int[] match)
    {
        HashSet<int> taken = [.. match.Where(line => line >= 0)];
        Dictionary<string, int> gone = Once(before, older.Where(line => !taken.Contains(line)));
        Dictionary<string, int> come = Once(after, newer.Where(line => match[line] < 0));
        (int New, int Old)[] moved = [.. come.Where(line => line.Value >= 0 && gone.GetValueOrDefault(line.Key, -1) >= 0).Select(line => (line.Value, gone[line.Key])).Order()];
        foreach ((int newLine, int oldLine) in moved)
        {
            Take(newLine, oldLine);
        }

        foreach ((int newLine, int oldLine) in moved)
        {
            for (int step = 1; IsFree(newLine + step, oldLine + step); step++)
            {
                Take(newLine + step, oldLine + step);
            }

            for (int step = -1; IsFree(newLine + step, oldLine + step); step--)
            {
                Take(newLine + step, oldLine + step);
            }
        }

        bool IsFree(int newLine, int oldLine) =>
            newLine >= 0 && newLine < after.Length && oldLine >= 0 && oldLine < before.Length
            && match[newLine] < 0 && !taken.Contains(oldLine) && before[oldLine] == after[newLine];

        void Take(int newLine, int oldLine)
        {
            match[newLine] = oldLine;
            taken.Add(oldLine);
        }
    }

    /// <summary>The telling lines by their text; −1 for one that stands more than once.</summary>
    private static Dictionary<string, int> Once(string[] lines, IEnumerable<int> places)
    {
        Dictionary<string, int> once = new(StringComparer.Ordinal);
        foreach (int place in places.Where(place => lines[place].Length >= LeastTelling))
        {
            once[lines[place]] = once.ContainsKey(lines[place]) ? -1 : place;
        }

        return once;
    }

    /// <summary>An empty line is the one that stood behind the line before it, or before the line behind it.</summary>
    private static void MatchEmpty(string[] before, string[] after, int[] match)
    {
        HashSet<int> taken = [.. match.Where(line => line >= 0)];
        for (int line = 0; line < after.Length; line++)
        {
            Try(line, line == 0 ? 0 : match[line - 1] >= 0 ? match[line - 1] + 1 : -1);
        }

        for (int line = after.Length - 1; line >= 0; line--)
        {
            Try(line, line == after.Length - 1 ? before.Length - 1 : match[line + 1] - 1);
        }

        void Try(int line, int old)
        {
            if (after[line].Length == 0 && match[line] < 0 && old >= 0 && old < before.Length && before[old].Length == 0 && taken.Add(old))
            {
                match[line] = old;
            }
        }
    }

    private static string Join(string[] lines, int[] places) => string.Join('\n', places.Select(place => lines[place]));

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
