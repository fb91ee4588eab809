using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using AgentIde.Core.Runs;

namespace AgentIde.Storage.Database;

/// <summary>
/// The hash of an event: SHA-256 over the hash before it and everything that the store says of it, each text and
/// payload with its length in front, so that no two different events have the same encoding. A change anywhere, or an
/// event from another run, breaks the chain from there on.
/// </summary>
internal sealed class EventChain(RunId run)
{
    public const int HashLength = 32;

    private const int FixedLength = HashLength + (3 * sizeof(int)) + (2 * sizeof(long)) + (2 * sizeof(int));

    private readonly byte[] _runName = Encoding.UTF8.GetBytes(run.Value);

    /// <summary>What stands before the first event.</summary>
    public static byte[] Genesis { get; } = new byte[HashLength];

    public byte[] Next(ReadOnlySpan<byte> previous, long seq, long at, ReadOnlySpan<byte> kind, int version, int epoch, ReadOnlySpan<byte> payload)
    {
        int length = FixedLength + _runName.Length + kind.Length + payload.Length;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            Span<byte> rest = buffer.AsSpan(0, length);
            previous.CopyTo(rest);
            rest = rest[HashLength..];
            Put(ref rest, _runName);
            BinaryPrimitives.WriteInt64LittleEndian(rest, seq);
            BinaryPrimitives.WriteInt64LittleEndian(rest[8..], at);
            rest = rest[16..];
            Put(ref rest, kind);
            BinaryPrimitives.WriteInt32LittleEndian(rest, version);
            BinaryPrimitives.WriteInt32LittleEndian(rest[4..], epoch);
            rest = rest[8..];
            Put(ref rest, payload);
            return SHA256.HashData(buffer.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void Put(ref Span<byte> rest, ReadOnlySpan<byte> bytes)
    {
        BinaryPrimitives.WriteInt32LittleEndian(rest, bytes.Length);
        bytes.CopyTo(rest[sizeof(int)..]);
        rest = rest[(sizeof(int) + bytes.Length)..];
    }
}
