using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AgentIde.Sandbox.Native;

/// <summary>One end of a pair of sockets that carry whole packets, with descriptors beside them.</summary>
internal sealed unsafe class PacketSocket(SafeFileHandle handle) : IDisposable
{
    private const int UnixFamily = 1, PacketType = 5, CloseOnExec = 0x80000;
    private const int SocketLevel = 1, Rights = 1, NoSignal = 0x4000;

    /// <summary>Ours, and the descriptor for the child that has the other end.</summary>
    internal static (PacketSocket Ours, SafeFileHandle Theirs) Pair()
    {
        int* ends = stackalloc int[2];
        Descriptors.Check(Libc.SocketPair(UnixFamily, PacketType | CloseOnExec, 0, ends), "socketpair");
        return (new PacketSocket(new SafeFileHandle(ends[0], ownsHandle: true)), new SafeFileHandle(ends[1], ownsHandle: true));
    }

    /// <exception cref="IOException">The other end is gone.</exception>
    internal void Send(ReadOnlySpan<byte> packet, params ReadOnlySpan<SafeFileHandle> descriptors)
    {
        // A header of 16 bytes, then the numbers, padded to eight.
        int length = 16 + (4 * descriptors.Length);
        byte* control = stackalloc byte[(length + 7) & ~7];
        *(long*)control = length;
        ((int*)control)[2] = SocketLevel;
        ((int*)control)[3] = Rights;
        for (int index = 0; index < descriptors.Length; index++)
        {
            ((int*)control)[4 + index] = descriptors[index].Number();
        }

        fixed (byte* bytes = packet)
        {
            Libc.IoVector vector = new() { Base = bytes, Length = (nuint)packet.Length };
            Libc.MessageHeader message = new() { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = (nuint)((length + 7) & ~7) };
            while (Libc.SendMessage(handle.Number(), &message, NoSignal) < 0)
            {
                int error = Marshal.GetLastPInvokeError();
                if (error != Libc.ErrorInterrupted)
                {
                    throw new IOException($"sendmsg: {Marshal.GetPInvokeErrorMessage(error)}", new Win32Exception(error));
                }
            }
        }
    }

    /// <summary>Waits for a packet. 0 where the other end is gone.</summary>
    internal int Receive(Span<byte> buffer) => Descriptors.Read(handle, buffer);

    public void Dispose() => handle.Dispose();
}
