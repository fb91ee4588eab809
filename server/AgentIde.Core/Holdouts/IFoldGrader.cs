using System.Collections.Immutable;

namespace AgentIde.Core.Holdouts;

/// <summary>
/// Scores what one program left on each fold against answers that it could not see, over all rows at once: each row of train is blind on one fold.
/// Submissions are in the order of the folds, the first one's first, and hostile as those of <see cref="IGrader"/> are.
/// </summary>
public interface IFoldGrader
{
    /// <summary>The score over all rows; where a submission is not valid, a problem that names no fold.</summary>
    Task<Grade> GradeAsync(ImmutableArray<ReadOnlyMemory<byte>> submissions, CancellationToken cancellationToken);

    /// <summary>What is wrong with the submission on one fold, 1 …; null where it is sound.</summary>
    Task<string?> ProblemAsync(int fold, ReadOnlyMemory<byte> submission, CancellationToken cancellationToken);

    /// <summary>The difference of two programs on the same rows, paired.</summary>
    /// <exception cref="ArgumentException">A submission has no valid grade.</exception>
    Task<PairedDifference> CompareAsync(ImmutableArray<ReadOnlyMemory<byte>> submissions, ImmutableArray<ReadOnlyMemory<byte>> others, CancellationToken cancellationToken);
}
