using System.Collections.Frozen;
using System.Collections.Immutable;
using AgentIde.MleBench.Tables;

namespace AgentIde.MleBench.Registry;

/// <summary>
/// How what <c>mlebench prepare</c> makes public for a competition becomes a task whose rows can be held out: facts of its preparation at 783b15a,
/// in <c>layouts.csv</c>, for competitions whose answers stand in columns of train.
/// </summary>
/// <param name="Train">The table with the labels, within <c>public/</c>.</param>
/// <param name="Labels">Its columns that are to be predicted; empty for all columns of the sample submission.</param>
/// <param name="Answers">Other columns that the grader takes.</param>
/// <param name="Group">A column whose rows belong together; null for none.</param>
/// <param name="Files">What files of rows are called, with <c>{id}</c> where a row's id stands.</param>
/// <param name="Also">Files that know no row. What is neither stays out: most of it has ids or labels once more.</param>
/// <param name="Packed">Archives of files of rows, which are unpacked into folders of their names.</param>
/// <param name="Full">Columns without which a row of train says nothing: it is left out.</param>
/// <param name="IsWhole">Whether only the competition's own grader will do, though its metric has a name that tasks know.</param>
public sealed record CompetitionLayout(
    string Train, string IdColumn, ImmutableArray<string> Labels, ImmutableArray<string> Answers, string? Group, ImmutableArray<LayoutFiles> Files, ImmutableArray<string> Also, ImmutableArray<string> Packed, ImmutableArray<string> Full, bool IsWhole)
{
    private static readonly FrozenDictionary<string, CompetitionLayout> ById = Read();

    /// <summary>Null where none is known.</summary>
    public static CompetitionLayout? Of(Competition competition) => ById.GetValueOrDefault(competition.Id);

    private static FrozenDictionary<string, CompetitionLayout> Read()
    {
        Table table = CompetitionRegistry.ReadResource("layouts.csv");
        return Enumerable.Range(0, table.Rows).ToFrozenDictionary(
            row => table["id"].TextOf(row),
            row => new CompetitionLayout(
                table["train"].TextOf(row), table["id_column"].TextOf(row), List(row, "labels"), List(row, "answers"), table["group"].Text(row), [.. List(row, "files").Select(LayoutFiles.Parse)], List(row, "also"), List(row, "packed"), List(row, "full"), table["whole"].Text(row) is "yes"),
            StringComparer.Ordinal);

        ImmutableArray<string> List(int row, string column) => table[column].Text(row) is { Length: > 0 } text ? [.. text.Split(';')] : [];
    }
}

/// <param name="Train">Of rows of train, such as <c>train/{id}.jpg</c>, or <c>train/{id}/</c> for a folder of each row.</param>
/// <param name="Test">Of rows of test; null where they have none.</param>
public sealed record LayoutFiles(string Train, string? Test)
{
    private const string Mark = "{id}";

    /// <summary>Where those of train lie.</summary>
    public string Folder => Train[..Train.IndexOf(Mark, StringComparison.Ordinal)].TrimEnd('/');

    /// <summary>Whether a path is of the kind.</summary>
    public bool Has(string path) => Fits(Train, path) || (Test is not null && Fits(Test, path));

    internal static LayoutFiles Parse(string text) => text.Split('>') is [var train, var test] ? new LayoutFiles(train, test) : new LayoutFiles(text, null);

    private static bool Fits(string pattern, string path)
    {
        int at = pattern.IndexOf(Mark, StringComparison.Ordinal);
        string behind = pattern[(at + Mark.Length)..];
        return path.StartsWith(pattern[..at], StringComparison.Ordinal) && (behind == "/" ? path.IndexOf('/', at) > at : path.EndsWith(behind, StringComparison.Ordinal) && path.IndexOf('/', at) < 0);
    }
}
