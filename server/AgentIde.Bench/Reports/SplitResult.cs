using System.Collections.Immutable;
using AgentIde.Core.Scaling;

namespace AgentIde.Bench.Reports;

/// <summary>An agent's percentages over the competitions of a split, as MLE-bench aggregates them.</summary>
/// <param name="Competitions">How many the split has.</param>
/// <param name="Reported">Of how many there is a report.</param>
/// <param name="Seeds">Over how many the means are taken.</param>
/// <param name="IsPadded">Whether runs are missing that were counted as runs without a submission.</param>
/// <param name="PassAt">At place k − 1: the expected percentage of competitions with a medal in the best of k runs.</param>
public sealed record SplitResult(
    string Split,
    int Competitions,
    int Reported,
    int Seeds,
    bool IsPadded,
    Mean AnyMedal,
    Mean Gold,
    Mean Silver,
    Mean Bronze,
    Mean AboveMedian,
    Mean ValidSubmission,
    Mean SubmissionExists,
    ImmutableArray<double> PassAt);
