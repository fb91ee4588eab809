using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using AgentIde.MleBench.Tables;

namespace AgentIde.MleBench.Graders;

/// <summary>How rows of a submission find their rows of the answers.</summary>
internal static class Rows
{
    public static void MustBeAsMany(Table answers, Table submission)
    {
        if (answers.Rows != submission.Rows)
        {
            throw new NoScoreException($"{submission.Rows:N0} rows where the answers have {answers.Rows:N0}");
        }
    }

    /// <summary>Both sorted by their ids, which must be the same, each as often.</summary>
    public static Pairs BySortedId(Table answers, Table submission, string id)
    {
        MustBeAsMany(answers, submission);
        return BySortedId(answers[id], submission[id]);
    }

    /// <summary>Both sorted by their ids, which need not be the same; there must be as many rows.</summary>
    public static Pairs BySortOnly(Table answers, Table submission, string id)
    {
        MustBeAsMany(answers, submission);
        Column left = answers[id];
        Column right = submission[id];
        return AreEqualInOrder(left, right) ? new Pairs(null, null, left.Rows) : new Pairs(Sorted(left), Sorted(right), left.Rows);
    }

    public static Pairs InFileOrder(Table answers, Table submission)
    {
        MustBeAsMany(answers, submission);
        return new Pairs(null, null, answers.Rows);
    }

    /// <summary>Every submitted row with the answer of its id; both must have the same set of ids.</summary>
    public static Pairs Joined(Table answers, Table submission, string id)
    {
        Column left = answers[id];
        Column right = submission[id];
        if (left.Rows == right.Rows && AreEqualInOrder(left, right) && !HasRepeats(left))
        {
            return new Pairs(null, null, left.Rows);
        }

        MustBeSameSet(left, right);
        int[] leftOrder = Sorted(left);
        int[] rightOrder = Sorted(right);
        List<int> a = [];
        List<int> s = [];
        int from = 0;
        foreach (int row in rightOrder)
        {
            while (Compare(left, leftOrder[from], right, row) < 0)
            {
                from++;
            }

            for (int match = from; match < left.Rows && Compare(left, leftOrder[match], right, row) == 0; match++)
            {
                a.Add(leftOrder[match]);
                s.Add(row);
            }
        }

        return new Pairs([.. a], [.. s], a.Count);
    }

    public static void MustBeSameSet(Column left, Column right)
    {
        MustHaveIds(left);
        MustHaveIds(right);
        MustCompare(left, right);
        int[] leftOrder = Sorted(left);
        int[] rightOrder = Sorted(right);
        int l = 0;
        int r = 0;
        while (l < leftOrder.Length || r < rightOrder.Length)
        {
            if (l == leftOrder.Length || r == rightOrder.Length || Compare(left, leftOrder[l], right, rightOrder[r]) != 0)
            {
                throw Mismatch(left, l < leftOrder.Length ? leftOrder[l] : -1, right, r < rightOrder.Length ? rightOrder[r] : -1);
            }

            l = Past(left, leftOrder, l);
            r = Past(right, rightOrder, r);
        }
    }

    /// <summary>Rows in the order of a column, stably; missing values last.</summary>
    public static int[] Sorted(Column column)
    {
        int[] order = new int[column.Rows];
        for (int row = 0; row < order.Length; row++)
        {
            order[row] = row;
        }

        switch (column.Kind)
        {
            case CellKind.Integer:
                SortByKey((long[])column.Integers.Clone(), order);
                break;
            case CellKind.Text:
                SortText(column, order);
                break;
            default:
                SortByKey(Array.ConvertAll(column.Numbers, value => double.IsNaN(value) ? double.PositiveInfinity : value), order);
                Array.Sort(order, (x, y) => (column.IsMissing(x), column.IsMissing(y)) switch
                {
                    (false, true) => -1,
                    (true, false) => 1,
                    (true, true) => x.CompareTo(y),
                    _ => column.Numbers[x].CompareTo(column.Numbers[y]) is not 0 and int difference ? difference : x.CompareTo(y),
                });
                break;
        }

        return order;
    }

    /// <summary>Below 0, 0 or above 0, by value; of columns that <see cref="MustCompare"/> passes.</summary>
    public static int Compare(Column left, int leftRow, Column right, int rightRow)
    {
        if (left.Kind == CellKind.Integer && right.Kind == CellKind.Integer)
        {
            return left.Integers[leftRow].CompareTo(right.Integers[rightRow]);
        }

        return left.Kind == CellKind.Text
            ? left[leftRow].SequenceCompareTo(right[rightRow])
            : left.Numbers[leftRow].CompareTo(right.Numbers[rightRow]);
    }

    private static Pairs BySortedId(Column left, Column right)
    {
        MustHaveIds(left);
        MustHaveIds(right);
        MustCompare(left, right);
        if (AreEqualInOrder(left, right))
        {
            return new Pairs(null, null, left.Rows);
        }

        int[] leftOrder = Sorted(left);
        int[] rightOrder = Sorted(right);
        for (int at = 0; at < leftOrder.Length; at++)
        {
            if (Compare(left, leftOrder[at], right, rightOrder[at]) != 0)
            {
                throw Mismatch(left, leftOrder[at], right, rightOrder[at]);
            }
        }

        return new Pairs(leftOrder, rightOrder, leftOrder.Length);
    }

