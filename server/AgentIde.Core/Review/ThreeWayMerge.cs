using System.Collections.Immutable;

namespace AgentIde.Core.Review;

/// <summary>
/// Joins what two sides made of one text, line by line (diff3; Khanna, Kunal and Pierce, A Formal Investigation of
/// Diff3, 2007): what one side changed is taken, what both changed alike is taken once, and where they changed the same
/// lines otherwise both stand between marks.
/// </summary>
public static class ThreeWayMerge
{
    public const string OursMark = "<<<<<<<", Middle = "=======", TheirsMark = ">>>>>>>";

    /// <param name="oursName">What the marks call the one side: <c>yours</c>.</param>
    /// <returns>The text, with line ends as <paramref name="ours"/> has them, and how many places have both sides.</returns>
    public static (string Text, int Conflicts) Of(string original, string ours, string theirs, string oursName, string theirsName)
    {
        ImmutableArray<string> before = SourceLines.Of(original), left = SourceLines.Of(ours), right = SourceLines.Of(theirs);
        int[] inLeft = Inverted(LineMatch.Of(before, left), before.Length), inRight = Inverted(LineMatch.Of(before, right), before.Length);
        List<string> merged = [];
        int conflicts = 0, atBefore = 0, atLeft = 0, atRight = 0;
        for (int line = 0; line <= before.Length; line++)
        {
            bool isEnd = line == before.Length;
            if (!isEnd && (inLeft[line] < atLeft || inRight[line] < atRight))
            {
                continue;
            }

            int toLeft = isEnd ? left.Length : inLeft[line], toRight = isEnd ? right.Length : inRight[line];
            conflicts += Join(merged, before[atBefore..line], left[atLeft..toLeft], right[atRight..toRight], oursName, theirsName);
            if (!isEnd)
            {
                merged.Add(left[toLeft]);
            }

            (atBefore, atLeft, atRight) = (line + 1, toLeft + 1, toRight + 1);
        }

        return (string.Join(ours.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n", merged), conflicts);
    }

    /// <summary>What stands between two lines that all three have.</summary>
    private static int Join(List<string> merged, ImmutableArray<string> before, ImmutableArray<string> ours, ImmutableArray<string> theirs, string oursName, string theirsName)
    {
        if (theirs.SequenceEqual(before) || ours.SequenceEqual(theirs))
        {
            merged.AddRange(ours);
            return 0;
        }

        if (ours.SequenceEqual(before))
        {
            merged.AddRange(theirs);
            return 0;
        }

        int most = Math.Min(ours.Length, theirs.Length), head = 0, tail = 0;
        while (head < most && ours[head] == theirs[head])
        {
            head++;
        }

        while (tail < most - head && ours[^(tail + 1)] == theirs[^(tail + 1)])
        {
            tail++;
        }

        merged.AddRange(ours[..head]);
        merged.AddRange([$"{OursMark} {oursName}", .. ours[head..^tail], Middle, .. theirs[head..^tail], $"{TheirsMark} {theirsName}"]);
        merged.AddRange(ours[^tail..]);
        return 1;
    }

    /// <summary>For each older line its newer one, or −1.</summary>
    private static int[] Inverted(int[] match, int length)
    {
        int[] inverted = new int[length];
        Array.Fill(inverted, -1);
        for (int line = 0; line < match.Length; line++)
        {
            if (match[line] >= 0)
            {
                inverted[match[line]] = line;
            }
        }

        return inverted;
    }
}
