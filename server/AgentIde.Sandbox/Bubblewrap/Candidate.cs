using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Native;
using Microsoft.Win32.SafeHandles;

namespace AgentIde.Sandbox;

/// <summary>
/// A candidate's processes as this machine sees them. The keeper is process 1 inside; its death is the death of all.
/// Held from before the candidate's program begins.
/// </summary>
internal sealed class Candidate : IDisposable
{
    private readonly ulong _startTime;

    private Candidate(int keeperId, SafeFileHandle keeper, ProcessEntry candidate, SafeFileHandle descriptor, SafeFileHandle[] memoryFileSystems)
    {
        KeeperId = keeperId;
        Keeper = keeper;
        Id = candidate.Id;
        _startTime = candidate.StartTime;
        Descriptor = descriptor;
        MemoryFileSystems = memoryFileSystems;
    }

    internal int KeeperId { get; }

    internal SafeFileHandle Keeper { get; }

    internal int Id { get; }

    /// <summary>Ready to read once the candidate's own process has ended; others of it may still live.</summary>
    internal SafeFileHandle Descriptor { get; }

    /// <summary>All that live inside. The candidate need not stand below the keeper.</summary>
    internal IEnumerable<int> Processes => new[] { KeeperId, Id }.Concat(ProcessEntry.TreeBelow(KeeperId)).Concat(ProcessEntry.TreeBelow(Id)).Distinct();

    /// <summary>The candidate's folder. It outlives every process inside for as long as this handle is held.</summary>
    internal SafeFileHandle Box => MemoryFileSystems[0];

    /// <summary>Everything that the candidate can write: its folder, /tmp and /dev/shm.</summary>
    internal IReadOnlyList<SafeFileHandle> MemoryFileSystems { get; }

    /// <summary>
    /// One with a parent between it and the keeper, which is stopped, so that the candidate, once dead, keeps its exit
    /// status until it was read. To be called when the candidate's own process waits for its word to begin.
    /// </summary>
    internal static Candidate AttachBelow(int keeperId, SafeFileHandle input)
    {
        int parent = ProcessEntry.ChildrenOf(keeperId) is [int only] ? only : throw Vanished();
        int id = ProcessEntry.ChildrenOf(parent) is [int child] ? child : throw Vanished();
        Candidate candidate = Attach(keeperId, id, input);
        Stop(parent);
        return candidate;
    }

    /// <summary>One whose exit status its maker tells, at the same line.</summary>
    internal static Candidate Attach(int keeperId, int id, SafeFileHandle input)
    {
        SafeFileHandle keeper = ChildProcess.OpenDescriptor(keeperId) ?? throw Vanished();
        SafeFileHandle descriptor = ChildProcess.OpenDescriptor(id) ?? throw Vanished();
        ProcessEntry entry = ProcessEntry.Read(id) ?? throw Vanished();

        SafeFileHandle Inside(string path) =>
            Descriptors.Open($"/proc/{keeperId}/root{path}", Libc.OpenPathOnly | Libc.OpenDirectory | Libc.OpenNoFollow);

        // The folder was opened before its path was given to bubblewrap; nobody has put another in its place since.
        using SafeFileHandle seenInput = Inside($"{Profile.Box}/input");
        if (Descriptors.Status(seenInput).Identity != Descriptors.Status(input).Identity)
        {
            throw new SandboxException("The input folder was replaced by another while the sandbox was made: run again, and let nobody else write beside it.");
        }

        return new Candidate(keeperId, keeper, entry, descriptor, [Inside(Profile.Box), Inside("/tmp"), Inside("/dev/shm")]);
    }

    /// <summary>The wait status by which the candidate's own process ended; null where someone inside made its parent take it.</summary>
    internal int? ExitStatus() =>
        ProcessEntry.Read(Id) is { State: 'Z' } entry && entry.StartTime == _startTime ? entry.ExitStatus : null;

    public void Dispose()
    {
        Keeper.Dispose();
        Descriptor.Dispose();
        foreach (SafeFileHandle folder in MemoryFileSystems)
        {
            folder.Dispose();
        }
    }

    private static void Stop(int process)
    {
        Libc.Kill(process, Libc.SignalStop);
        const int patience = 2000;
        for (int attempt = 0; attempt < patience && ProcessEntry.Read(process) is { State: not ('T' or 't' or 'Z') }; attempt++)
        {
            // A moment of the scheduler: the signal is pending, and a stop can't be waited for from outside.
            Descriptors.Wait(attempt < 20 ? TimeSpan.Zero : TimeSpan.FromMilliseconds(1));
        }
    }

    private static SandboxException Vanished() => new("The sandbox ended before its candidate began.");
}
