using System.Buffers;
using System.IO.Compression;
using AgentIde.Core.Runs;
using Microsoft.Data.Sqlite;

namespace AgentIde.Storage.Database;

/// <summary>
/// Blobs as the database keeps them: under their SHA-256, as they are or, where that saves at least an eighth, as
/// Brotli at its fastest. The digest is of the plain bytes and is checked at each read.
/// </summary>
internal static class Blobs
{
    public const int MaximumBytes = 256 << 20;

    private const int SmallestToCompress = 4096;
    private const int Plain = 0;
    private const int Brotli = 1;
    private const int BrotliQuality = 1;
    private const int BrotliWindow = 22;

    /// <exception cref="RunStoreException">It is too large.</exception>
    public static PackedBlob Pack(Blob blob)
    {
        ReadOnlySpan<byte> bytes = blob.Bytes.Span;
        if (bytes.Length > MaximumBytes)
        {
            throw new RunStoreException($"A file of {bytes.Length:N0} bytes is too large for the run's store: at most {MaximumBytes:N0} are kept.");
        }

        if (bytes.Length >= SmallestToCompress)
        {
            byte[] packed = ArrayPool<byte>.Shared.Rent(bytes.Length - (bytes.Length / 8));
            try
            {
                if (BrotliEncoder.TryCompress(bytes, packed.AsSpan(0, bytes.Length - (bytes.Length / 8)), out int length, BrotliQuality, BrotliWindow))
                {
                    return new PackedBlob(blob.Digest, bytes.Length, Brotli, packed.AsSpan(0, length).ToArray());
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(packed);
            }
        }

        return new PackedBlob(blob.Digest, bytes.Length, Plain, blob.Bytes);
    }

    /// <exception cref="RunStoreException">It is missing or is not what its name says.</exception>
    public static byte[] Read(SqliteConnection connection, RunId run, Digest digest)
    {
        using Statement statement = new(connection, "SELECT size, coding, bytes FROM blobs WHERE sha256 = ?1");
        if (!statement.Bind(1, digest.ToBytes()).Step())
        {
            throw new RunStoreException($"The run {run} has lost the file {digest.Short}.");
        }

        byte[]? bytes = Unpack(statement.Number(0), statement.Number(1), statement.Bytes(2));
        return bytes is not null && Digest.Of(bytes) == digest
            ? bytes
            : throw new RunStoreException($"The file {digest.Short} of run {run} is damaged: its bytes don't have the digest it is kept under.");
    }

    private static byte[]? Unpack(long size, long coding, ReadOnlySpan<byte> packed)
    {
        if (size is < 0 or > MaximumBytes)
        {
            return null;
        }

        if (coding == Plain)
        {
            return packed.Length == size ? packed.ToArray() : null;
        }

        byte[] bytes = new byte[size];
        return coding == Brotli && BrotliDecoder.TryDecompress(packed, bytes, out int length) && length == size ? bytes : null;
    }
}

/// <param name="Size">Of the plain bytes.</param>
internal sealed record PackedBlob(Digest Digest, int Size, int Coding, ReadOnlyMemory<byte> Bytes);
