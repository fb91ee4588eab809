using System.Collections.Frozen;
using System.Collections.Immutable;
using AgentIde.MleBench.Medals;
using AgentIde.MleBench.Tables;

namespace AgentIde.MleBench.Registry;

/// <summary>
/// The 82 competitions of MLE-bench (openai/mle-bench at 783b15a, 2026-02-26): 75, and 7 of the development split. The
/// facts stand in <c>competitions.csv</c>, each row with the source of its thresholds.
/// </summary>
public static class CompetitionRegistry
{
    private static readonly FrozenDictionary<string, Competition> ById;

    static CompetitionRegistry()
    {
        All = Read();
        ById = All.ToFrozenDictionary(competition => competition.Id, StringComparer.Ordinal);
    }

    /// <summary>All 82.</summary>
    public static ImmutableArray<Competition> All { get; }

    /// <summary>Null if there is none of that id.</summary>
    public static Competition? Find(string id) => ById.GetValueOrDefault(id);

    public static ImmutableArray<Competition> Of(CompetitionSplit split) =>
    [
        .. All.Where(competition => split switch
        {
            CompetitionSplit.All => competition.Complexity != Complexity.Dev,
            _ => competition.Complexity == Enum.Parse<Complexity>(split.ToString()),
        }),
    ];

    /// <param name="name">Of a table that is built in.</param>
    internal static Table ReadResource(string name)
    {
        using Stream stream = typeof(CompetitionRegistry).Assembly.GetManifestResourceStream(name)!;
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return TableReader.Read(bytes, TableLimits.Usual);
    }

    private static ImmutableArray<Competition> Read()
    {
        Table table = ReadResource("competitions.csv");
        return [.. Enumerable.Range(0, table.Rows).Select(row => Read(table, row))];
    }

    private static Competition Read(Table table, int row)
    {
        return new Competition(
            Text("id"),
            Text("title"),
            Text("category"),
            Enum.Parse<Complexity>(Text("complexity"), ignoreCase: true),
            double.IsNaN(Number("size_gb")) ? null : Number("size_gb"),
            Text("metric"),
            new MedalThresholds(Number("gold"), Number("silver"), Number("bronze"), Number("median"), Number("higher_is_better") == 0),
            Text("thresholds_source"),
            table["leaks"].Text(row),
            table["faults"].Text(row),
            table["leak_pattern"].Text(row));

        string Text(string column) => table[column].TextOf(row);
        double Number(string column) => table[column].Numbers[row];
    }
}
