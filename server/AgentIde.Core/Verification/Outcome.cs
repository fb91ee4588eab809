using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Core.Verification;

/// <summary>What came of a node's program, as far as two executions of it can be compared.</summary>
/// <param name="Ending">Null where it was not executed: it does not compile.</param>
/// <param name="Failure">Null where its submission is valid, and of a refit that left one.</param>
/// <param name="Submission">Null where it left none that could be taken.</param>
/// <param name="Score">On the blind holdout, in the metric's units; null where there is none, and of a refit.</param>
/// <param name="Seconds">Wall time; null where nobody measured it, as with the memory.</param>
public sealed record Outcome(
    Ending? Ending, int? ExitCode, int? Signal, Failure? Failure, Digest? Submission, double? Score, double? Seconds, long? PeakMemoryBytes);
