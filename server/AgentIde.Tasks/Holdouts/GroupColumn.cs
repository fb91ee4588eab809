using AgentIde.Tasks.Csv;

namespace AgentIde.Tasks.Holdouts;

/// <summary>A column whose values put rows together. Rows without a value are one group, for nobody knows whose they are.</summary>
/// <param name="OfTrain">The group of each train row; groups are numbered in the ordinal order of their texts.</param>
/// <param name="InTest">Of each group, whether test has rows of it too.</param>
/// <param name="TestUnseen">Share of test rows of groups that train lacks; null where test lacks the column.</param>
internal sealed record GroupColumn(string Name, int[] OfTrain, bool[] InTest, double? TestUnseen)
{
    public int Count => InTest.Length;

    public static GroupColumn Of(CsvTable train, CsvTable test, string column)
    {
        string[] ofTrain = Values(train, train.Require(column));
        string[] names = [.. ofTrain.Distinct().Order(StringComparer.Ordinal)];
        Dictionary<string, int> numbers = names.Select((name, number) => (name, number)).ToDictionary(pair => pair.name, pair => pair.number, StringComparer.Ordinal);
        string[] ofTest = test.Find(column) is { } inTest ? Values(test, inTest) : [];
        bool[] shared = new bool[names.Length];
        int unseen = 0;
        foreach (string value in ofTest)
        {
            if (numbers.TryGetValue(value, out int number))
            {
                shared[number] = true;
            }
            else
            {
                unseen++;
            }
        }

        return new GroupColumn(column, [.. ofTrain.Select(value => numbers[value])], shared, ofTest.Length > 0 ? (double)unseen / ofTest.Length : null);
    }

    private static string[] Values(CsvTable table, int column) =>
        [.. Enumerable.Range(0, table.Rows).Select(row => table.Field(row, column) is var text && MissingValues.Is(text) ? "" : text.ToString())];
}
