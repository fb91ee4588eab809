using System.Text.Json.Serialization;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Core.Verification;

namespace AgentIde.Cli.Commands;

/// <summary>What executing a run's programs once more came to.</summary>
/// <param name="Interpreter">What runs candidates now.</param>
/// <param name="NotReached">Nodes that were to be executed yet when it was broken off.</param>
/// <param name="Skipped">Nodes without anything to execute.</param>
internal sealed record VerificationReport(
    string Engine,
    string Version,
    string Interpreter,
    int Same,
    int Close,
    int Differing,
    IReadOnlyList<int> NotReached,
    IReadOnlyList<VerifiedNodeReport> Nodes,
    IReadOnlyList<SkippedNodeReport> Skipped)
{
    public static VerificationReport Of(SandboxReport sandbox, IReadOnlyList<VerifiedNode> nodes, IReadOnlyList<SkippedNodeReport> skipped, IReadOnlyList<int> notReached)
    {
        return new VerificationReport(
            sandbox.Engine, sandbox.Version, sandbox.Interpreter, Count(Verdict.Same), Count(Verdict.Close), Count(Verdict.Differs), notReached, [.. nodes.Select(VerifiedNodeReport.Of)], skipped);

        int Count(Verdict verdict) => nodes.Count(node => node.Verdict == verdict);
    }
}

internal sealed record SkippedNodeReport(int Node, string Why);

/// <param name="Submission">Null where the bytes are the same, or nothing could be compared value by value.</param>
internal sealed record VerifiedNodeReport(
    int Node,
    ExecutionPurpose Purpose,
    Verdict Verdict,
    OutcomeReport Then,
    OutcomeReport Now,
    SubmissionDifference? Submission,
    IReadOnlyList<string> Differences,
    IReadOnlyList<string> Causes,
    IReadOnlyList<string> Notes,
    RecordedReport Recorded)
{
    /// <summary>Which of the folds after the first; null elsewhere.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Fold { get; init; }

    public static VerifiedNodeReport Of(VerifiedNode node) => new(
        node.Node, node.Purpose, node.Verdict, OutcomeReport.Of(node.Then), OutcomeReport.Of(node.Now), node.Submission, node.Differences, node.Causes, node.Notes,
        RecordedReport.Of(node.Setting))
    {
        Fold = node.Fold,
    };
}

/// <param name="Submission">Its SHA-256.</param>
internal sealed record OutcomeReport(
    Ending? Ending, int? ExitCode, int? Signal, FailureKind? Failure, string? Message, string? Submission, double? Score, double? Seconds, long? PeakMemoryBytes)
{
    public static OutcomeReport Of(Outcome outcome) => new(
        outcome.Ending, outcome.ExitCode, outcome.Signal, outcome.Failure?.Kind, outcome.Failure?.Message, outcome.Submission?.Hex, outcome.Score, outcome.Seconds, outcome.PeakMemoryBytes);
}

/// <summary>Under what a node was executed in the run; null for what the log does not say.</summary>
internal sealed record RecordedReport(string? Engine, string? Version, string? Interpreter, double? Seconds, long? MemoryBytes, int? Cores)
{
    public static RecordedReport Of(ExecutionSetting? setting) => new(
        setting?.Sandbox?.Engine, setting?.Sandbox?.Version, setting?.Sandbox?.Interpreter, setting?.Bounds?.Seconds, setting?.Bounds?.MemoryBytes, setting?.Bounds?.Cores);
}
