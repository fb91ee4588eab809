using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Native;

namespace AgentIde.Sandbox.Limits;

/// <summary>The unified hierarchy, in a group of our own at the top of what is mounted, with memory and pids handed down to it.</summary>
internal sealed class ControlGroupV2 : IResourceLimits
{
    private readonly string _parent;

    internal ControlGroupV2(string parent) => _parent = parent;

    public string Name => "cgroup v2";

    public bool EnforcesMemory => true;

    public bool ProcessesByRlimit => false;

    public string Remedy => "";

    /// <summary>Null where the controllers can't be handed down to a group of ours; seen by making one.</summary>
    internal static ControlGroupV2? TryFind()
    {
        foreach (string mount in ControlGroupFiles.Mounts().Where(mount => mount.Type == "cgroup2").Select(mount => mount.Folder))
        {
            ControlGroupV2 limits = new(Path.Combine(mount, "agentide"));
            try
            {
                Directory.CreateDirectory(limits._parent);
                HandDown(mount);
                HandDown(limits._parent);
                limits.CreateGroup($"agentide-probe-{Environment.ProcessId}", ExecutionLimits.Default).Dispose();
                return limits;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // A container's own root with processes in it, a read-only mount, or the controllers belong to version 1.
                RemoveIfEmpty(limits._parent);
            }
        }

        return null;
    }

    public IResourceGroup CreateGroup(string name, ExecutionLimits limits)
    {
        UnifiedGroup group = new(Path.Combine(_parent, name));
        try
        {
            Directory.CreateDirectory(group.Folder);
            ControlGroupFiles.Set(group.Folder, "memory.max", limits.MemoryBytes);
            if (File.Exists(Path.Combine(group.Folder, "memory.swap.max")))
            {
                ControlGroupFiles.Set(group.Folder, "memory.swap.max", 0);
            }

            group.BoundProcesses(limits.Processes + ControlGroupV1.OwnProcesses);
            return group;
        }
        catch
        {
            group.Dispose();
            throw;
        }
    }

    private static void HandDown(string folder)
    {
        string path = Path.Combine(folder, "cgroup.subtree_control");
        string[] handedDown = File.ReadAllText(path).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        if (!handedDown.Contains("memory") || !handedDown.Contains("pids"))
        {
            File.WriteAllText(path, "+memory +pids");
        }
    }

    /// <summary>The kernel refuses where another process has put something into it, or has removed it meanwhile.</summary>
    private static void RemoveIfEmpty(string folder)
    {
        try
        {
            Directory.Delete(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }

    private sealed class UnifiedGroup(string folder) : IResourceGroup
    {
        internal string Folder { get; } = folder;

        public IReadOnlyList<string> Folders { get; } = [folder];

        public IReadOnlyList<string> EntryFiles { get; } = [Path.Combine(folder, "cgroup.procs")];

        public IReadOnlyList<string> CommandPrefix => [];

        public IReadOnlyList<string> Environment => [];

        public TimeSpan? WatchInterval => null;

        public void BoundProcesses(int count) => ControlGroupFiles.Set(Folder, "pids.max", count);

        public void Started(Candidate candidate)
        {
        }

        public bool Watch() => false;

        public int OutOfMemoryKills() => ControlGroupFiles.Counter(Folder, "memory.events", "oom_kill");

        public long PeakMemoryBytes() => ControlGroupFiles.Number(Folder, "memory.peak");

        public void Dispose() => ControlGroupFiles.Remove(Folder);
    }
}
