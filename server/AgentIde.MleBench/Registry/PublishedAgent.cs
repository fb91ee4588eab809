using System.Collections.Immutable;
using AgentIde.MleBench.Tables;

namespace AgentIde.MleBench.Registry;

/// <summary>What others have published of an agent, in percent of competitions with any medal; null for what was not said.</summary>
/// <param name="AllError">Standard error of <see cref="All"/>.</param>
/// <param name="Hours">That the agent had for a competition.</param>
/// <param name="Date">When it was published, as it was written.</param>
/// <param name="Note">What bears on the numbers; null for nothing.</param>
/// <param name="Source">Where the numbers stand, and <paramref name="SourceDate"/> of which day.</param>
public sealed record PublishedAgent(
    string Agent, string Model, double? Low, double? Medium, double? High, double? All, double? AllError, double? Hours, string? Date, string? Note, string Source, string SourceDate)
{
    /// <summary>The best first. The facts stand in <c>published.csv</c>.</summary>
    public static ImmutableArray<PublishedAgent> Known { get; } = Read();

    /// <summary>Null where the split's number was not published.</summary>
    public double? Of(string split) => split switch
    {
        "low" => Low,
        "medium" => Medium,
        "high" => High,
        "all" => All,
        _ => null,
    };

    private static ImmutableArray<PublishedAgent> Read()
    {
        Table table = CompetitionRegistry.ReadResource("published.csv");
        return
        [
            .. Enumerable.Range(0, table.Rows).Select(row => new PublishedAgent(
                table["agent"].TextOf(row), table["model"].TextOf(row), Number("low", row), Number("medium", row), Number("high", row), Number("all", row), Number("all_error", row), Number("hours", row),
                table["date"].Text(row), table["note"].Text(row), table["source"].TextOf(row), table["source_date"].TextOf(row))),
        ];

        double? Number(string column, int row) => table[column].Numbers[row] is var number && double.IsNaN(number) ? null : number;
    }
}
