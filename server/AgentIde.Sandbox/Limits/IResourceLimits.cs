using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Native;

namespace AgentIde.Sandbox.Limits;

/// <summary>A way to bound the memory and the number of processes of a candidate: what this machine and user allow.</summary>
internal interface IResourceLimits
{
    /// <summary>Such as <c>cgroup v1</c>.</summary>
    string Name { get; }

    /// <summary>False where memory is only watched from outside.</summary>
    bool EnforcesMemory { get; }

    /// <summary>Whether candidates get their limit of processes as RLIMIT_NPROC, set inside their own user namespace.</summary>
    bool ProcessesByRlimit { get; }

    /// <summary>What would bring a better way; empty where this is the best.</summary>
    string Remedy { get; }

    /// <summary>Makes a group for one execution. Its folders are recorded before anything runs in it.</summary>
    IResourceGroup CreateGroup(string name, ExecutionLimits limits);
}

/// <summary>The bounds of one execution. Disposing removes them; every process in them must be dead by then.</summary>
internal interface IResourceGroup : IDisposable
{
    /// <summary>Control groups made for this execution: what a clean-up removes.</summary>
    IReadOnlyList<string> Folders { get; }

    /// <summary>Files to which the first process writes 0 to be in the groups, before it becomes anything else.</summary>
    IReadOnlyList<string> EntryFiles { get; }

    /// <summary>
    /// The same files of the groups that this process is in, where a single thread can go into the groups and back: what it
    /// starts meanwhile begins there. Empty where only whole processes can.
    /// </summary>
    IReadOnlyList<string> HomeFiles => [];

    /// <summary>What stands before the command so that it starts within the bounds.</summary>
    IReadOnlyList<string> CommandPrefix { get; }

    IReadOnlyList<string> Environment { get; }

    /// <summary>How often <see cref="Watch"/> must be called while the candidate runs; null where the kernel does it.</summary>
    TimeSpan? WatchInterval { get; }

    /// <summary>Bounds the processes in the group once more, where fewer than bubblewrap's own stand beside the candidate's.</summary>
    void BoundProcesses(int count);

    void Started(Candidate candidate);

    /// <summary>True where the candidate has more memory than it may and must be killed.</summary>
    bool Watch();

    /// <summary>How often the kernel, or the watch, has killed for memory. Asked while the group still has a process, and after.</summary>
    int OutOfMemoryKills();

    /// <summary>0 where the kernel does not say.</summary>
    long PeakMemoryBytes();
}
