namespace AgentIde.Sandbox.Slurm;

internal enum JobVerdict
{
    /// <summary>Slurm would not have it.</summary>
    Refused,
    TakenAway,
    TimeOut,
    OutOfMemory,
    CancelledOutside,
    Unshared,
    NodeProgramFailed,
}

/// <summary>Why a job ended that handed over no result.</summary>
internal static class JobEnd
{
    /// <param name="end">What the cluster says; null where it doesn't know the job.</param>
    /// <param name="hasStarted">Whether the job's own program was seen to begin.</param>
    /// <param name="log">What srun said.</param>
    internal static JobVerdict Of(QueuedJob? end, bool hasStarted, string log)
    {
        bool Says(string words) => log.Contains(words, StringComparison.OrdinalIgnoreCase);
        return end?.State switch
        {
            "CANCELLED" => JobVerdict.CancelledOutside,
            "TIMEOUT" or "DEADLINE" => JobVerdict.TimeOut,
            "OUT_OF_MEMORY" => JobVerdict.OutOfMemory,
            _ when end is { WasTakenAway: true } => JobVerdict.TakenAway,
            // It ended well by its own account, but nobody here can see what it wrote. If it was seen to begin, its step died.
            "COMPLETED" when !hasStarted => JobVerdict.Unshared,
            "FAILED" when end!.Nodes.Length == 0 => JobVerdict.Refused,
            _ when hasStarted => JobVerdict.TakenAway,
            _ when Says("execve()") && Says("No such file or directory") => JobVerdict.Unshared,
            // A launch that failed is the node's fault; what was launched and failed at once is not there as it should be.
            "FAILED" => end.Reason is "JobLaunchFailure" or "NodeDown" || !Says("exited with exit code") ? JobVerdict.TakenAway : JobVerdict.NodeProgramFailed,
            _ => Says("unable to contact") || Says("node failure") ? JobVerdict.TakenAway : JobVerdict.Refused,
        };
    }
}
