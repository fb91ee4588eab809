using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace AgentIde.Sandbox.Native;

/// <summary>Makes descriptors and reads, writes and waits on them. All are close-on-exec.</summary>
internal static unsafe class Descriptors
{
    internal static int Number(this SafeFileHandle handle) => (int)handle.DangerousGetHandle();

    internal static (SafeFileHandle Read, SafeFileHandle Write) Pipe()
    {
        int* ends = stackalloc int[2];
        Check(Libc.Pipe2(ends, Libc.OpenCloseOnExec), "pipe2");
        return (new SafeFileHandle(ends[0], ownsHandle: true), new SafeFileHandle(ends[1], ownsHandle: true));
    }

    /// <summary>A file in memory that holds the bytes, at its start.</summary>
    internal static SafeFileHandle Memory(string name, ReadOnlySpan<byte> bytes)
    {
        SafeFileHandle memory = new(Check(Libc.MemfdCreate(name, 1), "memfd_create"), ownsHandle: true);
        Write(memory, bytes);
        Check((int)Libc.Seek(memory.Number(), 0, 0), "lseek");
        return memory;
    }

    internal static SafeFileHandle Memory(string name, string text) => Memory(name, Encoding.UTF8.GetBytes(text));

    internal static SafeFileHandle Event() =>
        new(Check(Libc.EventDescriptor(0, Libc.OpenCloseOnExec | Libc.OpenNonBlocking), "eventfd"), ownsHandle: true);

    internal static void Signal(SafeFileHandle @event) => Write(@event, BitConverter.GetBytes(1UL));

    internal static SafeFileHandle Open(string path, int flags) =>
        new(Check(Libc.Open(path, flags | Libc.OpenCloseOnExec, 0), $"open {path}"), ownsHandle: true);

    /// <summary>Null where it is not there or may not be opened.</summary>
    internal static SafeFileHandle? TryOpen(string path, int flags)
    {
        int descriptor = Libc.Open(path, flags | Libc.OpenCloseOnExec, 0);
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    internal static Libc.FileStatus Status(SafeFileHandle handle)
    {
        const int emptyPath = 0x1000;
        const uint basic = 0x7ff;
        Check(Libc.StatusOf(handle.Number(), "", emptyPath, basic, out Libc.FileStatus status), "statx");
        return status;
    }

    internal static void MakeNonBlocking(SafeFileHandle handle)
    {
        const int setFlags = 4;
        Check(Libc.FileControl(handle.Number(), setFlags, Libc.OpenNonBlocking), "fcntl");
    }

    /// <summary>How many bytes came; 0 at the end; -1 where there is nothing now.</summary>
    internal static int Read(SafeFileHandle handle, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                nint count = Libc.Read(handle.Number(), start, buffer.Length);
                if (count >= 0)
                {
                    return (int)count;
                }

                int error = Marshal.GetLastPInvokeError();
                if (error == Libc.ErrorTryAgain)
                {
                    return -1;
                }

                if (error != Libc.ErrorInterrupted)
                {
                    throw new Win32Exception(error, $"read: {Marshal.GetPInvokeErrorMessage(error)}");
                }
            }
        }
    }

    internal static void Write(SafeFileHandle handle, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            for (int written = 0; written < bytes.Length;)
            {
                nint count = Libc.Write(handle.Number(), start + written, bytes.Length - written);
                if (count >= 0)
                {
                    written += (int)count;
                }
                else if (Marshal.GetLastPInvokeError() != Libc.ErrorInterrupted)
                {
                    throw Failure("write");
                }
            }
        }
    }

    /// <summary>Waits until one of them can be read or has ended, at most so long; null waits for ever.</summary>
    /// <returns>For each, in order, whether it is ready. A null among the handles is never ready.</returns>
    internal static bool[] Wait(TimeSpan? timeout, params ReadOnlySpan<SafeFileHandle?> handles)
    {
        Libc.PollDescriptor* descriptors = stackalloc Libc.PollDescriptor[handles.Length];
        for (int index = 0; index < handles.Length; index++)
        {
            descriptors[index] = new Libc.PollDescriptor { Descriptor = handles[index]?.Number() ?? -1, Events = Libc.PollIn };
        }

        // Rounded up: a deadline must have passed when the wait is over, or the caller would spin through its last millisecond.
        int milliseconds = timeout is { } limit ? (int)Math.Clamp(Math.Ceiling(limit.TotalMilliseconds), 0, int.MaxValue) : -1;
        int count = Libc.Poll(descriptors, (nuint)handles.Length, milliseconds);
        if (count < 0 && Marshal.GetLastPInvokeError() != Libc.ErrorInterrupted)
        {
            throw Failure("poll");
        }

        bool[] ready = new bool[handles.Length];
        for (int index = 0; count > 0 && index < ready.Length; index++)
        {
            ready[index] = descriptors[index].Returned != 0;
        }

        return ready;
    }

    internal static int Check(int result, string call) => result >= 0 ? result : throw Failure(call);

    private static Win32Exception Failure(string call)
    {
        int error = Marshal.GetLastPInvokeError();
        return new Win32Exception(error, $"{call}: {Marshal.GetPInvokeErrorMessage(error)}");
    }
}
