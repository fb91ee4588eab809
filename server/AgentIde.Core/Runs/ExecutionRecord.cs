using AgentIde.Core.Sandboxes;

namespace AgentIde.Core.Runs;

/// <summary>What an execution left behind, as an event keeps it: the bytes are blobs of the store.</summary>
/// <param name="Seconds">Wall time; null where nobody measured it, as with the two that follow: it ran elsewhere.</param>
/// <param name="Output">Standard output and error, merged in the order they came, cut in the middle where long.</param>
/// <param name="Submission">Null where the candidate left none, or none that could be taken.</param>
/// <param name="Claim">What the code says of its own score.</param>
public sealed record ExecutionRecord(
    Ending Ending,
    int? ExitCode,
    int? Signal,
    bool OutOfMemory,
    double? Seconds,
    double? CpuSeconds,
    long? PeakMemoryBytes,
    Digest Output,
    Digest? Submission,
    string? SubmissionProblem,
    double? Claim);
