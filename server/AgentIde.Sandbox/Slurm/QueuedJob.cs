namespace AgentIde.Sandbox.Slurm;

/// <summary>One line of <c>squeue</c>.</summary>
/// <param name="State">In Slurm's words: <c>RUNNING</c>.</param>
/// <param name="Reason">Why it waits, or why it ended.</param>
internal sealed record QueuedJob(string Id, string Name, string State, string Reason, string Nodes)
{
    internal const string Format = "%i|%j|%T|%r|%N";

    private static readonly HashSet<string> Ended =
    [
        "COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "OUT_OF_MEMORY", "NODE_FAIL", "BOOT_FAIL", "PREEMPTED", "DEADLINE", "REVOKED",
    ];

    private static readonly HashSet<string> Impossible =
    [
        "BadConstraints", "PartitionTimeLimit", "PartitionNodeLimit", "InvalidAccount", "InvalidQOS", "AssocMaxWallDurationPerJobLimit",
        "QOSMaxWallDurationPerJobLimit", "QOSMaxCpuPerJobLimit", "QOSMaxMemoryPerJob", "JobHeldAdmin", "JobHeldUser", "AccountNotAllowed", "QOSNotAllowed",
    ];

    /// <summary>Whether it may still do something. A word that is not known here is taken for such.</summary>
    internal bool IsLive => !Ended.Contains(State);

    /// <summary>Whether it waits for what waiting won't bring.</summary>
    internal bool WaitsInVain => State == "PENDING" && Impossible.Contains(Reason);

    /// <summary>Whether the cluster, not the job, is why it ended, so that another attempt may fare better.</summary>
    internal bool WasTakenAway => State is "NODE_FAIL" or "BOOT_FAIL" or "PREEMPTED" or "REVOKED";

    /// <summary>Null for what is no line of a queue, such as a warning.</summary>
    internal static QueuedJob? Parse(string line) =>
        line.Split('|') is [var id, var name, var state, var reason, var nodes] ? new QueuedJob(id, name, state, reason, nodes) : null;
}
