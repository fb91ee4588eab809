using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Native;

namespace AgentIde.Sandbox.Limits;

/// <summary>The memory and pids controllers of version 1, below this process's own groups.</summary>
internal sealed class ControlGroupV1 : IResourceLimits
{
    // bubblewrap and the two shells that hold the candidate and its exit status are in the group as well.
    internal const int OwnProcesses = 3;

    private readonly string _memory;
    private readonly string _processes;

    private ControlGroupV1(string memory, string processes)
    {
        _memory = memory;
        _processes = processes;
    }

    public string Name => "cgroup v1";

    public bool EnforcesMemory => true;

    public bool ProcessesByRlimit => false;

    public string Remedy => "";

    /// <summary>Null where the controllers aren't mounted or may not be used; seen by making a group.</summary>
    internal static ControlGroupV1? TryFind()
    {
        string? Mount(string controller) =>
            ControlGroupFiles.Mounts().Where(mount => mount.Type == "cgroup" && mount.Options.Contains(controller)).Select(mount => mount.Folder).FirstOrDefault();

        if (Mount("memory") is not { } memory || Mount("pids") is not { } processes)
        {
            return null;
        }

        ControlGroupV1 limits = new(ControlGroupFiles.OwnFolder(memory, "memory"), ControlGroupFiles.OwnFolder(processes, "pids"));
        try
        {
            limits.CreateGroup($"agentide-probe-{Environment.ProcessId}", ExecutionLimits.Default).Dispose();
            return limits;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public IResourceGroup CreateGroup(string name, ExecutionLimits limits)
    {
        Group group = new(Path.Combine(_memory, name), Path.Combine(_processes, name));
        try
        {
            group.Bound(limits);
            return group;
        }
        catch
        {
            group.Dispose();
            throw;
        }
    }

    private sealed class Group(string memory, string processes) : IResourceGroup
    {
        public IReadOnlyList<string> Folders { get; } = [memory, processes];

        // By its one thread, not as a process: for that the kernel takes a lock over all processes, which costs 10 ms.
        public IReadOnlyList<string> EntryFiles { get; } = [Path.Combine(memory, "tasks"), Path.Combine(processes, "tasks")];

        public IReadOnlyList<string> HomeFiles { get; } = [Home(memory), Home(processes)];

        public IReadOnlyList<string> CommandPrefix => [];

        public IReadOnlyList<string> Environment => [];

        public TimeSpan? WatchInterval => null;

        private static string Home(string folder) => Path.Combine(Path.GetDirectoryName(folder)!, "tasks");

        internal void Bound(ExecutionLimits limits)
        {
            Directory.CreateDirectory(memory);
            Directory.CreateDirectory(processes);
            ControlGroupFiles.Set(memory, "memory.limit_in_bytes", limits.MemoryBytes);
            if (File.Exists(Path.Combine(memory, "memory.memsw.limit_in_bytes")))
            {
                // Memory and swap together: without it the candidate would swap instead of ending.
                ControlGroupFiles.Set(memory, "memory.memsw.limit_in_bytes", limits.MemoryBytes);
            }

            BoundProcesses(limits.Processes + OwnProcesses);
        }

        public void BoundProcesses(int count) => ControlGroupFiles.Set(processes, "pids.max", count);

        public void Started(Candidate candidate)
        {
        }

        public bool Watch() => false;

        public int OutOfMemoryKills() => ControlGroupFiles.Counter(memory, "memory.oom_control", "oom_kill");

        public long PeakMemoryBytes() => ControlGroupFiles.Number(memory, "memory.max_usage_in_bytes");

        public void Dispose()
        {
            ControlGroupFiles.Remove(memory);
            ControlGroupFiles.Remove(processes);
        }
    }
}
