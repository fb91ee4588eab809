namespace AgentIde.Core;

/// <summary>What someone may have meant by a name that isn't there.</summary>
public static class Nearest
{
    /// <summary>The known name that was probably meant; null where none is near.</summary>
    public static string? To(string name, IEnumerable<string> known) =>
        Order(name, known).FirstOrDefault() is { } best && Distance(name, best) <= Math.Max(1, name.Length / 3) ? best : null;

    /// <summary>The known names, nearest first.</summary>
    public static IEnumerable<string> Order(string name, IEnumerable<string> known) =>
        known.OrderBy(candidate => Distance(name, candidate)).ThenBy(candidate => candidate, StringComparer.Ordinal);

    /// <summary>Levenshtein's distance, letter case ignored; two letters that changed places count once.</summary>
    private static int Distance(string left, string right)
    {
        // Names that matter are short; a hostile one must not cost a square.
        left = left[..Math.Min(left.Length, 64)];
        right = right[..Math.Min(right.Length, 64)];
        int[] previous = [.. Enumerable.Range(0, right.Length + 1)];
        int[] current = new int[right.Length + 1];
        int[] before = new int[right.Length + 1];
        for (int row = 1; row <= left.Length; row++)
        {
            current[0] = row;
            for (int column = 1; column <= right.Length; column++)
            {
                current[column] = Math.Min(Math.Min(previous[column], current[column - 1]) + 1, previous[column - 1] + (Same(row, column) ? 0 : 1));
                if (row > 1 && column > 1 && Same(row, column - 1) && Same(row - 1, column))
                {
                    current[column] = Math.Min(current[column], before[column - 2] + 1);
                }
            }

            (before, previous, current) = (previous, current, before);
        }

        return previous[right.Length];

        bool Same(int row, int column) => char.ToLowerInvariant(left[row - 1]) == char.ToLowerInvariant(right[column - 1]);
    }
}
