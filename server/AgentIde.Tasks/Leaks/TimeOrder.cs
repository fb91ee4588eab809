using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Profiles;

namespace AgentIde.Tasks.Leaks;

/// <summary>The rows of train and test together in the order of a column of times.</summary>
internal sealed class TimeOrder
{
    private readonly int[] _order;

    /// <param name="times">Train's rows, then test's.</param>
    public TimeOrder(string column, double[] times, int trainRows)
    {
        Column = column;
        OfTrain = times[..trainRows];
        _order = [.. Enumerable.Range(0, times.Length).OrderBy(row => times[row])];
    }

    public string Column { get; }

    /// <summary>One for each row of train.</summary>
    public double[] OfTrain { get; }

    /// <summary>By the first column that holds a date in every row of both; null where there is none.</summary>
    public static TimeOrder? Of(CsvTable train, CsvTable test)
    {
        foreach (string column in test.Header)
        {
            if (Days.Read(train, train.Require(column)) is { } inTrain && Days.Read(test, test.Require(column)) is { } inTest)
            {
                return new TimeOrder(column, [.. inTrain, .. inTest], train.Rows);
            }
        }

        return null;
    }

    /// <param name="values">Train's rows, then test's.</param>
    public double[] Ordered(double[] values) => [.. _order.Select(row => values[row])];
}
