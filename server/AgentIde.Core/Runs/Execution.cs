using System.Collections.Immutable;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Core.Runs;

/// <summary>What is asked of a sandbox for a node, and what the log keeps of its answer.</summary>
internal static class Execution
{
    private const string Submission = "submission";
    private const string Meta = "meta";
    private const long MetaBytes = 64 << 10;

    public static ExecutionSpec Spec(string name, ProgramLanguage language, ReadOnlyMemory<byte> code, ExecutionPurpose purpose, string splitFolder, long submissionBytes, ExecutionLimits limits, int? fold = null) => new(
        name,
        language,
        code,
        Path.Combine(splitFolder, FolderOf(purpose, fold)),
        limits,
        [
            new OutputFile(Submission, ["submission.csv", "working/submission.csv", "submission/submission.csv"], submissionBytes),
            new OutputFile(Meta, ["working/meta.json"], MetaBytes),
        ],
        ImmutableDictionary<string, string>.Empty)
    {
        IsOneOfMany = purpose is ExecutionPurpose.Search or ExecutionPurpose.Fold,
    };

    private static string FolderOf(ExecutionPurpose purpose, int? fold) => purpose switch
    {
        ExecutionPurpose.Fold => FoldFolder(fold ?? throw new ArgumentException("A fold has a number.", nameof(fold))),
        ExecutionPurpose.Refit => "refit",
        ExecutionPurpose.Fresh => "fresh",
        _ => "search",
    };

    /// <summary>Where the files of a fold after the first lie, in the split's folder.</summary>
    public static string FoldFolder(int fold) => FormattableString.Invariant($"fold-{fold}");

    /// <summary>Null where it left none that could be taken.</summary>
    public static ReadOnlyMemory<byte>? SubmissionOf(ExecutionResult result) => result.Files.FirstOrDefault(file => file.Name == Submission)?.Bytes;

    public static (ExecutionRecord Record, ImmutableArray<Blob> Blobs) Record(ExecutionResult result)
    {
        CollectedFile? submission = result.Files.FirstOrDefault(file => file.Name == Submission);
        CollectedFile? meta = result.Files.FirstOrDefault(file => file.Name == Meta);
        Blob output = Blob.Of(result.Output);
        Blob? kept = submission?.Bytes is { } bytes ? Blob.Of(bytes) : null;
        ExecutionRecord record = new(
            result.Ending,
            result.ExitCode,
            result.Signal,
            result.OutOfMemory,
            Math.Round(result.Seconds, 3),
            Math.Round(result.CpuSeconds, 3),
            result.PeakMemoryBytes,
            output.Digest,
            kept?.Digest,
            submission?.Problem,
            Claims.Read(meta?.Bytes, result.Output.Span));
        return (record, kept is null ? [output] : [output, kept]);
    }
}
