using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Seccomp;
using Docker.DotNet.Models;

namespace AgentIde.Sandbox.Docker;

/// <summary>What an engine says that it can limit on this machine. What it can't is not asked of it, and told.</summary>
internal sealed record EngineMeans(string Version, string ControlGroups, bool Memory, bool Swap, bool Processes, bool Processor)
{
    internal static EngineMeans Of(SystemInfoResponse engine) =>
        new(engine.ServerVersion, engine.CgroupVersion is { Length: > 0 } version ? version : "1", engine.MemoryLimit, engine.SwapLimit, engine.PidsLimit, engine.CPUCfsQuota);

    /// <summary>How a guarantee is given on which no attack succeeded, or why it is not given after all.</summary>
    internal Guarantee Of(string name) => name switch
    {
        "memory" when !Memory => new Guarantee(name, false, "this Docker can't limit memory: a rootless one needs cgroup v2 and a systemd user session that delegates the controller; --sandbox bubblewrap watches it"),
        "syscalls" when SyscallTable.OfThisMachine is null => new Guarantee(name, false, "there is no filter for this architecture: use x86_64 or aarch64"),
        _ => new Guarantee(name, true, name switch
        {
            "network" => "a container without network, and no sockets but unix",
            "files" => "a read-only image; of this machine only the input is shown",
            "user" => "an unused user without capabilities",
            "syscalls" => "a seccomp profile of our own",
            "containment" => "a container of its own, ended by its first process, which is another user",
            "time" => "killed by the monotonic clock",
            "memory" when !Swap => $"a memory limit of the container (cgroup v{ControlGroups}); this kernel counts no swap, so what it swaps out comes on top: boot with swapaccount=1, or without swap",
            "memory" => $"a memory limit of the container, swap included (cgroup v{ControlGroups})",
            "processes" when !Processes => "a resource limit of the candidate's own user",
            "processes" => "a resource limit of the candidate's own user, and a limit of the container",
            "disk" => "memory file systems of fixed size; no host folder can be written",
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "A guarantee that nobody probes."),
        }),
    };
}
