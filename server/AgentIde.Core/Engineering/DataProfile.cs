using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AgentIde.Core.Engineering;

/// <summary>What is known of the public data before any code runs: facts by column, no rows.</summary>
/// <param name="Columns">In the order of train.csv, the label and the id included.</param>
/// <param name="Classes">The label's values for a class label with at most 1,000 of them, most frequent first; empty for numbers.</param>
public sealed record DataProfile(int TrainRows, int TestRows, ImmutableArray<ColumnProfile> Columns, ImmutableArray<ValueCount> Classes)
{
    public ColumnProfile this[string name] => Columns.First(column => column.Name == name);
}

/// <param name="Missing">Rows of train without a value.</param>
/// <param name="Distinct">Different values in train, counted up to 100,000.</param>
/// <param name="Numbers">For numeric columns; null otherwise.</param>
/// <param name="Top">The up to 30 most frequent values of a column with few; empty for numbers with many.</param>
/// <param name="MeanLength">Mean length of the text in characters.</param>
/// <param name="InTest">Whether test.csv has the column.</param>
/// <param name="UnseenInTest">Share of test rows whose value does not occur in train, 0 to 1.</param>
/// <param name="TargetCorrelation">Spearman's rank correlation with a numeric label; null where either is no number.</param>
public sealed record ColumnProfile(
    string Name,
    ColumnKind Kind,
    int Missing,
    int Distinct,
    NumberSummary? Numbers,
    ImmutableArray<ValueCount> Top,
    double MeanLength,
    bool InTest,
    double UnseenInTest,
    double? TargetCorrelation)
{
    /// <summary>Rows of train where a column of numbers holds something else: a word, an infinity.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Unreadable { get; init; }
}

public sealed record NumberSummary(double Minimum, double Quarter, double Median, double ThreeQuarters, double Maximum, double Mean, double StandardDeviation, double Skewness, int Zeros, int Negatives, bool Whole);

public sealed record ValueCount(string Value, int Count);

[JsonConverter(typeof(JsonStringEnumConverter<ColumnKind>))]
public enum ColumnKind
{
    [JsonStringEnumMemberName("number")]
    Number,
    [JsonStringEnumMemberName("category")]
    Category,
    [JsonStringEnumMemberName("text")]
    Text,
    [JsonStringEnumMemberName("date")]
    Date,
    [JsonStringEnumMemberName("boolean")]
    Boolean,
    [JsonStringEnumMemberName("empty")]
    Empty,
}
