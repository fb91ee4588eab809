using System.Collections.Immutable;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox.Attacks;

/// <summary>On the end: processes that won't, clocks that say otherwise, and nobody there to end them.</summary>
internal static class ProcessAttacks
{
    internal static ImmutableArray<Attack> All { get; } =
    [
        new(12, "killing", ["containment"], "12_kill.py") { NeedsSight = true, MustEnd = Attack.Never, Limits = Attack.Short, Judge = KilledOnlyItself },
        new(27, "survivors", ["containment"], "27_survivor.py", "27_closed_output.py")
        {
            NeedsSight = true, Control = AttackControl.BySurvivors, MustEnd = Attack.Never, Limits = Attack.Short, Judge = EndedWithoutSurvivors,
        },
        new(28, "deaf and stuck processes", ["time", "containment"], "28_deaf.py", "28_stuck.py")
        {
            NeedsSight = true, MustEnd = Attack.Never, Limits = Attack.Short, Judge = EndedByTheClock,
        },
        new(38, "other clocks", ["time", "syscalls"], "38_clock.py")
        {
            NeedsSight = true, Control = AttackControl.ByRoot, MustEnd = Attack.Never, Limits = Attack.Short, Judge = EndedByTheClock,
        },
        new(40, "the death of its owner", ["containment"], "40_killed_owner.py")
        {
            NeedsSight = true, Control = AttackControl.BySurvivors,
            Lacks = options => options.Targets.Holder is null ? "there is no program here that could be killed while it holds an execution: agentide sandbox attack has one" : null,
            FollowAsync = KilledHolder.LeavesNothingAsync,
        },
    ];

    internal static string? NothingSurvives(Observation seen) =>
        seen.Ground.Survivors() is { Count: > 0 } survivors ? $"processes live on: {string.Join(", ", survivors)}"
        : !AttackGround.CanStartProcesses() ? "this machine can't start processes any more"
        : null;

    private static string? KilledOnlyItself(Observation seen) =>
        !seen.Ground.CanaryProcessLives ? "a process outside was killed"
        : seen.Result is { Ending: Ending.Exited, ExitCode: 0 } ? "an execution that killed everything in sight counts as a success"
        : NothingSurvives(seen);

    private static string? EndedWithoutSurvivors(Observation seen) =>
        seen.Result.Seconds > 3 ? $"it lasted {seen.Result.Seconds:0.0} s, where 1 s is allowed" : NothingSurvives(seen);

    private static string? EndedByTheClock(Observation seen) =>
        seen.Result.Ending != Ending.TimeOut ? $"it ended as {seen.Result.Ending}, not for its time" : EndedWithoutSurvivors(seen);
}
