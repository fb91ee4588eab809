using System.Collections.Immutable;
using AgentIde.Core.Runs;

namespace AgentIde.Storage.Database;

/// <summary>Which blobs an event names: they are stored no later than the event. Digests of other things are not among them.</summary>
internal static class NamedBlobs
{
    public static ImmutableArray<Digest> Of(RunEvent @event) => @event switch
    {
        CallReserved reserved => [reserved.Prompt],
        CallEnded ended => [.. new[] { ended.Answer, ended.Thinking }.OfType<Digest>()],
        NodeProposed proposed => [proposed.Code],
        ExecutionEnded { Execution: { Submission: { } submission } execution } => [execution.Output, submission],
        ExecutionEnded ended => [ended.Execution.Output],
        SolutionRefitted refitted => [refitted.Submission],
        NodeApplied applied => applied.Before is { } before ? [applied.Code, before] : [applied.Code],
        _ => [],
    };
}
