using System.Collections.Immutable;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Verification;

/// <summary>A node that was executed once more, beside what the run says of it.</summary>
/// <param name="Setting">Under what it was executed, as far as the log says; null where it says nothing.</param>
/// <param name="Submission">Where the two submissions were compared value by value; null where their bytes are the same, or nothing could be compared.</param>
/// <param name="Differences">One line each; empty where nothing differs.</param>
/// <param name="Causes">What they likely come from, the likeliest first, one line each; some for each node that differs.</param>
/// <param name="Notes">What is worth knowing of a node that does not differ, one line each.</param>
public sealed record VerifiedNode(
    int Node,
    ExecutionPurpose Purpose,
    Verdict Verdict,
    Outcome Then,
    Outcome Now,
    ExecutionSetting? Setting,
    SubmissionDifference? Submission,
    ImmutableArray<string> Differences,
    ImmutableArray<string> Causes,
    ImmutableArray<string> Notes)
{
    /// <summary>Which of the folds after the first it was executed on; null for the files of search and refit.</summary>
    public int? Fold { get; init; }
}
