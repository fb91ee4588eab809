namespace AgentIde.Core.Holdouts;

/// <summary>
/// Scores a submission against answers that no candidate can see. The submission's bytes are hostile: reading them
/// is bounded, and whatever is wrong with them is a <see cref="Grade"/> with a problem, never an exception.
/// </summary>
public interface IGrader
{
    Task<Grade> GradeAsync(ReadOnlyMemory<byte> submission, CancellationToken cancellationToken);

    /// <summary>The difference of two valid submissions on the same rows.</summary>
    /// <exception cref="ArgumentException">One of them has no valid grade.</exception>
    Task<PairedDifference> CompareAsync(ReadOnlyMemory<byte> submission, ReadOnlyMemory<byte> other, CancellationToken cancellationToken);

    /// <summary>
    /// What a blend of two valid submissions gains over the better of the two on the same rows, at the best of a few weights: a mean of numbers, a product of
    /// probabilities. Null where what is predicted has neither, as a label has not.
    /// </summary>
    /// <exception cref="ArgumentException">One of them has no valid grade.</exception>
    Task<PairedDifference?> BlendAsync(ReadOnlyMemory<byte> submission, ReadOnlyMemory<byte> other, CancellationToken cancellationToken);
}

/// <param name="Score">In the metric's units; null where the submission is not valid.</param>
/// <param name="StandardError">Of the score, by the influence of each row, group or block of time; null where there is no score.</param>
/// <param name="Problem">What is wrong with the submission, with its line: <c>line 7: price is 'abc', not a number</c>.</param>
public sealed record Grade(double? Score, double? StandardError, int Rows, string? Problem);

/// <param name="Gain">How much better the first is than the second, in the metric's units and direction.</param>
/// <param name="StandardError">Of the gain, paired by row, group or block of time: far smaller than that of either score.</param>
public sealed record PairedDifference(double Gain, double StandardError);
