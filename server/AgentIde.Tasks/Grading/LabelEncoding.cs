using System.Collections.Immutable;
using AgentIde.Core.Runs;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Metrics;

namespace AgentIde.Tasks.Grading;

/// <summary>
/// How the text of a label or of a prediction becomes the number that a metric takes. Labels that are all numbers
/// are compared as numbers (<c>9.0</c> is class <c>9</c>), others letter by letter.
/// </summary>
internal sealed class LabelEncoding
{
    /// <summary>Of a private answer that train lacks, and of a prediction that is no class of train: what is not known is not the same as anything.</summary>
    private const double UnknownAnswer = -1, UnknownPrediction = -2;

    private readonly TaskMetric _metric;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>>? _classes;

    private LabelEncoding(TaskMetric metric, IEnumerable<string>? classes)
    {
        _metric = metric;
        Dictionary<string, int>? codes = classes?.Select((name, code) => (name, code)).ToDictionary(pair => pair.name, pair => pair.code, StringComparer.Ordinal);
        _classes = codes?.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Whether predictions are cells of a table, whatever stands in them.</summary>
    public bool IsOfCells => _metric.Facts.Predicts == PredictionKind.Cells;

    /// <param name="targets">For probabilities of classes: the classes.</param>
    public static LabelEncoding For(TaskMetric metric, ImmutableArray<string> targets, CsvTable train, string label)
    {
        switch (metric.Facts.Predicts)
        {
            case PredictionKind.ClassProbabilities:
                return new LabelEncoding(metric, targets);
            case PredictionKind.Labels:
                int column = train.Require(label);
                HashSet<string> classes = new(StringComparer.Ordinal);
                var lookup = classes.GetAlternateLookup<ReadOnlySpan<char>>();
                for (int row = 0; row < train.Rows; row++)
                {
                    lookup.Add(train.Field(row, column));
                }

                return new LabelEncoding(metric, classes.All(name => Numbers.TryParseFinite(name, out _)) ? null : classes.Order(StringComparer.Ordinal));
            default:
                return new LabelEncoding(metric, null);
        }
    }

    /// <summary>What is wrong with a label: <c>is 'abc', not a number</c>; null where nothing is.</summary>
    public string? ReadAnswer(ReadOnlySpan<char> text, out double value)
    {
        if (IsOfCells)
        {
            value = 0;
            return null;
        }

        if (_classes is { } classes)
        {
            bool known = classes.TryGetValue(text, out int code);
            value = known ? code : UnknownAnswer;
            return text.IsEmpty ? "is empty"
                : !known && _metric.Facts.Predicts == PredictionKind.ClassProbabilities
                ? $"is '{Shown.Text(text)}', which is no column under 'submission.target'"
                : null;
        }

        return Numbers.Read(text, out value) is { } problem
            ? problem + (_metric.Facts.Predicts == PredictionKind.Probability ? "; write the two classes as 0 and 1" : "")
            : WithValue(text, _metric.ProblemOfAnswer(value));
    }

    /// <summary>What is wrong with a prediction: <c>is 'abc', not a number</c>; null where nothing is.</summary>
    public string? ReadPrediction(ReadOnlySpan<char> text, out double value)
    {
        if (IsOfCells)
        {
            value = 0;
            return null;
        }

        if (_metric.Facts.Predicts != PredictionKind.Labels || _classes is not { } classes)
        {
            return Numbers.Read(text, out value) ?? WithValue(text, _metric.ProblemOfPrediction(value));
        }

        // A class that the answers don't have is merely wrong; no class at all is a fault.
        value = classes.TryGetValue(text, out int code) ? code : UnknownPrediction;
        return text.IsEmpty ? "is empty" : null;
    }

    private static string? WithValue(ReadOnlySpan<char> text, string? problem) => problem is null ? null : $"is {Shown.Text(text.Trim())}: {problem}";
}
