using System.Globalization;
using AgentIde.Tasks.Csv;

namespace AgentIde.Tasks.Profiles;

/// <summary>Columns of dates, with or without a time of day, in the forms that files have them.</summary>
internal static class Days
{
    private static readonly string[] DateFormats =
    [
        .. from date in (string[])["yyyy-M-d", "yyyy/M/d", "yyyyMMdd", "M/d/yyyy", "d.M.yyyy", "d-MMM-yyyy"]
           from time in (string[])["", " H:mm", " H:mm:ss", " H:mm:ss.FFFFFFF", "'T'H:mm", "'T'H:mm:ss", "'T'H:mm:ssK", "'T'H:mm:ss.FFFFFFFK"]
           select date + time,
    ];

    /// <summary>Whether every value of a column is a date. Digits alone are a number, unless each is a day of the two centuries around now.</summary>
    /// <param name="first">A value of it.</param>
    /// <param name="digits">Whether its values are numbers too.</param>
    public static bool Are(CsvTable table, int column, string first, bool digits) => Read(table, column, first, digits, null);

    /// <summary>Days since year 1 and parts of them, one for each row; null where a row has none or the column is none of dates.</summary>
    public static double[]? Read(CsvTable table, int column)
    {
        double[] days = new double[table.Rows];
        return table.Rows > 0 && table.Field(0, column).ToString() is { Length: > 0 } first
            && Read(table, column, first, Numbers.TryParse(first, out _), days) && !Array.Exists(days, double.IsNaN) ? days : null;
    }

    private static bool Read(CsvTable table, int column, string first, bool digits, double[]? days)
    {
        string? format = Array.Find(DateFormats, format => TryRead(first, format, digits, out _));
        if (format is null)
        {
            return false;
        }

        for (int row = 0; row < table.Rows; row++)
        {
            ReadOnlySpan<char> text = table.Field(row, column);
            DateTime date = default;
            if (MissingValues.Is(text))
            {
                days?[row] = double.NaN;
                continue;
            }

            if (!TryRead(text, format, digits, out date))
            {
                // Not every row of a column writes the seconds.
                format = null;
                foreach (string other in DateFormats)
                {
                    if (TryRead(text, other, digits, out date))
                    {
                        format = other;
                        break;
                    }
                }

                if (format is null)
                {
                    return false;
                }
            }

            days?[row] = date.Ticks / (double)TimeSpan.TicksPerDay;
        }

        return true;
    }

    private static bool TryRead(ReadOnlySpan<char> text, string format, bool digits, out DateTime date) =>
        DateTime.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out date)
        && (!digits || date.Year is >= 1900 and < 2100);
}
