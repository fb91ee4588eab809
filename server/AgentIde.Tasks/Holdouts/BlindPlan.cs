using AgentIde.Core.Holdouts;

namespace AgentIde.Tasks.Holdouts;

/// <summary>
/// Which row goes where. Rows are numbered through both files: train's first, then test's. A pure function of salt,
/// rows and classes.
/// </summary>
/// <param name="Holdout">Train rows that are cut, ascending.</param>
/// <param name="SearchTrain">The other train rows, in salted order.</param>
/// <param name="Mixed">Test rows and the holdout, in salted order.</param>
/// <param name="RefitTrain">All train rows, in another salted order.</param>
/// <param name="RefitTest">Test rows alone, in another salted order.</param>
/// <param name="FreshIds">The id of each row in the blind files: a permutation of all row numbers, the same in both folders.</param>
internal sealed record BlindPlan(
    SplitKind Kind,
    int TrainRows,
    int TestRows,
    int[] Holdout,
    int[] SearchTrain,
    int[] Mixed,
    int[] RefitTrain,
    int[] RefitTest,
    int[] FreshIds)
{
    /// <summary>Below this the holdout's own error is large, and folds would be better.</summary>
    public const int FewTrainRows = 1_500;

    private const double LargestShareOfMixed = 0.3;

    /// <param name="strata">The class of each train row, for a stratified split; null for a random one.</param>
    public static BlindPlan Make(ReadOnlySpan<byte> salt, int trainRows, int testRows, double[]? strata)
    {
        int size = Size(trainRows, testRows);
        int[] order = Permute(salt, "holdout", trainRows);
        int[] holdout = strata is null ? order[..size] : Stratify(order, strata, size);
        Array.Sort(holdout);
        HashSet<int> cut = [.. holdout];
        int[] test = [.. Enumerable.Range(trainRows, testRows)];
        return new BlindPlan(
            strata is null ? SplitKind.Random : SplitKind.Stratified,
            trainRows,
            testRows,
            holdout,
            Shuffled(salt, "search/train", Enumerable.Range(0, trainRows).Where(row => !cut.Contains(row))),
            Shuffled(salt, "search/test", [.. test, .. holdout]),
            Permute(salt, "refit/train", trainRows),
            Shuffled(salt, "refit/test", test),
            Permute(salt, "ids", trainRows + testRows));
    }

    /// <summary>
    /// A quarter of a small train, a fifth of a middling and a tenth of a large one; at most 30 % of the mixed file,
    /// so that a candidate that learns from test rows learns little from the holdout. At least one row, and never all.
    /// </summary>
    public static int Size(int trainRows, int testRows)
    {
        double share = trainRows < 10_000 ? 0.25 : trainRows < 100_000 ? 0.2 : 0.1;
        double most = testRows * LargestShareOfMixed / (1 - LargestShareOfMixed);
        return Math.Clamp((int)Math.Min(share * trainRows, most), 1, Math.Max(trainRows - 1, 1));
    }

    private static int[] Permute(ReadOnlySpan<byte> salt, string purpose, int count)
    {
        using KeyedDraws draws = new(salt, purpose);
        return draws.Permutation(count);
    }

    private static int[] Shuffled(ReadOnlySpan<byte> salt, string purpose, IEnumerable<int> rows)
    {
        int[] shuffled = [.. rows];
        using KeyedDraws draws = new(salt, purpose);
        draws.Shuffle(shuffled);
        return shuffled;
    }

    /// <summary>From each class its share, by largest remainder; a class always keeps a row in train.</summary>
    private static int[] Stratify(int[] order, double[] strata, int size)
    {
        IGrouping<double, int>[] classes = [.. order.GroupBy(row => strata[row]).OrderBy(rows => rows.Key)];
        int[] most = [.. classes.Select(rows => rows.Count() - 1)];
        double[] exact = [.. classes.Select(rows => (double)rows.Count() * size / order.Length)];
        int[] quota = [.. exact.Select((share, index) => Math.Min((int)share, most[index]))];
        int left = size - quota.Sum();
        foreach (int index in Enumerable.Range(0, classes.Length).OrderByDescending(index => exact[index] - (int)exact[index]).ThenBy(index => index))
        {
            if (left > 0 && quota[index] < most[index])
            {
                quota[index]++;
                left--;
            }
        }

        return [.. classes.SelectMany((rows, index) => rows.Take(quota[index]))];
    }
}
