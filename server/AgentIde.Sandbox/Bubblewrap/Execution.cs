using System.Diagnostics;
using System.Runtime.InteropServices;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Leftovers;
using AgentIde.Sandbox.Limits;
using AgentIde.Sandbox.Native;
using Microsoft.Win32.SafeHandles;

namespace AgentIde.Sandbox;

/// <summary>
/// One candidate from start to end, on a thread of its own that lives longer than every process of the candidate:
/// bubblewrap's parent-death signal follows that thread. Whatever happens, when the thread ends there is no process,
/// no control group and no note of it left.
/// </summary>
internal sealed class Execution(
    ExecutionSpec spec,
    Func<IResourceGroup, ExecutionSlot, IBox> makeBox,
    IResourceLimits resources,
    ExecutionSlots slots,
    Action<ReadOnlyMemory<byte>>? listener,
    CancellationToken cancellationToken)
{
    // How long a candidate that freed its stopped parent is given to end by its parent's word.
    private static readonly TimeSpan ParentsWord = TimeSpan.FromSeconds(1);

    private readonly OutputBuffer _output = new();

    private enum Reason
    {
        Ended,
        TimeOut,
        OutputFlood,
        Memory,
        Cancelled,
    }

    internal Task<ExecutionResult> StartAsync() => OwnThread.RunAsync($"sandbox {spec.Name}", Run);

    private ExecutionResult Run()
    {
        using ExecutionSlot slot = slots.Claim();
        using IResourceGroup group = resources.CreateGroup(slot.Name, spec.Limits);
        slot.Record(group.Folders);
        using SafeFileHandle cancelled = Descriptors.Event();
        using CancellationTokenRegistration registration = cancellationToken.Register(() => Descriptors.Signal(cancelled));
        using IBox box = makeBox(group, slot);
        bool isFoundByGroup = group.Folders.Count > 0;
        if (!isFoundByGroup)
        {
            slot.Record(box.Processes);
        }

        group.Started(box.Candidate);
        long start = Stopwatch.GetTimestamp();
        box.Release();
        if (isFoundByGroup)
        {
            // Meanwhile the candidate is at work.
            slot.Record(box.Processes);
        }

        Reason reason = Watch(box, group, cancelled, start);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);

        // Asked while the keeper still holds the group, and again when all are dead: some groups vanish with their last process.
        int? status = reason == Reason.Ended ? box.AwaitStatus() : null;
        int memoryKills = group.OutOfMemoryKills();
        long peak = group.PeakMemoryBytes();
        if (reason == Reason.Ended && status is null)
        {
            box.AwaitOwnEnd(ParentsWord);
        }

        BoxEnd end = box.End();
        Drain(box.Output);
        memoryKills = Math.Max(memoryKills, group.OutOfMemoryKills());
        peak = Math.Max(peak, group.PeakMemoryBytes());

        Ending ending = EndingOf(reason, status ?? FromShell(end.Status), memoryKills > 0, out int? exitCode, out int? signal);
        return new ExecutionResult(
            ending,
            exitCode,
            signal,
            memoryKills > 0,
            elapsed.TotalSeconds,
            end.CpuSeconds,
            peak > 0 ? peak : end.PeakBytes,
            _output.ToArray(),
            _output.TotalBytes,
            [.. spec.Collect.Select(file => OutputCollector.Collect(box.Candidate.Box, file))]);
    }

    private Reason Watch(IBox box, IResourceGroup group, SafeFileHandle cancelled, long start)
    {
        SafeFileHandle? output = box.Output;
        while (true)
        {
            TimeSpan left = spec.Limits.Time - Stopwatch.GetElapsedTime(start);
            TimeSpan wait = group.WatchInterval is { } interval && interval < left ? interval : left;
            bool[] ready = Descriptors.Wait(wait, output, box.Candidate.Descriptor, box.Candidate.Keeper, cancelled);
            if (ready[0] && !Pump(box.Output))
            {
                // It closed its output and goes on: that is its right.
                output = null;
            }

            if (ready[3])
            {
                return Reason.Cancelled;
            }

            if (_output.TotalBytes > spec.Limits.OutputBytes)
            {
                return Reason.OutputFlood;
            }

            if (ready[1] || ready[2])
            {
                return Reason.Ended;
            }

            if (Stopwatch.GetElapsedTime(start) >= spec.Limits.Time)
            {
                return Reason.TimeOut;
            }

            if (group.Watch())
            {
                return Reason.Memory;
            }
        }
    }

    /// <summary>Reads what is there once. False at the end.</summary>
    private bool Pump(SafeFileHandle output)
    {
        byte[] buffer = new byte[64 << 10];
        int count = Descriptors.Read(output, buffer);
        if (count > 0)
        {
            _output.Append(buffer.AsSpan(0, count));
            listener?.Invoke(buffer.AsMemory(0, count));
        }

        return count != 0;
    }

    private void Drain(SafeFileHandle output)
    {
        // Every writer is dead: what is in the pipe is all there will be.
        while (Descriptors.Wait(TimeSpan.Zero, output)[0] && Pump(output))
        {
        }
    }

    /// <summary>The keeper's own exit code, by the shell's convention that 128 + n is signal n, as a wait status.</summary>
    private static int FromShell(int outerStatus)
    {
        int code = (outerStatus & 0x7f) == 0 ? (outerStatus >> 8) & 0xff : 128 + (outerStatus & 0x7f);
        return code is > 128 and <= 128 + 64 ? code - 128 : code << 8;
    }

    private static Ending EndingOf(Reason reason, int status, bool outOfMemory, out int? exitCode, out int? signal)
    {
        exitCode = signal = null;
        int killer = status & 0x7f;
        switch (reason)
        {
            case Reason.TimeOut:
                return Ending.TimeOut;
            case Reason.OutputFlood:
                return Ending.OutputFlood;
            case Reason.Cancelled:
                return Ending.Cancelled;
            case Reason.Memory:
                signal = Libc.SignalKill;
                return Ending.OutOfMemory;
            default:
                if (killer == 0)
                {
                    exitCode = status >> 8;
                    return Ending.Exited;
                }

                signal = killer;
                return outOfMemory && killer == Libc.SignalKill ? Ending.OutOfMemory : Ending.Signalled;
        }
    }
}
