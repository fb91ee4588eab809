using AgentIde.Core.Holdouts;
using AgentIde.Tasks.Metrics;

namespace AgentIde.Tasks.Grading;

/// <summary>Grades submissions of one form: scores, standard errors, and paired differences of two on the same rows.</summary>
public abstract class RowGrader : IGrader
{
    private readonly TaskMetric _metric;
    private readonly int _rows;

    /// <param name="rows">How many rows have an answer here.</param>
    /// <param name="units">For each of them the group or block of time by which standard errors are taken; null for each its own.</param>
    private protected RowGrader(TaskMetric metric, int rows, int[]? units)
    {
        _metric = metric;
        _rows = rows;
        Units = units;
    }

    public Task<Grade> GradeAsync(ReadOnlyMemory<byte> submission, CancellationToken cancellationToken)
    {
        (MetricValue? value, string? problem) = Evaluate(submission, cancellationToken);
        return Task.FromResult(value is null ? new Grade(null, null, 0, problem) : new Grade(value.Score, value.StandardError, _rows, null));
    }

    public Task<PairedDifference> CompareAsync(ReadOnlyMemory<byte> submission, ReadOnlyMemory<byte> other, CancellationToken cancellationToken)
    {
        MetricValue left = Require(submission, nameof(submission), cancellationToken), right = Require(other, nameof(other), cancellationToken);
        return Task.FromResult(Paired(left, right));
    }

    /// <remarks>Null where what is predicted has no mean.</remarks>
    public virtual Task<PairedDifference?> BlendAsync(ReadOnlyMemory<byte> submission, ReadOnlyMemory<byte> other, CancellationToken cancellationToken) => Task.FromResult<PairedDifference?>(null);

    /// <summary>Beside a submission of another form, whose answers are the same: both scores and their paired difference.</summary>
    internal SentinelGrades Beside(ReadOnlyMemory<byte> submission, RowGrader grader, ReadOnlyMemory<byte> other, CancellationToken cancellationToken)
    {
        (MetricValue? mine, string? problem) = Evaluate(submission, cancellationToken);
        (MetricValue? theirs, string? otherProblem) = grader.Evaluate(other, cancellationToken);
        return mine is null || theirs is null
            ? new SentinelGrades(null, null, null, problem ?? otherProblem)
            : new SentinelGrades(theirs.Score, mine.Score, Paired(theirs, mine), null);
    }

    internal int[]? Units { get; }

    /// <summary>The value by units, where it is a number; else what is wrong with the submission.</summary>
    private protected abstract (MetricValue? Value, string? Problem) Evaluate(ReadOnlyMemory<byte> submission, CancellationToken cancellationToken);

    private PairedDifference Paired(MetricValue left, MetricValue right)
    {
        int count = Math.Min(left.Influences.Length, right.Influences.Length);
        return new PairedDifference(_metric.Facts.Gain(left.Score, right.Score), Math.Min(By(left, count).PairedStandardError(By(right, count)), double.MaxValue));
    }

    /// <summary>By fewer blocks, each of which is several of the value's own: of the other there may be no more.</summary>
    private static MetricValue By(MetricValue value, int count) =>
        value.Influences.Length > count && value.Influences.Length % count == 0 ? value.ByUnits(Enumerable.Range(0, value.Influences.Length).Select(block => block % count).ToArray()) : value;

    private MetricValue Require(ReadOnlyMemory<byte> submission, string name, CancellationToken cancellationToken)
    {
        (MetricValue? value, string? problem) = Evaluate(submission, cancellationToken);
        return value ?? throw NotValid(problem, name);
    }

    private protected static ArgumentException NotValid(string? problem, string name) => new($"Not a valid submission: {problem}", name);
}
