using System.Collections.Immutable;
using AgentIde.Core.Holdouts;
using AgentIde.Tasks.Grading;
using AgentIde.Tasks.Metrics;

namespace AgentIde.Tasks.Holdouts;

/// <summary>Pools the folds' graders: one score over all rows, whose standard errors are by row, or by group where groups were held out whole.</summary>
internal sealed class FoldGrader(ImmutableArray<SubmissionGrader> folds) : IFoldGrader
{
    private readonly int _rows = folds.Sum(fold => fold.Answers.Length);

    // A group is on one fold alone, so its number is its own on all of them.
    private readonly int[][]? _units = folds[0].Units is null ? null : [.. folds.Select(fold => fold.Units!)];

    public Task<Grade> GradeAsync(ImmutableArray<ReadOnlyMemory<byte>> submissions, CancellationToken cancellationToken)
    {
        (MetricValue? value, string? problem) = Evaluate(submissions, cancellationToken);
        return Task.FromResult(value is null ? new Grade(null, null, 0, problem) : new Grade(value.Score, value.StandardError, _rows, null));
    }

    public async Task<string?> ProblemAsync(int fold, ReadOnlyMemory<byte> submission, CancellationToken cancellationToken) =>
        (await folds[fold - 1].GradeAsync(submission, cancellationToken)).Problem;

    public Task<PairedDifference> CompareAsync(ImmutableArray<ReadOnlyMemory<byte>> submissions, ImmutableArray<ReadOnlyMemory<byte>> others, CancellationToken cancellationToken)
    {
        MetricValue mine = Require(submissions, nameof(submissions), cancellationToken), theirs = Require(others, nameof(others), cancellationToken);
        return Task.FromResult(new PairedDifference(folds[0].Metric.Facts.Gain(mine.Score, theirs.Score), mine.PairedStandardError(theirs)));
    }

    private MetricValue Require(ImmutableArray<ReadOnlyMemory<byte>> submissions, string name, CancellationToken cancellationToken)
    {
        (MetricValue? value, string? problem) = Evaluate(submissions, cancellationToken);
        return value ?? throw new ArgumentException($"Not valid submissions: {problem}", name);
    }

    private (MetricValue? Value, string? Problem) Evaluate(ImmutableArray<ReadOnlyMemory<byte>> submissions, CancellationToken cancellationToken)
    {
        if (submissions.Length != folds.Length)
        {
            throw new ArgumentException($"{folds.Length} folds have as many submissions, not {submissions.Length}.", nameof(submissions));
        }

        List<(double[] Answers, double[] Predictions)> read = [];
        for (int fold = 0; fold < folds.Length; fold++)
        {
            (double[]? predictions, string? problem) = folds[fold].Predictions(submissions[fold], cancellationToken);
            if (predictions is null)
            {
                return (null, problem);
            }

            read.Add((folds[fold].Answers, predictions));
        }

        Metric metric = folds[0].Metric;
        MetricValue value = metric.EvaluateFolds(read);
        return _units is not null && metric.TakesFoldsApart
            ? SubmissionGrader.Checked(metric, value.ByUnitsOfFolds(_units), null)
            : SubmissionGrader.Checked(metric, value, _units?.SelectMany(units => units).ToArray());
    }
}
