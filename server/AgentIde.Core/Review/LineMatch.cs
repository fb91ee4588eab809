using System.Collections.Immutable;
using System.Globalization;
using AgentIde.Core.Runs;
using DiffPlex;
using DiffPlex.Chunkers;
using DiffPlex.Model;

namespace AgentIde.Core.Review;

/// <summary>
/// Which line of an older text each line of a newer one was before. Layout does not count, so a formatter changes
/// nobody's lines: statements are compared before lines, each by its words, and a line is what its words were; lines of
/// statements that differ are then compared by themselves. A statement that went into another block says something
/// else, and so do its lines. Empty lines go with those around them, so none of them outweighs a line of code. What the
/// texts have in common at both ends is set aside first, so a small change in a long file is cheap; of a middle too
/// large to compare in an editor's time, and of blocks that were moved, lines are known by their text where it stands once.
/// </summary>
internal static class LineMatch
{
    /// <summary>Lines of both middles together; a full rewrite of this size takes about a tenth of a second.</summary>
    private const int MaximumMiddle = 6_000;

    /// <summary>Characters from which a line is known by its text alone: <c>else:</c> and <c>)</c> are everybody's.</summary>
    private const int LeastTelling = 8;

    /// <summary>For each newer line the index of its older one, or −1; lines are compared as they stand.</summary>
    public static int[] Of(ImmutableArray<string> older, ImmutableArray<string> newer)
    {
        int[] match = Ends(older, newer, out int head, out int tail);
        string[] before = [.. older], after = [.. newer];
        Align(before, after, Written(before, head, before.Length - tail), Written(after, head, after.Length - tail), match);
        MatchEmpty(older, newer, match);
        return match;
    }

    /// <summary>For each newer line the index of its older one, or −1; several lines may have been one.</summary>
    public static int[] Of(ImmutableArray<string> older, ImmutableArray<string> newer, ProgramLanguage language)
    {
        int[] match = Ends(older, newer, out int head, out int tail);
        int oldEnd = older.Length - tail, newEnd = newer.Length - tail;
        if (head < oldEnd && head < newEnd)
        {
            (IReadOnlyList<Statement> oldStatements, string[] oldKeys) = StatementReader.Read(older, language, head, oldEnd);
            (IReadOnlyList<Statement> newStatements, string[] newKeys) = StatementReader.Read(newer, language, head, newEnd);
            bool[] isFree = new bool[older.Length];
            Array.Fill(isFree, true, head, oldEnd - head);
            int[] same = MatchStatements(oldStatements, newStatements, newer, match, isFree);
            MatchLines(older, newer, (head, oldEnd, oldKeys), (head, newEnd, newKeys), match, isFree);
            LeaveOtherBlocks(older, newer, oldStatements, newStatements, same, head, match);
        }

        MatchEmpty(older, newer, match);
        return match;
    }

    /// <summary>Lines that both texts begin and end with.</summary>
    private static int[] Ends(ImmutableArray<string> before, ImmutableArray<string> after, out int head, out int tail)
    {
        int[] match = new int[after.Length];
        Array.Fill(match, -1);
        head = tail = 0;
        while (head < before.Length && head < after.Length && before[head] == after[head])
        {
            match[head] = head++;
        }

        while (tail < before.Length - head && tail < after.Length - head && before[^(tail + 1)] == after[^(tail + 1)])
        {
            tail++;
            match[after.Length - tail] = before.Length - tail;
        }

        return match;
    }

    /// <summary>Matches the lines of statements that say the same; returns for each newer statement its older one, or −1.</summary>
    private static int[] MatchStatements(IReadOnlyList<Statement> older, IReadOnlyList<Statement> newer, ImmutableArray<string> text, int[] match, bool[] isFree)
    {
        int[] same = new int[newer.Count];
        Array.Fill(same, -1);
        Align([.. older.Select(statement => statement.Key)], [.. newer.Select(statement => statement.Key)], [.. Enumerable.Range(0, older.Count)], [.. Enumerable.Range(0, newer.Count)], same);
        HashSet<int> changed = [.. newer.Where((_, index) => same[index] < 0).SelectMany(statement => statement.Lines)];
        HashSet<int> found = [.. same];
        HashSet<int> gone = [.. older.Where((_, index) => !found.Contains(index)).SelectMany(statement => statement.Lines)];
        for (int i = 0; i < newer.Count; i++)
        {
            if (same[i] < 0)
            {
                continue;
            }

            Statement statement = newer[i], origin = older[same[i]];
            for (int word = 0; word < statement.Lines.Length; word++)
            {
                int line = statement.Lines[word];
                if (match[line] < 0 && !changed.Contains(line))
                {
                    match[line] = origin.Lines[word];
                }
            }

            // A line of brackets that only hold the statement together.
            for (int line = statement.Line + 1; line <= statement.LastLine; line++)
            {
                if (match[line] < 0 && match[line - 1] >= 0 && !changed.Contains(line) && !string.IsNullOrWhiteSpace(text[line]))
                {
                    match[line] = match[line - 1];
                }
            }

            foreach (int line in origin.Lines)
            {
                isFree[line] &= gone.Contains(line);
            }
        }

        return same;
    }

