using System.Collections.Immutable;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox.Attacks;

/// <summary>On the limits: processes, memory, disk, files, output, priority.</summary>
internal static class ResourceAttacks
{
    private const int MostKept = 512 << 10;
    private const long MostGrown = 50L << 20;

    /// <summary>The engine's start is part of it, which takes seconds on a busy machine.</summary>
    private static readonly TimeSpan CleanUp = TimeSpan.FromSeconds(30);

    internal static ImmutableArray<Attack> All { get; } =
    [
        new(20, "a fork bomb", ["processes"], "20_fork_bomb.py") { NeedsSight = true, Judge = ProcessAttacks.NothingSurvives },
        new(21, "twice the memory", ["memory"], "21_memory.py") { MustEnd = Attack.Never, Judge = EndedForMemory },
        new(22, "a child out of memory", ["memory"], "22_child_out_of_memory.py") { MustEnd = Attack.Never, Judge = MemoryIsNoted },
        new(23, "a kill of its own", ["memory"], "23_own_kill.py") { MustEnd = Attack.Never, Judge = EndedByItsOwnHand },
        new(24, "filling the disk", ["disk"], "24_disk.py") { Collect = ["submission.csv"], Judge = OutputAttacks.NothingWasTaken },
        new(25, "files without end", ["disk", "memory"], "25_files.py")
        {
            Limits = new ExecutionLimits(TimeSpan.FromSeconds(20), 96L << 20, 32, 64 << 20, 4 << 20, 1),
            FullLimits = new ExecutionLimits(TimeSpan.FromMinutes(2), 1L << 30, 32, 64 << 20, 4 << 20, 1),
            MustEnd = Attack.Never,
            Judge = FilesWereBounded,
        },
        new(26, "output without end", ["disk", "memory"], "26_output.py", "26_output.py")
        {
            FullLimits = new ExecutionLimits(TimeSpan.FromMinutes(2), 256L << 20, 32, 64 << 20, 1L << 30, 1),
            MustEnd = Attack.Never,
            Judge = EndedForItsOutput,
        },
        new(41, "priority and limits", ["user", "memory"], "41_priority.py") { Control = AttackControl.ByRoot },
    ];

    private static string? EndedForMemory(Observation seen) =>
        seen.Result.Ending != Ending.OutOfMemory || !seen.Result.OutOfMemory ? $"it ended as {seen.Result.Ending} with exit code {seen.Result.ExitCode}, not for its memory"
        : seen.Result.PeakMemoryBytes is <= 0 || seen.Result.PeakMemoryBytes >= 2 * seen.Limits.MemoryBytes ? $"a peak of {seen.Result.PeakMemoryBytes >> 20} MiB is told, where {seen.Limits.MemoryBytes >> 20} are allowed"
        : null;

    /// <summary>The kernel kills the child alone, a watch kills all of them: either way it is told.</summary>
    private static string? MemoryIsNoted(Observation seen) =>
        !seen.Result.OutOfMemory ? $"nothing tells that memory ran out: it ended as {seen.Result.Ending} with exit code {seen.Result.ExitCode}"
        : seen.Result is { Ending: Ending.OutOfMemory } or { Ending: Ending.Exited, ExitCode: 0 } ? null
        : $"it ended as {seen.Result.Ending} with exit code {seen.Result.ExitCode}";

    private static string? EndedByItsOwnHand(Observation seen) =>
        seen.Result is { Ending: Ending.Signalled, Signal: 9, OutOfMemory: false } ? null
        : $"it killed itself, and counts as {seen.Result.Ending}{(seen.Result.OutOfMemory ? ", out of memory" : "")}";

    private static string? FilesWereBounded(Observation seen) =>
        seen.Result.Ending is not (Ending.Exited or Ending.OutOfMemory or Ending.Signalled) ? $"nothing but its end as {seen.Result.Ending} bounded its files"
        : seen.Took - TimeSpan.FromSeconds(seen.Result.Seconds) > CleanUp ? $"to clean up after it took {(seen.Took.TotalSeconds - seen.Result.Seconds):0.0} s"
        : null;

    private static string? EndedForItsOutput(Observation seen) =>
        seen.Result.Ending != Ending.OutputFlood ? $"it ended as {seen.Result.Ending}, not for its output"
        : seen.Result.Output.Length > MostKept ? $"{seen.Result.Output.Length:N0} bytes of its output were kept"
        : seen.Grown > MostGrown ? $"this process has grown by {seen.Grown >> 20} MiB"
        : null;
}
