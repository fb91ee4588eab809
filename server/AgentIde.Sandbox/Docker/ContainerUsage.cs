using AgentIde.Sandbox.Limits;

namespace AgentIde.Sandbox.Docker;

/// <summary>
/// What a container has used, read from its control groups while it lives. They are this machine's, for the engine is;
/// where they can't be seen, nothing is known.
/// </summary>
internal sealed class ContainerUsage
{
    private readonly string? _memory;
    private readonly string? _processor;
    private readonly string? _unified;
    private readonly double _secondsBefore;

    private ContainerUsage(string? memory, string? processor, string? unified)
    {
        _memory = memory;
        _processor = processor;
        _unified = unified;
        _secondsBefore = TotalSeconds();
    }

    /// <summary>Of all processes since this was made.</summary>
    internal double CpuSeconds => Math.Max(0, TotalSeconds() - _secondsBefore);

    internal long PeakMemoryBytes => _memory is { } memory ? ControlGroupFiles.Number(memory, "memory.max_usage_in_bytes")
        : _unified is { } unified ? ControlGroupFiles.Number(unified, "memory.peak")
        : 0;

    internal bool IsKnown => _memory is not null || _unified is not null;

    internal int OutOfMemoryKills => _memory is { } memory ? ControlGroupFiles.Counter(memory, "memory.oom_control", "oom_kill")
        : _unified is { } unified ? ControlGroupFiles.Counter(unified, "memory.events", "oom_kill")
        : 0;

    /// <param name="process">The container's first process, by its number on this machine.</param>
    internal static ContainerUsage Of(long process)
    {
        string[] lines = process > 0 && File.Exists($"/proc/{process}/cgroup") ? File.ReadAllLines($"/proc/{process}/cgroup") : [];
        string? Folder(string controller)
        {
            string? path = lines.Select(line => line.Split(':', 3)).FirstOrDefault(fields => fields[1].Split(',').Contains(controller))?[2];
            string? mount = ControlGroupFiles.Mounts().FirstOrDefault(mount => controller.Length == 0 ? mount.Type == "cgroup2" : mount.Type == "cgroup" && mount.Options.Contains(controller)).Folder;
            return path is null || mount is null || !Directory.Exists(mount + path) ? null : mount + path;
        }

        string? memory = Folder("memory");
        string? unified = memory is null ? Folder("") : null;
        return new ContainerUsage(memory, Folder("cpuacct"), unified is not null && File.Exists(Path.Combine(unified, "memory.events")) ? unified : null);
    }

    private double TotalSeconds() => _processor is { } processor ? ControlGroupFiles.Number(processor, "cpuacct.usage") / 1e9
        : _unified is { } unified ? ControlGroupFiles.Counter(unified, "cpu.stat", "usage_usec") / 1e6
        : 0;
}
