using System.Collections.Immutable;
using AgentIde.Core.Holdouts;
using AgentIde.Tasks.Csv;

namespace AgentIde.Tasks.Drafting;

/// <summary>Which column names the rows.</summary>
/// <param name="IsMade">Whether no column of the files does, so that copies of them get one.</param>
internal sealed record IdGuess(string Column, string Why, bool IsMade = false)
{
    private static readonly ImmutableArray<string> MadeNames = ["id", "row_id", "agentide_id"];

    /// <param name="label">Not it, where it is known already.</param>
    /// <exception cref="TaskProblemException">The named column, or the sample's, names no rows.</exception>
    public static IdGuess Of(string? named, CsvTable train, CsvTable test, CsvTable? sample)
    {
        if (named is not null)
        {
            train.Require(named);
            test.Require(named);
            return Sound(new IdGuess(named, "you named it"), train, test);
        }

        if (sample is not null)
        {
            return sample.Header.FirstOrDefault(column => test.Find(column) is not null) is { } column
                ? Sound(new IdGuess(column, "the sample submission and test have it in common"), train, test)
                : throw new TaskProblemException($"{sample.Name} has no column of {test.Name}: its first column must be the id that names the rows");
        }

        ImmutableArray<string> common = [.. test.Header.Where(column => train.Find(column) is not null)];
        string[] candidates = [.. common.Where(IsNamedSo).OrderBy(column => column.Length), .. common.Take(1).Where(column => !IsNamedSo(column) && HoldsNames(test, column))];
        return candidates.FirstOrDefault(column => Repeated(test, column) is null && Repeated(train, column) is null && AreApart(train, test, column)) is { } id
            ? new IdGuess(id, IsNamedSo(id) ? "it is called so, and no value stands twice" : "the first column, and no value stands twice")
            : candidates.FirstOrDefault(column => Repeated(test, column) is null && Repeated(train, column) is null) is { } shared
            ? new IdGuess(Unused(train, test), $"{train.Name} and {test.Name} use the same values of '{Shown.Text(shared)}' for different rows, so they are numbered", IsMade: true)
            : new IdGuess(Unused(train, test), "no column names the rows: they are numbered", IsMade: true);
    }

    private static string Unused(CsvTable train, CsvTable test) => MadeNames.First(name => train.Find(name) is null && test.Find(name) is null);

    private static IdGuess Sound(IdGuess id, CsvTable train, CsvTable test)
    {
        string column = Shown.Text(id.Column);
        return train.Find(id.Column) is null
            ? throw new TaskProblemException($"{train.Name} has no column '{column}', which names the rows of {test.Name}: add it there, with values that {test.Name} doesn't use")
            : Repeated(test, id.Column) is { } twice
            ? throw new TaskProblemException(twice.Length == 0
                ? $"{test.Name}: '{column}' is empty in a row, so it names no rows; name another column with --id-column"
                : $"{test.Name}: '{column}' is '{Shown.Text(twice)}' twice, so it names no rows; name another column with --id-column")
            : !AreApart(train, test, id.Column)
            ? throw new TaskProblemException($"{train.Name} and {test.Name} use the same values of '{column}' for different rows: number those of {train.Name} on from those of {test.Name}")
            : id;
    }

    /// <summary><c>id</c>, <c>PassengerId</c>, <c>row_id</c>, <c>customer id</c>; not <c>paid</c>.</summary>
    private static bool IsNamedSo(string column) =>
        column.Equals("id", StringComparison.OrdinalIgnoreCase)
        || column.EndsWith("Id", StringComparison.Ordinal)
        || (column.Length > 2 && column.EndsWith("id", StringComparison.OrdinalIgnoreCase) && column[^3] is '_' or '-' or ' ' or '.');

    /// <summary>Whole numbers or short words: a measure with decimals may differ in all rows and names none of them.</summary>
    private static bool HoldsNames(CsvTable table, string column)
    {
        int place = table.Require(column);
        for (int row = 0; row < table.Rows; row++)
        {
            ReadOnlySpan<char> text = table.Field(row, place);
            if (text.Length is 0 or > 64 || text.ContainsAny(' ', '.'))
            {
                return false;
            }
        }

        return true;
    }

    private static string? Repeated(CsvTable table, string column)
    {
        int place = table.Require(column);
        HashSet<string> seen = new(table.Rows, StringComparer.Ordinal);
        for (int row = 0; row < table.Rows; row++)
        {
            string text = table.Field(row, place).ToString();
            if (text.Length == 0 || !seen.Add(text))
            {
                return text;
            }
        }

        return null;
    }

    private static bool AreApart(CsvTable train, CsvTable test, string column)
    {
        int place = train.Require(column);
        HashSet<string> ids = new(Enumerable.Range(0, train.Rows).Select(row => train.Field(row, place).ToString()), StringComparer.Ordinal);
        int inTest = test.Require(column);
        return !Enumerable.Range(0, test.Rows).Any(row => ids.Contains(test.Field(row, inTest).ToString()));
    }
}
