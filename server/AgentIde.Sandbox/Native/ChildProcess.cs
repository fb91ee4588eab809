using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using AgentIde.Core.Sandboxes;
using Microsoft.Win32.SafeHandles;

namespace AgentIde.Sandbox.Native;

/// <summary>
/// A child with exactly the descriptors it is given, an environment of its own and default signals. It must be
/// started on a thread that outlives it: bubblewrap's parent-death signal follows the thread, not the process.
/// Until <see cref="Reap"/> its number can't be reused; disposing kills and reaps it.
/// </summary>
internal sealed unsafe class ChildProcess : IDisposable
{
    // Above every target, so that no duplication overwrites a source that is still to come.
    private const int FirstSource = 100;
    private const int DuplicateCloseOnExec = 1030;

    private bool _reaped;

    private ChildProcess(int id, SafeFileHandle descriptor)
    {
        Id = id;
        Descriptor = descriptor;
    }

    internal int Id { get; }

    /// <summary>Ready to read once the process has ended.</summary>
    internal SafeFileHandle Descriptor { get; }

    internal bool HasBeenReaped => _reaped;

    /// <param name="descriptors">The n-th becomes descriptor n of the child; there are no others.</param>
    /// <exception cref="SandboxException">The program could not be started.</exception>
    internal static ChildProcess Start(
        IReadOnlyList<string> command, IReadOnlyList<string> environment, IReadOnlyList<SafeFileHandle> descriptors)
    {
        // Larger than these types are in any C library.
        byte* fileActions = stackalloc byte[512];
        byte* attributes = stackalloc byte[1024];
        byte* signals = stackalloc byte[256];
        List<SafeFileHandle> sources = [];
        using NativeStrings arguments = new(command), variables = new(environment);
        Succeed(Libc.FileActionsInitialize(fileActions));
        Succeed(Libc.SpawnAttributesInitialize(attributes));
        try
        {
            for (int target = 0; target < descriptors.Count; target++)
            {
                SafeFileHandle source = new(
                    Descriptors.Check(Libc.FileControl(descriptors[target].Number(), DuplicateCloseOnExec, FirstSource), "fcntl"), ownsHandle: true);
                sources.Add(source);
                Succeed(Libc.FileActionsAddDuplicate(fileActions, source.Number(), target));
            }

            Succeed(Libc.FileActionsAddCloseFrom(fileActions, descriptors.Count));
            Succeed(Libc.SignalSetFill(signals));
            Succeed(Libc.SpawnAttributesSetDefaultSignals(attributes, signals));
            Succeed(Libc.SignalSetEmpty(signals));
            Succeed(Libc.SpawnAttributesSetSignalMask(attributes, signals));
            // In a group of its own: Ctrl-C at a terminal is for agentide to act on, and ends no execution behind its back.
            const short setProcessGroup = 0x02, setSignalDefaults = 0x04, setSignalMask = 0x08;
            Succeed(Libc.SpawnAttributesSetFlags(attributes, setProcessGroup | setSignalDefaults | setSignalMask));

            int error = Libc.Spawn(out int id, command[0], fileActions, attributes, arguments.Pointers, variables.Pointers);
            if (error != 0)
            {
                throw new SandboxException($"{command[0]} could not be started: {Marshal.GetPInvokeErrorMessage(error)}");
            }

            return new ChildProcess(id, OpenDescriptor(id) ?? throw new SandboxException("The kernel has no process descriptors: Linux 5.3 or later is needed."));
        }
        catch (EntryPointNotFoundException exception)
        {
            throw new SandboxException("Sandboxed programs need a C library with posix_spawn_file_actions_addclosefrom_np: glibc 2.34 or later.", exception);
        }
        finally
        {
            _ = Libc.FileActionsDestroy(fileActions);
            _ = Libc.SpawnAttributesDestroy(attributes);
            sources.ForEach(source => source.Dispose());
        }
    }

    /// <summary>Null where there is no such process (any more).</summary>
    internal static SafeFileHandle? OpenDescriptor(int process)
    {
        int descriptor = Libc.PidfdOpen(process);
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>A process that is gone already is no error.</summary>
    internal static void Kill(SafeFileHandle process)
    {
        if (Libc.PidfdSendSignal(process.Number(), Libc.SignalKill) < 0 && Marshal.GetLastPInvokeError() != Libc.ErrorNoSuchProcess)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    internal static bool HasEnded(SafeFileHandle process, TimeSpan within) => Descriptors.Wait(within, process)[0];

    /// <summary>Takes the ended child's wait status and what it and all that it waited for have used.</summary>
    internal (int Status, Libc.ResourceUsage Usage) Reap()
    {
        while (true)
        {
            int result = Libc.Wait4(Id, out int status, 0, out Libc.ResourceUsage usage);
            if (result == Id)
            {
                _reaped = true;
                return (status, usage);
            }

            int error = Marshal.GetLastPInvokeError();
            if (error != Libc.ErrorInterrupted)
            {
                _reaped = error == Libc.ErrorNoChild;
                throw new SandboxException($"The end of process {Id} was taken by another part of this process, or SIGCHLD is ignored: start agentide with SIGCHLD at its default.");
            }
        }
    }

    public void Dispose()
    {
        if (!_reaped)
        {
            Kill(Descriptor);
            Reap();
        }

        Descriptor.Dispose();
    }

    private static void Succeed(int error)
    {
        if (error != 0)
        {
            throw new Win32Exception(error);
        }
    }

    /// <summary>A null-terminated array of C strings.</summary>
    private readonly struct NativeStrings : IDisposable
    {
        private readonly int _count;

        internal NativeStrings(IReadOnlyList<string> texts)
        {
            _count = texts.Count;
            Pointers = (byte**)NativeMemory.AllocZeroed((nuint)_count + 1, (nuint)sizeof(byte*));
            for (int index = 0; index < _count; index++)
            {
                if (texts[index].Contains('\0', StringComparison.Ordinal))
                {
                    throw new SandboxException($"A path or variable holds a zero byte: {texts[index].Replace('\0', '?')}");
                }

                Pointers[index] = (byte*)Marshal.StringToCoTaskMemUTF8(texts[index]);
            }
        }

        internal byte** Pointers { get; }

        public void Dispose()
        {
            for (int index = 0; index < _count; index++)
            {
                Marshal.FreeCoTaskMem((nint)Pointers[index]);
            }

            NativeMemory.Free(Pointers);
        }
    }
}
