using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using AgentIde.Core.Runs;
using AgentIde.Core.Scaling;

namespace AgentIde.Cli.Scaling;

/// <summary>What runs came to with more nodes, time, spend and paths, in each of its forms.</summary>
/// <param name="Notes">What is left out, for people.</param>
internal sealed record ScaleReport(DateTimeOffset MadeAt, ImmutableArray<ScaleResult> Results, ImmutableArray<string> Notes)
{
    public static ScaleReport Of(IEnumerable<ScaledRun> runs, ScaleReader reader, IEnumerable<string> notes) =>
        new(TimeProvider.System.GetUtcNow(), [.. ScaleSeries.Of(runs, reader.ReferencesOf).Select(ScaleResult.Of)], [.. notes]);

    public string ToJson() => JsonSerializer.Serialize(this, ScaleJson.Default.ScaleReport);

    /// <summary>A file for each form: the table, the page, the picture and the document.</summary>
    public void WriteInto(string folder)
    {
        Directory.CreateDirectory(folder);
        Write(Path.Combine(folder, "scale.csv"), ScaleCsv.Of(this));
        Write(Path.Combine(folder, "scale.html"), ScalePage.Of(this));
        Write(Path.Combine(folder, "scale.svg"), ScalePicture.Of(this));
        Write(Path.Combine(folder, "scale.json"), ToJson() + "\n");
    }

    /// <exception cref="CommandException">It can't be written.</exception>
    public static void Write(string path, string text)
    {
        string aside = path + ".new";
        try
        {
            File.WriteAllText(aside, text);
            File.Move(aside, path, overwrite: true);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Failed, $"{path} can't be written: {problem.Message}", problem);
        }
    }
}

/// <param name="Series">What the figures are of.</param>
/// <param name="Delivered">The private score of the runs' own results, refitted on the whole train.</param>
/// <param name="Second">What the chosen nodes score on the second holdout; null where no run has one, as with the gaps.</param>
/// <param name="GapToSecond">How much better the holdout says they are.</param>
internal sealed record ScaleResult(
    [property: JsonIgnore] ScaleSeries Series, string Task, string Metric, MetricDirection Direction, string Engineer, string Policy, ImmutableArray<ScaleRunLine> Runs,
    ImmutableArray<ScalePoint> Points, ImmutableArray<ScaleReach> Reach, Mean? Delivered, Mean? Second, Mean? GapToSecond, Mean? GapToSecondInErrors, ImmutableArray<string> Remarks)
{
    /// <summary>At the end of the runs.</summary>
    [JsonIgnore]
    public ScalePoint Whole => Points[^1];

    public static ScaleResult Of(ScaleSeries series) => new(
        series, series.Task, series.Metric.DisplayName, series.Metric.Direction, series.Engineer, series.Policy,
        [.. series.Runs.Select(run => new ScaleRunLine(run.Run, run.Seed, run.Started, Math.Round(run.Seconds, 1), run.Delivered) { Second = run.Second?.Score, Tokens = run.Tokens, Dollars = run.Dollars })],
        [.. ScaleBudget.Of(series.Runs).Select(series.At)], [.. series.References.Select(series.Reach)], series.Delivered, series.Second, series.GapToSecond, series.GapToSecondInErrors, [.. series.Remarks()]);
}

/// <param name="Delivered">The private score of its own result; null where it has none.</param>
internal sealed record ScaleRunLine(string Run, long Seed, int Nodes, double Seconds, double? Delivered)
{
    /// <summary>Of the node that it chose, on the second holdout; null where it has none.</summary>
    public double? Second { get; init; }

    /// <summary>Used of models; null where none was asked, and where not all were counted.</summary>
    public long? Tokens { get; init; }

    /// <summary>Spent on models; null where none was asked, and where not all have a price.</summary>
    public double? Dollars { get; init; }
}

/// <summary>The one document of <c>scale --json</c>.</summary>
/// <param name="Group">The group's folder; null where finished runs were read.</param>
/// <param name="Finished">Whether each run of the group has ended.</param>
internal sealed record ScaleDocument(string? Group, bool Finished, ScaleReport Report);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ScaleReport))]
[JsonSerializable(typeof(ScaleDocument))]
internal sealed partial class ScaleJson : JsonSerializerContext;