    private static void MustHaveIds(Column column)
    {
        if (column.AnyMissing())
        {
            throw new NoScoreException($"column '{column.Name}': an id is missing");
        }
    }

    private static void MustCompare(Column left, Column right)
    {
        if (left.Rows > 0 && right.Rows > 0 && left.Kind == CellKind.Text != (right.Kind == CellKind.Text))
        {
            throw new NoScoreException($"ids in '{right.Name}' are {(right.Kind == CellKind.Text ? "text" : "numbers")} and those of the answers {(left.Kind == CellKind.Text ? "text" : "numbers")}");
        }
    }

    private static NoScoreException Mismatch(Column left, int leftRow, Column right, int rightRow) => new(
        leftRow < 0 || (rightRow >= 0 && Compare(left, leftRow, right, rightRow) > 0)
            ? $"ids do not match: the answers have no '{Short(right, rightRow)}', or not as often"
            : $"ids do not match: '{Short(left, leftRow)}' is missing, or not there as often as in the answers");

    private static string Short(Column column, int row) => column.TextOf(row) is { Length: > 60 } text ? $"{text[..60]}…" : column.TextOf(row);

    private static bool AreEqualInOrder(Column left, Column right)
    {
        if (left.Rows != right.Rows || left.Kind == CellKind.Text != (right.Kind == CellKind.Text))
        {
            return false;
        }

        if (left.Kind == CellKind.Integer && right.Kind == CellKind.Integer)
        {
            return left.Small.Length > 0 && right.Small.Length > 0
                ? left.Small.SequenceEqual(right.Small)
                : left.Integers.AsSpan().SequenceEqual(right.Integers);
        }

        if (left.Kind == CellKind.Text)
        {
            return left.IsSameText(right);
        }

        for (int row = 0; row < left.Rows; row++)
        {
            if (Compare(left, row, right, row) != 0)
            {
                return false;
            }
        }

        return true;
    }

    private static bool HasRepeats(Column column)
    {
        int[] order = Sorted(column);
        for (int at = 1; at < order.Length; at++)
        {
            if (Compare(column, order[at - 1], column, order[at]) == 0)
            {
                return true;
            }
        }

        return false;
    }

    private static int Past(Column column, int[] order, int at)
    {
        int first = order[at];
        while (at < order.Length && Compare(column, first, column, order[at]) == 0)
        {
            at++;
        }

        return at;
    }

    private static void SortByKey<TKey>(TKey[] keys, int[] order)
        where TKey : IComparable<TKey>
    {
        Array.Sort(keys, order);
        for (int start = 0; start < keys.Length;)
        {
            int end = start + 1;
            while (end < keys.Length && keys[start].CompareTo(keys[end]) == 0)
            {
                end++;
            }

            Array.Sort(order, start, end - start);
            start = end;
        }
    }

    /// <summary>By the order of code points, which is that of the bytes; the first eight that differ decide most.</summary>
    private static void SortText(Column column, int[] order)
    {
        int common = CommonPrefix(column);
        ulong[] keys = new ulong[order.Length];
        Span<byte> eight = stackalloc byte[8];
        for (int row = 0; row < keys.Length; row++)
        {
            ReadOnlySpan<byte> cell = column[row];
            cell = cell.Length > common ? cell[common..] : default;
            eight.Clear();
            cell[..Math.Min(8, cell.Length)].CopyTo(eight);
            keys[row] = column.IsMissing(row) ? ulong.MaxValue : BinaryPrimitives.ReadUInt64BigEndian(eight);
        }

        Array.Sort(keys, order);
        TextOrder ties = new(column);
        for (int start = 0; start < keys.Length;)
        {
            int end = start + 1;
            while (end < keys.Length && keys[start] == keys[end])
            {
                end++;
            }

            if (end - start > 1)
            {
                Array.Sort(order, start, end - start, ties);
            }

            start = end;
        }
    }

    private static int CommonPrefix(Column column)
    {
        int common = column.Rows == 0 ? 0 : column[0].Length;
        for (int row = 1; row < column.Rows && common > 0; row++)
        {
            if (!column.IsMissing(row))
            {
                common = column[0][..common].CommonPrefixLength(column[row]);
            }
        }

        return common;
    }

    [SuppressMessage("Performance", "CA1812", Justification = "Made above.")]
    private sealed class TextOrder(Column column) : IComparer<int>
    {
        public int Compare(int x, int y)
        {
            bool missing = column.IsMissing(x);
            return missing != column.IsMissing(y) ? (missing ? 1 : -1)
                : missing ? x.CompareTo(y)
                : column[x].SequenceCompareTo(column[y]) is not 0 and int difference ? difference : x.CompareTo(y);
        }
    }
}
