using AgentIde.Core.Holdouts;

namespace AgentIde.Tasks.Holdouts;

/// <summary>
/// Which row goes where. Rows are numbered through both files: train's first, then test's. A pure function of salt,
/// rows and classes.
/// </summary>
/// <param name="Holdout">Train rows that are cut, ascending.</param>
/// <param name="SearchTrain">The other train rows, in salted order; in that of time where time is what they are split by.</param>
/// <param name="Mixed">Test rows and the holdout, in such an order.</param>
/// <param name="RefitTrain">All train rows, in such an order.</param>
/// <param name="RefitTest">Test rows alone, in such an order.</param>
/// <param name="FreshIds">
/// The id of each row in the blind files: a permutation of all row numbers, the same in both folders. Drawn, so that it
/// tells nothing; of a time split the row's place in time, so that it tells what time does and nothing more.
/// </param>
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
    /// <summary>Below this the holdout's own error is large, and folds are better.</summary>
    public const int FewTrainRows = 1_500;

    /// <summary>Where one holdout would have fewer, for test is too small to hide more, as well.</summary>
    public const int FewHoldoutRows = 200;

    /// <summary>Where fewer rows of train are of another class than the commonest, as well.</summary>
    public const int FewMinorityRows = 100;

    /// <summary>Into so many parts train is cut where one holdout would be too small.</summary>
    public const int FoldCount = 5;

    /// <summary>A fold has two groups at least, for one alone says nothing of how much groups differ.</summary>
    public const int LeastGroupsForFolds = 2 * FoldCount;

    /// <summary>Two of them are held out at least, for one alone says nothing of how much groups differ.</summary>
    public const int LeastGroups = 3;

    /// <summary>Below this many train rows all of the holdout is scored by.</summary>
    public const int LeastTrainRowsForSecond = 4_000;

    /// <summary>Nor is there a second holdout in a smaller one: it would say next to nothing, and leave the scores less.</summary>
    public const int LeastHoldoutRowsForSecond = 400;

    /// <summary>Of the holdout's rows, or of its groups or blocks of time.</summary>
    private const double ShareOfSecond = 0.25;

    /// <summary>With fewer groups or blocks of time either part would say nothing of how much they differ.</summary>
    private const int LeastUnitsForSecond = 8;

    public const double LargestShareOfMixed = 0.3;

    /// <summary>How far whole groups may exceed the size that the holdout is to have.</summary>
    private const double Overshoot = 1.1;

    /// <summary>
    /// Of each row of <see cref="Holdout"/> the group or block of time it is of, by which standard errors are taken;
    /// null where each row is a unit of its own.
    /// </summary>
    public int[]? Units { get; private init; }

    /// <summary>Rows of <see cref="Holdout"/> that no score of a search is of, ascending: they are opened once, after the choice. Empty for none.</summary>
    public int[] Second { get; private init; } = [];

    /// <summary>The other rows of <see cref="Holdout"/>, ascending.</summary>
    public int[] Scored => [.. Holdout.Except(Second)];

    /// <summary>The same with a second holdout, where train has the rows for one.</summary>
    /// <param name="strata">The class of each train row; null where rows of all classes are alike.</param>
    public BlindPlan WithSecond(ReadOnlySpan<byte> salt, double[]? strata)
    {
        if (TrainRows < LeastTrainRowsForSecond)
        {
            return this;
        }

        if (Units is { } units)
        {
            int[] all = Shuffled(salt, "second", units.Distinct().Order());
            HashSet<int> opened = [.. all.Take((int)Math.Round(ShareOfSecond * all.Length))];
            return all.Length < LeastUnitsForSecond ? this : this with { Second = [.. Holdout.Where((_, place) => opened.Contains(units[place]))] };
        }

        int size = (int)Math.Round(ShareOfSecond * Holdout.Length);
        int[] order = Shuffled(salt, "second", Holdout);
        return this with { Second = [.. (strata is null ? order[..size] : Stratify(order, strata, size)).Order()] };
    }

    /// <summary>
    /// Another holdout of the same kind, as large: of rows that this plan trains on, so that none of its own, scored or kept back, is among them. Null
    /// where too few are left, and of a split by time, which has one cut.
    /// </summary>
    /// <param name="salt">Another one than this plan's.</param>
    public BlindPlan? Fresh(ReadOnlySpan<byte> salt, SplitBasis basis)
    {
        int size = Math.Min(Holdout.Length, SearchTrain.Length / 2);
        if (basis.Time is not null || size < 1)
        {
            return null;
        }

        int[] pool = Shuffled(salt, "holdout", SearchTrain.Order());
        if (basis.Groups is not { } groups)
        {
            return Cut(salt, TrainRows, TestRows, basis, basis.Strata is { } strata ? Stratify(pool, strata, size) : pool[..size]);
        }

        HashSet<int> known = [.. Holdout.Select(row => groups.OfTrain[row])];
        return pool.Where(row => !known.Contains(groups.OfTrain[row])).Select(row => groups.OfTrain[row]).Distinct().Count() < LeastGroups
            ? null
            : Cut(salt, TrainRows, TestRows, basis, WholeGroups(salt, groups, size, known));
    }

    public static BlindPlan Make(ReadOnlySpan<byte> salt, int trainRows, int testRows, SplitBasis basis)
    {
        if (basis.Time is { } time)
        {
            return InTime(salt, trainRows, testRows, time);
        }

        int size = Size(trainRows, testRows);
        int[] holdout = basis.Groups is { } groups ? WholeGroups(salt, groups, size, [])
            : basis.Strata is { } strata ? Stratify(Permute(salt, "holdout", trainRows), strata, size)
            : Permute(salt, "holdout", trainRows)[..size];
        return Cut(salt, trainRows, testRows, basis, holdout);
    }

    /// <summary>
    /// A plan for each fold: each is a holdout of its own, of the same kind, and each row of train is held out by one of them. Classes and sizes are as equal as can be;
    /// groups stay whole. Not of time, which has one order.
    /// </summary>
    /// <param name="saltOf">Of each fold, 0 …: by it ids and order are drawn, so that a row's id on one fold tells nothing on another.</param>
    public static BlindPlan[] InFolds(ReadOnlySpan<byte> salt, Func<int, byte[]> saltOf, int trainRows, int testRows, SplitBasis basis)
    {
        List<int>[] folds = [.. Enumerable.Range(0, FoldCount).Select(_ => new List<int>())];
        if (basis.Groups is { } groups)
        {
            int[][] rows = [.. Enumerable.Range(0, trainRows).GroupBy(row => groups.OfTrain[row]).OrderBy(group => group.Key).Select(group => group.ToArray())];
            foreach (int group in Permute(salt, "folds", rows.Length).OrderByDescending(group => rows[group].Length))
            {
                folds.MinBy(fold => fold.Count)!.AddRange(rows[group]);
            }
        }
        else
        {
            int[] order = Permute(salt, "folds", trainRows);
            order = basis.Strata is { } strata ? [.. order.OrderBy(row => strata[row])] : order;
            for (int place = 0; place < order.Length; place++)
            {
                folds[place % FoldCount].Add(order[place]);
            }
        }

        return [.. folds.Select((rows, fold) => Cut(saltOf(fold), trainRows, testRows, basis, [.. rows]))];
    }

    private static BlindPlan Cut(ReadOnlySpan<byte> salt, int trainRows, int testRows, SplitBasis basis, int[] holdout)
    {
        Array.Sort(holdout);
        HashSet<int> cut = [.. holdout];
        int[] test = [.. Enumerable.Range(trainRows, testRows)];
        return new BlindPlan(
            basis.Kind,
            trainRows,
            testRows,
            holdout,
            Shuffled(salt, "search/train", Enumerable.Range(0, trainRows).Where(row => !cut.Contains(row))),
            Shuffled(salt, "search/test", [.. test, .. holdout]),
            Permute(salt, "refit/train", trainRows),
            Shuffled(salt, "refit/test", test),
            Permute(salt, "ids", trainRows + testRows))
        {
            Units = basis.Groups is { } cutBy ? [.. holdout.Select(row => cutBy.OfTrain[row])] : null,
        };
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

    /// <summary>
    /// As many rows as test has, for a holdout as long as what is to be forecast is as hard, but a tenth of train at
    /// least and never more than other splits take.
    /// </summary>
    public static int SizeInTime(int trainRows, int testRows)
    {
        double share = trainRows < 10_000 ? 0.25 : trainRows < 100_000 ? 0.2 : 0.1;
        return Math.Clamp((int)Math.Clamp(testRows, 0.1 * trainRows, share * trainRows), 1, Math.Max(trainRows - 1, 1));
    }

    /// <summary>The last part of train; rows of one time are never parted, and those of one time stand in salted order.</summary>
    private static BlindPlan InTime(ReadOnlySpan<byte> salt, int trainRows, int testRows, TimeColumn column)
    {
        double[] times = column.Times;
        int[] order = Permute(salt, "time", trainRows + testRows);
        order = [.. order.OrderBy(row => times[row])];
        int[] train = [.. order.Where(row => row < trainRows)];
        int size = SizeInTime(trainRows, testRows);
        int[] cuts = [.. Enumerable.Range(1, trainRows - 1).Where(place => times[train[place - 1]] < times[train[place]])];
        if (cuts.Length == 0)
        {
            throw new TaskProblemException($"all train rows have one {Shown.Text(column.Name)}, so there is no time to split by; use another column, or random");
        }

        int cut = cuts.MinBy(place => (Math.Abs(trainRows - place - size), -place));
        double begin = times[train[cut]];
        int[] holdout = [.. train[cut..].Order()];
        int[] freshIds = new int[order.Length];
        for (int place = 0; place < order.Length; place++)
        {
            freshIds[order[place]] = place;
        }

        return new BlindPlan(
            SplitKind.Time,
            trainRows,
            testRows,
            holdout,
            train[..cut],
            [.. order.Where(row => row >= trainRows || times[row] >= begin)],
            train,
            [.. order.Where(row => row >= trainRows)],
            freshIds)
        {
            Units = TimeBlocks.Of([.. holdout.Select(row => times[row])], column.IsDate),
        };
    }

    /// <summary>
    /// Groups in salted order as long as they fit, those first that test has no rows of: test's rows of a group must
    /// not lose the train rows that they have.
    /// </summary>
    /// <param name="without">Groups that are not taken.</param>
    private static int[] WholeGroups(ReadOnlySpan<byte> salt, GroupColumn groups, int size, HashSet<int> without)
    {
        int[][] rows = [.. Enumerable.Range(0, groups.OfTrain.Length).GroupBy(row => groups.OfTrain[row]).OrderBy(group => group.Key).Select(group => group.ToArray())];
        int[] order = [.. Permute(salt, "groups", rows.Length).Where(group => !without.Contains(group)).OrderBy(group => groups.InTest[group])];
        List<int> taken = [];
        int total = 0;
        foreach (int group in order)
        {
            if (total < size && total + rows[group].Length <= Overshoot * size)
            {
                taken.Add(group);
                total += rows[group].Length;
            }
        }

        taken.AddRange(order.Except(taken).OrderBy(group => rows[group].Length).Take(Math.Max(0, 2 - taken.Count)));
        return [.. taken.SelectMany(group => rows[group])];
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
