using System.Collections.Immutable;

namespace AgentIde.Core.Sandboxes;

/// <summary>What a sandbox was seen to enforce, by running. Recorded in the run's first event.</summary>
/// <param name="Engine">Such as <c>bubblewrap</c>.</param>
/// <param name="Version">Such as <c>0.8.0</c>.</param>
/// <param name="Interpreter">What runs candidates: <c>Python 3.11.2 (numpy 1.24.2, …)</c>.</param>
/// <param name="Guarantees">Each of <see cref="Guarantee.All"/>, held or not.</param>
public sealed record SandboxReport(string Engine, string Version, string Interpreter, ImmutableArray<Guarantee> Guarantees)
{
    public IEnumerable<Guarantee> Missing => Guarantees.Where(guarantee => !guarantee.Held);
}

/// <param name="How">How it is enforced, or why it isn't and what would bring it: <c>memory: cgroup v1</c>.</param>
public sealed record Guarantee(string Name, bool Held, string How)
{
    public static ImmutableArray<string> All { get; } =
        ["network", "files", "user", "syscalls", "containment", "time", "memory", "processes", "disk"];
}
