using System.Text;

namespace AgentIde.MleBench.Metrics;

/// <summary>Levenshtein's distance, unit costs. Work over all comparisons of one grading is bounded.</summary>
internal sealed class EditDistance
{
    private const long MostSteps = 100_000_000_000;

    private long _steps;

    /// <summary>In code points.</summary>
    public int Between(string left, string right) => Between(CodePoints(left), CodePoints(right));

    public int Between(long[] left, long[] right) => Between<long>(left, right);

    private static int[] CodePoints(string text)
    {
        int[] points = new int[text.Length];
        int count = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            points[count++] = rune.Value;
        }

        return count == points.Length ? points : points[..count];
    }

    private int Between<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right)
        where T : IEquatable<T>
    {
        int common = left.CommonPrefixLength(right);
        left = left[common..];
        right = right[common..];
        while (!left.IsEmpty && !right.IsEmpty && left[^1].Equals(right[^1]))
        {
            left = left[..^1];
            right = right[..^1];
        }

        if (left.IsEmpty || right.IsEmpty)
        {
            return left.Length + right.Length;
        }

        _steps += (long)left.Length * right.Length;
        if (_steps > MostSteps)
        {
            throw new NoScoreException("texts too long to be compared");
        }

        int[] row = new int[right.Length + 1];
        for (int at = 0; at < row.Length; at++)
        {
            row[at] = at;
        }

        for (int i = 0; i < left.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i + 1;
            T letter = left[i];
            int before = i + 1;
            for (int j = 0; j < right.Length; j++)
            {
                int above = row[j + 1];
                int here = letter.Equals(right[j]) ? diagonal : 1 + Math.Min(diagonal, Math.Min(above, before));
                diagonal = above;
                row[j + 1] = before = here;
            }
        }

        return row[^1];
    }
}
