using System.Globalization;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Native;

namespace AgentIde.Sandbox.Limits;

/// <summary>
/// A transient scope of the user's own systemd, for those who may not make control groups themselves. systemd removes
/// the scope as soon as it is empty, so its counters are read while the candidate's keeper is still in it.
/// </summary>
internal sealed class SystemdScope : IResourceLimits
{
    private const string Program = "/usr/bin/systemd-run";

    private readonly IReadOnlyList<string> _environment;

    private SystemdScope(IReadOnlyList<string> environment) => _environment = environment;

    public string Name => "cgroup v2 by a systemd scope";

    public bool EnforcesMemory => true;

    public bool ProcessesByRlimit => false;

    public string Remedy => "";

    /// <summary>Null where a scope with limits can't be started; seen by starting one and reading its limits inside.</summary>
    internal static SystemdScope? TryFind()
    {
        string? runtime = System.Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        if (!File.Exists(Program) || runtime is null)
        {
            return null;
        }

        string bus = System.Environment.GetEnvironmentVariable("DBUS_SESSION_BUS_ADDRESS") ?? $"unix:path={runtime}/bus";
        SystemdScope scope = new([$"XDG_RUNTIME_DIR={runtime}", $"DBUS_SESSION_BUS_ADDRESS={bus}"]);
        ExecutionLimits limits = ExecutionLimits.Default with { MemoryBytes = 64 << 20, Processes = 16 };
        const string readLimits = "cd /sys/fs/cgroup$(sed -n s/^0:://p /proc/self/cgroup) && cat memory.max pids.max";
        (int status, string output) = ShortCommand.Run(
            [.. Prefix(limits), "/bin/sh", "-c", readLimits], scope._environment, TimeSpan.FromSeconds(5));
        string[] expected = [Text(limits.MemoryBytes), Text(limits.Processes + ControlGroupV1.OwnProcesses)];
        return status == 0 && output.Split('\n', StringSplitOptions.RemoveEmptyEntries).SequenceEqual(expected) ? scope : null;
    }

    public IResourceGroup CreateGroup(string name, ExecutionLimits limits) => new Scope([.. Prefix(limits), "/usr/bin/env", "-i"], _environment);

    private static IReadOnlyList<string> Prefix(ExecutionLimits limits) =>
    [
        Program, "--user", "--scope", "--quiet", "--collect",
        "-p", $"MemoryMax={Text(limits.MemoryBytes)}", "-p", "MemorySwapMax=0",
        "-p", $"TasksMax={Text(limits.Processes + ControlGroupV1.OwnProcesses)}", "--",
    ];

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed class Scope(IReadOnlyList<string> prefix, IReadOnlyList<string> environment) : IResourceGroup
    {
        private string? _folder;
        private int _kills;
        private long _peak;

        public IReadOnlyList<string> Folders => [];

        public IReadOnlyList<string> EntryFiles => [];

        public IReadOnlyList<string> CommandPrefix { get; } = prefix;

        public IReadOnlyList<string> Environment { get; } = environment;

        public TimeSpan? WatchInterval => null;

        public void BoundProcesses(int count)
        {
        }

        public void Started(Candidate candidate)
        {
            string line = File.ReadLines($"/proc/{candidate.KeeperId}/cgroup").First(line => line.StartsWith("0::", StringComparison.Ordinal));
            _folder = "/sys/fs/cgroup" + line[3..];
        }

        public bool Watch() => false;

        public int OutOfMemoryKills() =>
            _folder is null ? 0 : _kills = Math.Max(_kills, ControlGroupFiles.Counter(_folder, "memory.events", "oom_kill"));

        public long PeakMemoryBytes() =>
            _folder is null || !Directory.Exists(_folder) ? _peak : _peak = ControlGroupFiles.Number(_folder, "memory.peak");

        public void Dispose()
        {
        }
    }
}
