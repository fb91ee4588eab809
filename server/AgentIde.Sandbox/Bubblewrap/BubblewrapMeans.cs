using System.Runtime.InteropServices;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Limits;
using AgentIde.Sandbox.Native;
using AgentIde.Sandbox.Seccomp;

namespace AgentIde.Sandbox;

/// <summary>By what bubblewrap gives each guarantee on this machine, and which it can't give whatever the attacks say.</summary>
internal static class BubblewrapMeans
{
    internal static Guarantee Of(string name, IResourceLimits limits) => name switch
    {
        "memory" when !limits.EnforcesMemory =>
            new Guarantee(name, false, $"watched every 20 ms, not enforced by the kernel: {limits.Remedy}"),
        "syscalls" when SyscallTable.OfThisMachine is null =>
            new Guarantee(name, false, $"there is no filter for {RuntimeInformation.ProcessArchitecture}: use x86_64 or aarch64"),
        _ => new Guarantee(name, true, Means(name, limits)),
    };

    private static string Means(string name, IResourceLimits limits) => name switch
    {
        "network" => "a network namespace without interfaces, and no sockets but unix",
        "files" => "an empty read-only root that shows /usr, the interpreter and the input",
        "user" => Libc.EffectiveUser() == 0 ? "an unused user without capabilities, not root" : "this user without capabilities, in a namespace of its own",
        "syscalls" => $"a seccomp filter for {RuntimeInformation.ProcessArchitecture}",
        "containment" => "a process namespace that dies as a whole",
        "time" => "killed by the monotonic clock",
        "memory" => $"{limits.Name}, swap included",
        "processes" => limits.ProcessesByRlimit ? "a resource limit inside the user namespace" : limits.Name,
        "disk" => "memory file systems of fixed size; no host folder can be written",
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "A guarantee that nobody probes."),
    };
}
