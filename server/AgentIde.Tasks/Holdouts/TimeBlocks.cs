namespace AgentIde.Tasks.Holdouts;

/// <summary>
/// Cuts the time of a holdout into blocks whose errors are taken to be independent, for standard errors. Their length
/// is the cube root of the number of different times, the rate at which a block's variance is estimated best (Künsch,
/// Annals of Statistics 17, 1989; Hall, Horowitz and Jing, Biometrika 82, 1995); of dates it is whole weeks, so that a
/// rhythm of the week lies within each block.
/// </summary>
internal static class TimeBlocks
{
    /// <summary>Fewer weeks than this give a worse error than shorter blocks do.</summary>
    private const int FewestBlocks = 8;

    private const int FewTimes = 8;

    /// <summary>The block of each row, 0 …; null where all rows have one time.</summary>
    public static int[]? Of(ReadOnlySpan<double> times, bool days)
    {
        double[] different = [.. times.ToArray().Distinct().Order()];
        if (different.Length < 2)
        {
            return null;
        }

        int length = different.Length < FewTimes ? 1 : (int)Math.Ceiling(Math.Cbrt(different.Length) - 1e-9);
        int[] blockOf = Enumerable.Range(0, different.Length).Select(place => place / length).ToArray();
        if (days && InWeeks(different, length) is { } weeks)
        {
            blockOf = weeks;
        }

        int[] blocks = new int[times.Length];
        for (int row = 0; row < blocks.Length; row++)
        {
            blocks[row] = blockOf[Array.BinarySearch(different, times[row])];
        }

        return blocks;
    }

    /// <summary>From the first day on, without blocks that hold nothing; null where that gives too few.</summary>
    private static int[]? InWeeks(double[] different, int length)
    {
        double[] gaps = [.. different.Zip(different.Skip(1), (before, after) => after - before).Order()];
        double days = 7 * Math.Max(1, Math.Ceiling(length * gaps[gaps.Length / 2] / 7));
        double first = Math.Floor(different[0]);
        int[] weeks = new int[different.Length];
        int last = 0;
        for (int place = 1; place < different.Length; place++)
        {
            bool same = Math.Floor((different[place] - first) / days) == Math.Floor((different[place - 1] - first) / days);
            weeks[place] = last += same ? 0 : 1;
        }

        return last + 1 >= FewestBlocks ? weeks : null;
    }
}
