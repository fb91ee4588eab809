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

    /// <summary>Characters of an id, from which on it stands in another name by no chance.</summary>
    public const int TellingId = 5;

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
        return new FreshIds(IsEnding(ending) && AllHave(train) && AllHave(test) ? ending : "");

        bool AllHave(CsvTable table)
        {
            int column = table.Require(idColumn);
            return Enumerable.Range(0, table.Rows).All(row => table.Field(row, column).EndsWith(ending, StringComparison.Ordinal));
        }
    }

    /// <summary>An id without the ending of a file: <c>0a</c> of <c>0a.png</c>; <c>1.2.840</c> has none.</summary>
    public static string Stem(string id) => Path.GetExtension(id) is { } ending && IsEnding(ending) ? id[..^ending.Length] : id;

    /// <summary>Whether a name has an id in it that is long enough to stand there by no chance: as it is, or with words or an ending that signs set apart.</summary>
    /// <param name="ids">With their stems.</param>
    public static bool Names(string name, HashSet<string>.AlternateLookup<ReadOnlySpan<char>> ids)
    {
        for (int start = 0; start <= name.Length - TellingId; start++)
        {
            if (start > 0 && char.IsAsciiLetterOrDigit(name[start - 1]))
            {
                continue;
            }

            for (int end = start + TellingId; end <= name.Length; end++)
            {
                if ((end == name.Length || !char.IsAsciiLetterOrDigit(name[end])) && ids.Contains(name.AsSpan(start, end - start)))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool IsEnding(string ending) => ending.Length is > 1 and <= LongestEnding && ending[1..].All(char.IsAsciiLetterOrDigit) && ending.Any(char.IsAsciiLetter);

    public string this[int number] => number.ToString(CultureInfo.InvariantCulture) + _ending;
}
