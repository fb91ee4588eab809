using System.Collections.Immutable;

namespace AgentIde.Models.Answers;

/// <summary>Finds lines among lines in time that is linear in both, whatever they hold (Knuth, Morris and Pratt).</summary>
internal static class LineSearch
{
    /// <summary>Where the pattern begins, overlapping places included; at most <paramref name="most"/> of them.</summary>
    public static ImmutableArray<int> Find(ReadOnlySpan<string> lines, ReadOnlySpan<string> pattern, int most)
    {
        if (pattern.IsEmpty || pattern.Length > lines.Length)
        {
            return [];
        }

        int[] fallback = Fallback(pattern);
        ImmutableArray<int>.Builder found = ImmutableArray.CreateBuilder<int>();
        for (int at = 0, matched = 0; at < lines.Length && found.Count < most; at++)
        {
            while (matched > 0 && lines[at] != pattern[matched])
            {
                matched = fallback[matched - 1];
            }

            matched += lines[at] == pattern[matched] ? 1 : 0;
            if (matched == pattern.Length)
            {
                found.Add(at - matched + 1);
                matched = fallback[matched - 1];
            }
        }

        return found.ToImmutable();
    }

    private static int[] Fallback(ReadOnlySpan<string> pattern)
    {
        int[] fallback = new int[pattern.Length];
        for (int at = 1, matched = 0; at < pattern.Length; at++)
        {
            while (matched > 0 && pattern[at] != pattern[matched])
            {
                matched = fallback[matched - 1];
            }

            matched += pattern[at] == pattern[matched] ? 1 : 0;
            fallback[at] = matched;
        }

        return fallback;
    }
}
