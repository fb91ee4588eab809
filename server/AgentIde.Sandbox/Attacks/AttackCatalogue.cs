using System.Collections.Immutable;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox.Attacks;

/// <summary>Every attack there is, by its number.</summary>
internal static class AttackCatalogue
{
    private static readonly ExecutionLimits Short = new(TimeSpan.FromSeconds(1), 256L << 20, 32, 64 << 20, 4 << 20, 1);

    internal static ImmutableArray<Attack> All { get; } =
    [
        new(1, "secrets in environments", ["files", "containment"], "01_environment.py"),
        new(2, "the user's files", ["files"], "02_files.py"),
        new(3, "the kernel's settings", ["user", "files"], "03_kernel_settings.py") { Control = AttackControl.ByRoot, Judge = SettingsUnchanged },
        new(4, "the network", ["network"], "04_network.py") { Judge = NobodyCalled },
        new(5, "families of sockets", ["network", "syscalls"], "05_socket_families.py"),
        new(6, "sockets of services", ["network", "files"], "06_unix_sockets.py") { Judge = NobodyCalled },
        new(7, "new namespaces", ["syscalls"], "07_namespaces.py"),
        new(8, "privileges", ["user", "syscalls"], "08_privileges.py") { Judge = NotRootToTheKernel },
        new(9, "setuid programs", ["user"], "09_setuid_programs.py") { Control = AttackControl.ByOrdinaryUser },
        new(10, "mounts", ["syscalls", "files"], "10_mounts.py") { Control = AttackControl.InOwnNamespaces },
        new(11, "other processes", ["containment", "syscalls"], "11_other_processes.py"),
        new(12, "killing", ["containment"], "12_kill.py") { MustEnd = false, Limits = Short, Judge = KilledOnlyItself },
        new(20, "a fork bomb", ["processes"], "20_fork_bomb.py") { Judge = NothingSurvives },
        new(21, "twice the memory", ["memory"], "21_memory.py") { MustEnd = false, Judge = EndedForMemory },
        new(24, "filling the disk", ["disk"], "24_disk.py") { Collect = ["submission.csv"], Judge = NothingWasTaken },
        new(27, "survivors", ["containment"], "27_survivor.py", "27_closed_output.py") { Control = AttackControl.BySurvivors, MustEnd = false, Limits = Short, Judge = EndedWithoutSurvivors },
        new(28, "deaf and stuck processes", ["time", "containment"], "28_deaf.py", "28_stuck.py") { MustEnd = false, Limits = Short, Judge = EndedByTheClock },
        new(29, "outputs that are links", ["files"], "29_linked_outputs.py")
        {
            Control = AttackControl.OnTheGround,
            Collect = ["passwd.csv", "canary.csv", "relative.csv", "input.csv", "dangling.csv", "loop.csv", "folder/answers.csv", "magic.csv", "submission/submission.csv"],
            Judge = NothingWasTaken,
        },
        new(30, "outputs that are no files", ["files"], "30_strange_outputs.py")
        {
            Control = AttackControl.OnTheGround,
            Collect = ["fifo.csv", "directory.csv", "socket.csv", "device.csv", "memory.csv", "submission/answers.csv"],
            Judge = NothingWasTaken,
        },
    ];

    private static string? SettingsUnchanged(AttackGround ground, ExecutionResult result) =>
        ground.SettingsAreUnchanged ? null : "a setting of the kernel has changed";

    private static string? NobodyCalled(AttackGround ground, ExecutionResult result) =>
        ground.TakeCalls() is { Count: > 0 } calls ? $"a listener outside was reached: {string.Join(", ", calls)}" : null;

    private static string? NotRootToTheKernel(AttackGround ground, ExecutionResult result) => ground.SeenUser switch
    {
        null => "the process was not found from outside",
        0 => "to the kernel it is root",
        _ => null,
    };

    private static string? KilledOnlyItself(AttackGround ground, ExecutionResult result) =>
        !ground.CanaryProcessLives ? "a process outside was killed"
        : result is { Ending: Ending.Exited, ExitCode: 0 } ? "an execution that killed everything in sight counts as a success"
        : NothingSurvives(ground, result);

    private static string? NothingSurvives(AttackGround ground, ExecutionResult result) =>
        ground.Survivors() is { Count: > 0 } survivors ? $"processes live on: {string.Join(", ", survivors)}"
        : !AttackGround.CanStartProcesses() ? "this machine can't start processes any more"
        : null;

    private static string? EndedForMemory(AttackGround ground, ExecutionResult result) =>
        result.Ending != Ending.OutOfMemory || !result.OutOfMemory ? $"it ended as {result.Ending} with exit code {result.ExitCode}, not for its memory"
        : result.PeakMemoryBytes is <= 0 or >= 512L << 20 ? $"a peak of {result.PeakMemoryBytes >> 20} MiB is told, where 256 are allowed"
        : null;

    private static string? EndedWithoutSurvivors(AttackGround ground, ExecutionResult result) =>
        result.Seconds > 3 ? $"it lasted {result.Seconds:0.0} s, where 1 s is allowed" : NothingSurvives(ground, result);

    private static string? EndedByTheClock(AttackGround ground, ExecutionResult result) =>
        result.Ending != Ending.TimeOut ? $"it ended as {result.Ending}, not for its time" : EndedWithoutSurvivors(ground, result);

    private static string? NothingWasTaken(AttackGround ground, ExecutionResult result)
    {
        foreach (CollectedFile file in result.Files)
        {
            if (file.Bytes is not null)
            {
                return $"{file.Name} was taken as if it were a file";
            }

            if (file.Problem is null)
            {
                return $"{file.Name} was not refused";
            }
        }

        return null;
    }
}
