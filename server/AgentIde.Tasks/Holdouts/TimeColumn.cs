using System.Globalization;
using AgentIde.Core.Holdouts;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Folders;
using AgentIde.Tasks.Profiles;

namespace AgentIde.Tasks.Holdouts;

/// <summary>A column that has a date or a number in each row of both files.</summary>
/// <param name="Times">Train's rows, then test's: days since year 1, or the numbers themselves.</param>
internal sealed record TimeColumn(string Name, double[] Times, bool IsDate)
{
    /// <summary>Null where a row of one file has none.</summary>
    public static TimeColumn? Of(CsvTable train, CsvTable test, string column)
    {
        int inTrain = train.Require(column);
        int inTest = test.Require(column);
        if (Days.Read(train, inTrain) is { } trainDays && Days.Read(test, inTest) is { } testDays)
        {
            return new TimeColumn(column, [.. trainDays, .. testDays], IsDate: true);
        }

        return ReadNumbers(train, inTrain) is { } trainNumbers && ReadNumbers(test, inTest) is { } testNumbers
            ? new TimeColumn(column, [.. trainNumbers, .. testNumbers], IsDate: false)
            : null;
    }

    /// <exception cref="TaskProblemException">Test lacks the column, or a row of one file has no time.</exception>
    public static TimeColumn Require(CsvTable train, CsvTable test, string column)
    {
        if (test.Find(column) is null)
        {
            throw new TaskProblemException($"{TaskYaml.FileName}: 'split: time:{Shown.Text(column)}' needs the column in {test.Name} too");
        }

        if (Of(train, test, column) is { } time)
        {
            return time;
        }

        foreach (CsvTable table in (CsvTable[])[train, test])
        {
            int place = table.Require(column);
            for (int row = 0; row < table.Rows; row++)
            {
                if (MissingValues.Is(table.Field(row, place)))
                {
                    throw new TaskProblemException($"{table.Name} line {table.Line(row)}: {Shown.Text(column)} has no value, and {TaskYaml.FileName} splits by it: fill it in, or take the row out");
                }
            }
        }

        throw new TaskProblemException($"{TaskYaml.FileName}: 'split: time:{Shown.Text(column)}' needs a date or a number in each row of {train.Name} and {test.Name}, written alike in both; {Shown.Text(column)} has other values");
    }

    /// <summary>Of a time, as people write it.</summary>
    public string Say(double time) => IsDate
        ? new DateTime((long)(time * TimeSpan.TicksPerDay)).AddSeconds(0.5).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
        : time.ToString("0.######", CultureInfo.InvariantCulture);

    private static double[]? ReadNumbers(CsvTable table, int column)
    {
        double[] numbers = new double[table.Rows];
        for (int row = 0; row < numbers.Length; row++)
        {
            if (!Numbers.TryParseFinite(table.Field(row, column), out numbers[row]))
            {
                return null;
            }
        }

        return numbers;
    }
}
