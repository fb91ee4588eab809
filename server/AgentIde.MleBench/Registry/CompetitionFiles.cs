using System.Collections.Frozen;
using System.Collections.Immutable;
using AgentIde.MleBench.Tables;

namespace AgentIde.MleBench.Registry;

/// <summary>
/// The files that <c>mlebench prepare</c> makes for a competition, as far as MLE-bench names them: the tables at the top
/// of <c>public/</c> and <c>private/</c>. Facts of openai/mle-bench at 783b15a; they stand in <c>files.csv</c>.
/// </summary>
/// <param name="Answers">Path within <c>prepared/</c>, such as <c>private/test.csv</c>.</param>
/// <param name="Sample">The sample submission's path within <c>prepared/</c>.</param>
/// <param name="Files">All of them, those two included.</param>
public sealed record CompetitionFiles(string Answers, string Sample, ImmutableArray<PreparedFile> Files)
{
    private static readonly FrozenDictionary<string, CompetitionFiles> ById = Read();

    public static CompetitionFiles Of(Competition competition) => ById[competition.Id];

    private static FrozenDictionary<string, CompetitionFiles> Read()
    {
        Table table = CompetitionRegistry.ReadResource("files.csv");
        return Enumerable.Range(0, table.Rows)
            .Where(row => Text(row, "role") != "zip")
            .GroupBy(row => Text(row, "id"))
            .ToFrozenDictionary(
                group => group.Key,
                group => new CompetitionFiles(
                    Text(group.First(row => Text(row, "role") == "answers"), "path"),
                    Text(group.First(row => Text(row, "role") == "sample"), "path"),
                    [.. group.Select(row => new PreparedFile(Text(row, "path"), Text(row, "md5")))]),
                StringComparer.Ordinal);

        string Text(int row, string column) => table[column].TextOf(row);
    }
}

/// <param name="Path">Within <c>prepared/</c>.</param>
/// <param name="Md5">In small hexadecimal digits.</param>
public sealed record PreparedFile(string Path, string Md5);
