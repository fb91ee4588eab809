using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Metrics;

namespace AgentIde.Tasks.Grading;

/// <summary>
/// Grades submissions of one form by a metric of rows. All rows must be sound, also those that have no answer here: on the
/// blind files only the holdout's rows count. The answers are read once; safe for use by several threads.
/// </summary>
public sealed class SubmissionGrader : RowGrader
{
    private readonly Metric _metric;
    private readonly LabelEncoding _encoding;
    private readonly SubmissionForm _form;
    private readonly double[] _answers;
    private readonly int[] _places;

    /// <param name="places">For each row of the form its place among the answers, or -1.</param>
    /// <param name="units">For each answer the group or block of time by which standard errors are taken; null for each its own.</param>
    internal SubmissionGrader(Metric metric, LabelEncoding encoding, SubmissionForm form, double[] answers, int[] places, int[]? units = null)
        : base(metric, answers.Length, units)
    {
        _metric = metric;
        _encoding = encoding;
        _form = form;
        _answers = answers;
        _places = places;
    }

    public override Task<PairedDifference?> BlendAsync(ReadOnlyMemory<byte> submission, ReadOnlyMemory<byte> other, CancellationToken cancellationToken)
    {
        if (_metric.Facts.Predicts == PredictionKind.Labels)
        {
            return Task.FromResult<PairedDifference?>(null);
        }

        double[] one = Read(submission, nameof(submission)), another = Read(other, nameof(other));
        MetricValue mine = Value(one, nameof(submission)), theirs = Value(another, nameof(other)), better = _metric.Facts.IsBetter(theirs.Score, mine.Score) ? theirs : mine;
        MetricValue? best = null;
        foreach (double[] alone in Blend.Surer(_metric.Facts.Predicts, ReferenceEquals(better, mine) ? one : another, one.Length / _answers.Length))
        {
            // How sure a program is can be mended without another: a blend is not to be praised for that.
            cancellationToken.ThrowIfCancellationRequested();
            better = Checked(_metric, _metric.Evaluate(_answers, alone), Units).Value is { } value && _metric.Facts.IsBetter(value.Score, better.Score) ? value : better;
        }

        foreach (double[] joined in Blend.Of(_metric.Facts.Predicts, one, another, one.Length / _answers.Length))
        {
            cancellationToken.ThrowIfCancellationRequested();
            best = Checked(_metric, _metric.Evaluate(_answers, joined), Units).Value is { } value && (best is null || _metric.Facts.IsBetter(value.Score, best.Score)) ? value : best;
        }

        return Task.FromResult(best is null ? null : new PairedDifference(_metric.Facts.Gain(best.Score, better.Score), Math.Min(best.PairedStandardError(better), double.MaxValue)));

        double[] Read(ReadOnlyMemory<byte> bytes, string name)
        {
            (double[]? predictions, string? problem) = Predictions(bytes, cancellationToken);
            return predictions ?? throw new ArgumentException($"Not a valid submission: {problem}", name);
        }

        MetricValue Value(double[] predictions, string name)
        {
            (MetricValue? value, string? problem) = Checked(_metric, _metric.Evaluate(_answers, predictions), Units);
            return value ?? throw new ArgumentException($"Not a valid submission: {problem}", name);
        }
    }

    internal Metric Metric => _metric;

    internal double[] Answers => _answers;

    private protected override (MetricValue? Value, string? Problem) Evaluate(ReadOnlyMemory<byte> submission, CancellationToken cancellationToken)
    {
        (double[]? predictions, string? problem) = Predictions(submission, cancellationToken);
        return predictions is null ? (null, problem) : Checked(_metric, _metric.Evaluate(_answers, predictions), Units);
    }

    /// <summary>The value by units, where it is a number.</summary>
    internal static (MetricValue? Value, string? Problem) Checked(Metric metric, MetricValue value, int[]? units)
    {
        MetricValue result = units is null ? value : value.ByUnits(units);
        return double.IsFinite(result.Score) && double.IsFinite(result.StandardError)
            ? (result, null)
            : (null, $"the predictions are so large that {metric.Name} is infinite");
    }

    /// <summary>What is predicted of the rows that have an answer, in the order of these; null with a problem where the submission is not sound.</summary>
    internal (double[]? Predictions, string? Problem) Predictions(ReadOnlyMemory<byte> submission, CancellationToken cancellationToken)
    {
        int width = _form.Targets.Length;
        double[] predictions = new double[_answers.Length * width];
        try
        {
            SubmissionReader.Read(
                submission,
                _form,
                _encoding,
                (row, target, value, _) =>
                {
                    if (_places[row] is int place and >= 0)
                    {
                        predictions[(place * width) + target] = value;
                    }
                },
                cancellationToken);
        }
        catch (CsvProblemException problem)
        {
            return (null, problem.Message);
        }

        return (predictions, null);
    }
}
