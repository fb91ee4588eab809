using System.Globalization;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Folders;

namespace AgentIde.Tasks.Holdouts;

/// <summary>
/// How the fresh ids of rows are written: as numbers, with the ending that all ids of the task have, such as <c>.png</c>, where
/// rows have files: programs open them by their ids.
/// </summary>
internal sealed class FreshIds
{
    private const int LongestEnding = 8;

    private readonly string _ending;

    private FreshIds(string ending) => _ending = ending;

    public static FreshIds Of(TaskFolder task, CsvTable train, CsvTable test)
    {
        if (task.RowFiles.IsEmpty)
        {
            return new FreshIds("");
        }

        string idColumn = task.Facts.IdColumn;
        string ending = Path.GetExtension(train.Field(0, train.Require(idColumn)).ToString());
        bool isOne = ending.Length is > 1 and <= LongestEnding && ending[1..].All(char.IsAsciiLetterOrDigit) && ending.Any(char.IsAsciiLetter) && AllHave(train) && AllHave(test);
        return new FreshIds(isOne ? ending : "");

        bool AllHave(CsvTable table)
        {
            int column = table.Require(idColumn);
            return Enumerable.Range(0, table.Rows).All(row => table.Field(row, column).EndsWith(ending, StringComparison.Ordinal));
        }
    }

    public string this[int number] => number.ToString(CultureInfo.InvariantCulture) + _ending;
}