    /// <summary>Matches what is left over, line by line and between the lines that are matched: as it stands, else by its words.</summary>
    private static void MatchLines(ImmutableArray<string> older, ImmutableArray<string> newer, (int First, int End, string[] Keys) before, (int First, int End, string[] Keys) after, int[] match, bool[] isFree)
    {
        foreach (bool exact in new[] { true, false })
        {
            string[] oldKeys = new string[older.Length], newKeys = new string[newer.Length];
            for (int line = before.First; line < before.End; line++)
            {
                oldKeys[line] = !isFree[line] ? $"\u0002{line}" : exact ? older[line] : before.Keys[line - before.First];
            }

            for (int line = after.First; line < after.End; line++)
            {
                newKeys[line] = match[line] < 0 ? exact ? newer[line] : after.Keys[line - after.First] : line > 0 && match[line - 1] == match[line] ? "\u0003" : $"\u0002{match[line]}";
            }

            int[] oldMiddle = [.. Enumerable.Range(before.First, before.End - before.First).Where(line => !string.IsNullOrWhiteSpace(older[line]))];
            int[] newMiddle = [.. Enumerable.Range(after.First, after.End - after.First).Where(line => !string.IsNullOrWhiteSpace(newer[line]))];
            if (!oldMiddle.Any(line => isFree[line]) || !newMiddle.Any(line => match[line] < 0))
            {
                return;
            }

            int[] found = new int[newer.Length];
            Array.Fill(found, -1);
            Align(oldKeys, newKeys, oldMiddle, newMiddle, found);
            foreach (int line in newMiddle)
            {
                if (match[line] < 0 && found[line] >= 0 && isFree[found[line]])
                {
                    match[line] = found[line];
                    isFree[found[line]] = false;
                }
            }
        }
    }

    /// <summary>
    /// Takes the origin from statements that stand in another block than before, where both blocks are in both texts:
    /// the header of a block that came or went says itself what has changed.
    /// </summary>
    private static void LeaveOtherBlocks(ImmutableArray<string> older, ImmutableArray<string> newer, IReadOnlyList<Statement> before, IReadOnlyList<Statement> after, int[] same, int head, int[] match)
    {
        HashSet<int> kept = [.. match];
        List<Statement> elsewhere = [];
        for (int i = 0; i < after.Count; i++)
        {
            if (same[i] < 0 || after[i].Line < head || after[i].IsComment)
            {
                continue;
            }

            int was = before[same[i]].Header, now = after[i].Header;
            if ((now < 0 || match[now] >= 0) && (was < 0 || kept.Contains(was)) && (now < 0 ? was >= 0 : match[now] != was) && !(now >= 0 && was >= 0 && older[was].Trim() == newer[now].Trim()))
            {
                elsewhere.Add(after[i]);
            }
        }

        foreach (Statement statement in elsewhere)
        {
            match.AsSpan(statement.Line, statement.LastLine + 1 - statement.Line).Fill(-1);
        }
    }

    /// <summary>The places between two that hold anything.</summary>
    private static int[] Written(string[] lines, int first, int end) => [.. Enumerable.Range(first, Math.Max(0, end - first)).Where(line => !string.IsNullOrWhiteSpace(lines[line]))];

    /// <summary>Matches what both have in the same order, then what has moved.</summary>
    private static void Align(string[] before, string[] after, int[] older, int[] newer, int[] match)
    {
        if (older.Length == 0 || newer.Length == 0)
        {
            return;
        }

        if (older.Length + newer.Length <= MaximumMiddle)
        {
            MatchInOrder(before, after, older, newer, match);
        }

        MatchMoved(before, after, older, newer, match);
    }

    private static void MatchInOrder(string[] before, string[] after, int[] older, int[] newer, int[] match)
    {
        Dictionary<string, int> names = new(StringComparer.Ordinal);
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

        string Join(string[] keys, int[] places) => string.Join('\n', places.Select(place =>
        {
            if (!names.TryGetValue(keys[place], out int name))
            {
                names[keys[place]] = name = names.Count;
            }

            return name.ToString(CultureInfo.InvariantCulture);
        }));
    }

    /// <summary>A line that left one place and came to another is the same line, and what stands around it in both texts came along.</summary>
    private static void MatchMoved(string[] before, string[] after, int[] older, int[] newer, int[] match)
    {
        HashSet<int> taken = [.. newer.Select(line => match[line]).Where(line => line >= 0)];
        Dictionary<string, int> gone = Once(before, older.Where(line => !taken.Contains(line)));
        Dictionary<string, int> come = Once(after, newer.Where(line => match[line] < 0));
        (int New, int Old)[] moved = [.. come.Where(line => line.Value >= 0 && gone.GetValueOrDefault(line.Key, -1) >= 0).Select(line => (line.Value, gone[line.Key])).Order()];
        if (moved.Length == 0)
        {
            return;
        }

        HashSet<int> mayGo = [.. older], mayCome = [.. newer];
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
            mayCome.Contains(newLine) && mayGo.Contains(oldLine)
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
    private static void MatchEmpty(ImmutableArray<string> before, ImmutableArray<string> after, int[] match)
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
            if (match[line] < 0 && old >= 0 && old < before.Length && string.IsNullOrWhiteSpace(after[line]) && string.IsNullOrWhiteSpace(before[old]) && taken.Add(old))
            {
                match[line] = old;
            }
        }
    }
}
