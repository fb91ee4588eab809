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
    /// <summary>Of predictions and influences that are kept.</summary>
    private const int MostBytes = 64 << 20;

    private readonly Metric _metric;
    private readonly LabelEncoding _encoding;
    private readonly SubmissionForm _form;
    private readonly double[] _answers;
    private readonly int[] _places;
    private readonly NewestSubmissions<Graded> _graded;

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
        _graded = new(Math.Clamp(MostBytes / (sizeof(double) * (answers.Length + 1) * (1 + form.Targets.Length)), 4, 256));
    }

    public override Task<PairedDifference?> BlendAsync(ReadOnlyMemory<byte> submission, ReadOnlyMemory<byte> other, CancellationToken cancellationToken)
    {
        if (_metric.Facts.Predicts == PredictionKind.Labels)
        {
            return Task.FromResult<PairedDifference?>(null);
        }

        Graded one = Require(submission, nameof(submission), cancellationToken), another = Require(other, nameof(other), cancellationToken);
        int width = one.Predictions!.Length / _answers.Length;
        Graded first = _metric.Facts.IsBetter(another.Value!.Score, one.Value!.Score) ? another : one;

        // How sure a program is can be mended without another: a blend is not to be praised for that.
        MetricValue better = Best(Blend.Surer(_metric.Facts.Predicts, first.Predictions!, width), first.Value, cancellationToken)!;
        return Task.FromResult(Best(Blend.Of(_metric.Facts.Predicts, one.Predictions, another.Predictions!, width), null, cancellationToken) is { } best
            ? new PairedDifference(_metric.Facts.Gain(best.Score, better.Score), Math.Min(best.PairedStandardError(better), double.MaxValue))
            : null);
    }

    internal Metric Metric => _metric;

    internal double[] Answers => _answers;

    private protected override (MetricValue? Value, string? Problem) Evaluate(ReadOnlyMemory<byte> submission, CancellationToken cancellationToken)
    {
        Graded graded = GradedOf(submission, cancellationToken);
        return (graded.Value, graded.Problem);
    }

    private Graded Require(ReadOnlyMemory<byte> submission, string name, CancellationToken cancellationToken) =>
        GradedOf(submission, cancellationToken) is { Problem: null } graded ? graded : throw NotValid(GradedOf(submission, cancellationToken).Problem, name);

    private Graded GradedOf(ReadOnlyMemory<byte> submission, CancellationToken cancellationToken) => _graded.Of(submission, () =>
    {
        (double[]? predictions, string? problem) = Predictions(submission, cancellationToken);
        if (predictions is null)
        {
            return new Graded(null, null, problem);
        }

        (MetricValue? value, string? infinite) = Checked(_metric, _metric.Evaluate(_answers, predictions), Units);
        return new Graded(predictions, value, infinite);
    });

    /// <summary>The best value of several predictions and one that is known.</summary>
    private MetricValue? Best(IEnumerable<double[]> predictions, MetricValue? known, CancellationToken cancellationToken)
    {
        foreach (double[] one in predictions)
        {
            cancellationToken.ThrowIfCancellationRequested();
            known = Checked(_metric, _metric.Evaluate(_answers, one), Units).Value is { } value && (known is null || _metric.Facts.IsBetter(value.Score, known.Score)) ? value : known;
        }

        return known;
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

    /// <param name="Predictions">Of the rows that have an answer; null where the submission is not sound.</param>
    /// <param name="Problem">Null where there is a value.</param>
    private sealed record Graded(double[]? Predictions, MetricValue? Value, string? Problem);
}
