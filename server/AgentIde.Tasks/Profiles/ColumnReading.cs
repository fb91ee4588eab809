using System.Collections.Immutable;
using System.Globalization;
using AgentIde.Core.Engineering;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Statistics;

namespace AgentIde.Tasks.Profiles;

/// <summary>Tells the kind of a column by its content in train, and sums it up.</summary>
internal static class ColumnReading
{
    private const int MostCounted = 100_000;
    private const int FewValues = 1_000;
    private const int TopValues = 30;

    /// <summary>Share of words up to which a column of more than <see cref="MostCodes"/> numbers is one of numbers with faults.</summary>
    private const double MostWords = 0.1;
    private const int MostCodes = 20;

    /// <summary>Mean number of words from which a column of many values is prose.</summary>
    private const double WordsOfText = 3.5;

    private static readonly ImmutableArray<(string True, string False)> Booleans =
        [("true", "false"), ("yes", "no"), ("t", "f"), ("y", "n"), ("on", "off")];

    /// <param name="labelRanks">Ranks of a numeric label; null where it is none.</param>
    public static ColumnProfile Profile(CsvTable train, int column, CsvTable test, double[]? labelRanks)
    {
        string name = train.Header[column];
        ValueCounts counts = ValueCounts.Of(train, column, MostCounted);
        double[]? numbers = ReadNumbers(train, column, out int unreadable);
        ColumnKind kind = Kind(train, column, counts, numbers);
        bool listed = kind != ColumnKind.Number || counts.Distinct <= TopValues;
        bool few = counts.Complete && counts.Distinct <= FewValues;
        return new ColumnProfile(
            name,
            kind,
            counts.Missing,
            counts.Distinct,
            kind == ColumnKind.Number ? NumberReading.Summarize(numbers!) : null,
            listed && few ? counts.MostFrequent(TopValues) : [],
            MeanLength(train, column, counts.Missing),
            test.Find(name) is not null,
            Unseen(counts, test, test.Find(name)),
            kind == ColumnKind.Number && labelRanks is not null ? Correlation(numbers!, labelRanks) : null)
        {
            Unreadable = kind == ColumnKind.Number ? unreadable : 0,
        };
    }

    /// <summary>
    /// NaN where a value is missing, infinite or, seldom, a word; null where the column is none of numbers. One word
    /// among thousands of measures is a slip of whoever wrote the file, one among twenty codes is a code.
    /// </summary>
    private static double[]? ReadNumbers(CsvTable table, int column, out int unreadable)
    {
        double[] numbers = new double[table.Rows];
        int missing = 0;
        int words = 0;
        unreadable = 0;
        for (int row = 0; row < numbers.Length; row++)
        {
            ReadOnlySpan<char> text = table.Field(row, column);
            if (MissingValues.Is(text))
            {
                numbers[row] = double.NaN;
                missing++;
            }
            else if (!Numbers.TryParseFinite(text, out numbers[row]))
            {
                words += Numbers.TryParse(text, out _) || IsInfinity(text) ? 0 : 1;
                numbers[row] = double.NaN;
                unreadable++;
            }
        }

        if (unreadable == 0)
        {
            return numbers;
        }

        HashSet<double> different = [.. numbers.Where(double.IsFinite)];
        return different.Count > 0 && (words == 0 || (different.Count > MostCodes && words <= MostWords * (table.Rows - missing))) ? numbers : null;
    }

    /// <summary>As pandas reads it.</summary>
    private static bool IsInfinity(ReadOnlySpan<char> text) =>
        text.Trim().TrimStart("+-") is var name && (name.Equals("inf", StringComparison.OrdinalIgnoreCase) || name.Equals("infinity", StringComparison.OrdinalIgnoreCase));

    private static ColumnKind Kind(CsvTable table, int column, ValueCounts counts, double[]? numbers) =>
        counts.Distinct == 0 ? ColumnKind.Empty
        : counts.Distinct <= 2 && IsBoolean(counts) ? ColumnKind.Boolean
        : Days.Are(table, column, counts.Values.First(), numbers is not null) ? ColumnKind.Date
        : numbers is not null ? ColumnKind.Number
        : IsText(table, column, counts) ? ColumnKind.Text
        : ColumnKind.Category;

    private static bool IsBoolean(ValueCounts counts) =>
        Booleans.Any(words => counts.Values.All(value =>
            value.Equals(words.True, StringComparison.OrdinalIgnoreCase) || value.Equals(words.False, StringComparison.OrdinalIgnoreCase)));

    private static bool IsText(CsvTable table, int column, ValueCounts counts)
    {
        int present = table.Rows - counts.Missing;
        if (counts.Complete && counts.Distinct < 0.2 * present)
        {
            return false;
        }

        long words = 0;
        for (int row = 0; row < table.Rows; row++)
        {
            words += table.Field(row, column).Count(' ') + 1;
        }

        return words >= WordsOfText * present;
    }

    private static double MeanLength(CsvTable table, int column, int missing)
    {
        long length = 0;
        for (int row = 0; row < table.Rows; row++)
        {
            ReadOnlySpan<char> text = table.Field(row, column);
            length += MissingValues.Is(text) ? 0 : text.Length;
        }

        return table.Rows > missing ? (double)length / (table.Rows - missing) : 0;
    }

    private static double Unseen(ValueCounts counts, CsvTable test, int? column)
    {
        if (column is not { } inTest)
        {
            return 0;
        }

        int unseen = 0;
        for (int row = 0; row < test.Rows; row++)
        {
            ReadOnlySpan<char> text = test.Field(row, inTest);
            unseen += MissingValues.Is(text) || counts.Contains(text) ? 0 : 1;
        }

        return (double)unseen / test.Rows;
    }

    private static double? Correlation(double[] numbers, double[] labelRanks)
    {
        if (!Array.Exists(numbers, double.IsNaN))
        {
            return Ranks.Pearson(Ranks.Of(numbers), labelRanks);
        }

        int[] present = [.. Enumerable.Range(0, numbers.Length).Where(row => !double.IsNaN(numbers[row]))];
        return Ranks.Spearman([.. present.Select(row => numbers[row])], [.. present.Select(row => labelRanks[row])]);
    }
}
