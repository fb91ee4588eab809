using System.Collections.Immutable;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox.Attacks;

/// <summary>On the walls: what a candidate may see, reach and ask of the kernel.</summary>
internal static class BoundaryAttacks
{
    private static readonly ExecutionLimits CSharp = new(TimeSpan.FromSeconds(40), 1L << 30, 64, 64 << 20, 4 << 20, 1);

    internal static ImmutableArray<Attack> All { get; } =
    [
        new(1, "secrets in environments", ["files", "containment"], "01_environment.py"),
        new(2, "the user's files", ["files"], "02_files.py"),
        new(3, "the kernel's settings", ["user", "files"], "03_kernel_settings.py") { Control = AttackControl.ByRoot, Judge = SettingsUnchanged },
        new(4, "the network", ["network"], "04_network.py") { Judge = NobodyCalled },
        new(5, "families of sockets", ["network", "syscalls"], "05_socket_families.py"),
        new(6, "sockets of services", ["network", "files"], "06_unix_sockets.py") { Judge = NobodyCalled },
        new(7, "new namespaces", ["syscalls"], "07_namespaces.py"),
        new(8, "privileges", ["user", "syscalls"], "08_privileges.py") { NeedsSight = true, Judge = NotRootToTheKernel },
        new(9, "setuid programs", ["user"], "09_setuid_programs.py") { Control = AttackControl.ByOrdinaryUser },
        new(10, "mounts", ["syscalls", "files"], "10_mounts.py") { Control = AttackControl.InOwnNamespaces },
        new(11, "other processes", ["containment", "syscalls"], "11_other_processes.py"),
        new(13, "doors into the kernel", ["syscalls"], "13_kernel_interfaces.py"),
        new(14, "keys of the kernel", ["syscalls"], "14_keys.py"),
        new(15, "shared memory", ["containment"], "15_shared_memory.py") { Judge = NoSharedMemoryIsLeft },
        new(16, "typing into a terminal", ["syscalls"], "16_terminal.py"),
        new(17, "devices", ["files", "syscalls"], "17_devices.py") { Control = AttackControl.ByRoot },
        new(18, "inherited descriptors", ["files", "containment"], "18_descriptors.py"),
        new(19, "writing elsewhere", ["files", "disk"], "19_writes.py") { Judge = InputUnchanged },
        new(34, "traces for the next one", ["containment"], "34_traces.py", "34_traces.py") { Judge = NoSharedMemoryIsLeft },
        new(35, "a Python that is shared", ["containment"], "35_shared_python.py", "35_shared_python.py"),
        new(42, "candidates in C#", ["files", "network", "syscalls"], "42_reach.cs", "42_directives.cs", "42_nested.cs")
        {
            Language = ProgramLanguage.CSharp, Limits = CSharp, MustEnd = round => round == 0, Judge = CompiledNothingForbidden,
        },
    ];

    private static string? SettingsUnchanged(Observation seen) =>
        seen.Ground.SettingsAreUnchanged ? null : "a setting of the kernel has changed";

    private static string? NobodyCalled(Observation seen) =>
        seen.Ground.TakeCalls() is { Count: > 0 } calls ? $"a listener outside was reached: {string.Join(", ", calls)}" : null;

    private static string? NotRootToTheKernel(Observation seen) => seen.Ground.SeenUser switch
    {
        null => seen.Ground.Options.IsElsewhere ? null : "the process was not found from outside",
        0 => "to the kernel it is root",
        _ => null,
    };

    private static string? NoSharedMemoryIsLeft(Observation seen) =>
        seen.Ground.SharedMemoryIsThere() ? "shared memory that it made is there on this machine" : null;

    private static string? InputUnchanged(Observation seen) =>
        seen.Ground.InputIsUnchanged ? null : "the input is no longer what it was";

    private static string? CompiledNothingForbidden(Observation seen)
    {
        string output = System.Text.Encoding.UTF8.GetString(seen.Result.Output.Span);
        return seen.Round switch
        {
            1 when seen.Result.ExitCode is not (null or 0) && !(output.Contains("#r", StringComparison.Ordinal) && output.Contains("unsafe", StringComparison.Ordinal)) =>
                $"the compiler did not refuse both directives and unsafe code: {output.Split('\n')[0]}",
            > 0 when seen.Result is { Ending: Ending.Exited, ExitCode: 0 } => "it was compiled and ran",
            _ => NobodyCalled(seen),
        };
    }
}
