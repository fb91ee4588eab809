using System.Collections.Immutable;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Tests;

/// <summary>Tasks and profiles made by hand.</summary>
internal static class Samples
{
    public static ImmutableArray<string> Metrics { get; } = ["rmsle", "rmse", "mae", "accuracy", "roc-auc", "log-loss", "multi-class-log-loss"];

    public static TaskFacts Task(string metric, string label = "price", params string[] targets) => new(
        "sample", "Sample task", "A description.", Metric(metric), label, "id", targets.Length == 0 ? [label] : [.. targets], Digest.Of("sample"));

    public static MetricFacts Metric(string name) => new(
        name,
        name.ToUpperInvariant(),
        name is "accuracy" or "roc-auc" ? MetricDirection.HigherIsBetter : MetricDirection.LowerIsBetter,
        name switch
        {
            "rmsle" or "rmse" or "mae" => PredictionKind.Values,
            "accuracy" => PredictionKind.Labels,
            "multi-class-log-loss" => PredictionKind.ClassProbabilities,
            _ => PredictionKind.Probability,
        });

    public static bool IsNumber(string metric) => metric is "rmsle" or "rmse" or "mae";

    /// <summary>A table like that of diamonds: measures with zeros that can't be, and three graded columns.</summary>
    public static DataProfile Gems { get; } = new(
        30_000,
        20_000,
        [
            Id(30_000),
            Number("carat", 0.2, 5, 270, 0.96),
            Words("cut", "Ideal", "Premium", "Very Good", "Good", "Fair"),
            Words("color", "G", "E", "F", "H", "D", "I", "J"),
            Number("depth", 43, 79, 180, -0.01),
            Number("price", 326, 18_823, 10_000, null, inTest: false, skewness: 1.6),
            Number("x", 0, 10.7, 550, 0.963, zeros: 6),
            Number("y", 0, 58.9, 550, 0.962, zeros: 5),
            Number("z", 0, 31.8, 370, 0.957, zeros: 11),
        ],
        []);

    public static DataProfile Letters { get; } = new(
        11_000,
        8_000,
        [Id(11_000), Words("letter", [.. Alphabet]) with { InTest = false }, .. Enumerable.Range(0, 16).Select(i => Number($"figure {i}", 0, 15, 16, null, whole: true))],
        [.. Alphabet.Select(letter => new ValueCount(letter, 423))]);

    /// <summary>Every kind of column at once, with gaps, many values and values that only test has.</summary>
    public static DataProfile Mixed(string metric)
    {
        bool number = IsNumber(metric);
        string[] classes = metric == "multi-class-log-loss" ? ["a", "b", "c"] : ["0", "1"];
        ColumnProfile label = number
            ? Number("price", 1, 900, 5_000, null, inTest: false, skewness: 2)
            : Words("price", classes) with { InTest = false };
        return new DataProfile(
            8_000,
            3_000,
            [
                Id(8_000),
                Number("age", 18, 90, 73, 0.2, missing: 100, whole: true),
                Number("income", 10, 250_000, 6_000, 0.4),
                Words("size", "small", "medium", "large"),
                Words("share", "0%", "1 - 10%", "11 - 23%", "100%"),
                Words("city", [.. Enumerable.Range(0, 30).Select(i => $"city {i}")]) with { Distinct = 200, UnseenInTest = 0.01 },
                Words("line", [.. Enumerable.Range(0, 12).Select(i => $"line {i}")]),
                new ColumnProfile("day", ColumnKind.Date, 0, 300, null, [], 10, true, 0, null),
                new ColumnProfile("note", ColumnKind.Text, 5, 8_000, null, [], 120, true, 1, null),
                new ColumnProfile("open", ColumnKind.Boolean, 0, 2, null, [new("True", 5_000), new("False", 3_000)], 4, true, 0, null),
                label,
            ],
            number ? [] : [.. classes.Select(value => new ValueCount(value, 8_000 / classes.Length))]);
    }

    public static TaskFacts MixedTask(string metric) => metric == "multi-class-log-loss" ? Task(metric, "price", "a", "b", "c") : Task(metric);

    public static ColumnProfile Id(int rows) => Number("id", 0, rows, rows, null, whole: true);

    public static ColumnProfile Number(
        string name, double minimum, double maximum, int distinct, double? correlation, bool inTest = true, int zeros = 0, bool whole = false, double skewness = 0, int missing = 0)
    {
        double middle = ((minimum + maximum) / 2) + (zeros > 0 ? maximum / 20 : 0);
        NumberSummary numbers = new(minimum, middle * 0.8, middle, middle * 1.2, maximum, middle, maximum / 6, skewness, zeros, 0, whole);
        return new ColumnProfile(name, ColumnKind.Number, missing, distinct, numbers, [], 4, inTest, 0, correlation);
    }

    public static ColumnProfile Words(string name, params string[] values) => new(
        name, ColumnKind.Category, 0, values.Length, null, [.. values.Select((value, i) => new ValueCount(value, 1_000 - i))], 5, true, 0, null);

    private static IEnumerable<string> Alphabet => Enumerable.Range('A', 26).Select(letter => ((char)letter).ToString());
}
