using AgentIde.Core.Sandboxes;

namespace AgentIde.Core.Runs;

/// <summary>Of what an execution was given, what decides how it ends and what its sums come to.</summary>
/// <param name="Seconds">Wall time at most.</param>
/// <param name="Cores">Processors, and so the threads that libraries start.</param>
public sealed record ExecutionBounds(double Seconds, long MemoryBytes, int Cores)
{
    public static ExecutionBounds Of(ExecutionLimits limits) => new(Math.Round(limits.Time.TotalSeconds, 3), limits.MemoryBytes, limits.Cores);
}
