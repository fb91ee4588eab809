using System.Globalization;
using System.Text;

namespace AgentIde.Sandbox;

/// <summary>Keeps the beginning and the end of what a candidate prints, in bounded memory, and counts all of it.</summary>
internal sealed class OutputBuffer
{
    internal const int HeadBytes = 64 << 10;
    internal const int TailBytes = 192 << 10;

    private readonly byte[] _head = new byte[HeadBytes];
    private readonly byte[] _tail = new byte[TailBytes];

    internal long TotalBytes { get; private set; }

    internal void Append(ReadOnlySpan<byte> piece)
    {
        int inHead = (int)Math.Min(TotalBytes, HeadBytes), toHead = Math.Min(piece.Length, HeadBytes - inHead);
        piece[..toHead].CopyTo(_head.AsSpan(inHead));
        ReadOnlySpan<byte> rest = piece[toHead..];
        long position = TotalBytes + toHead - HeadBytes;
        TotalBytes += piece.Length;
        if (rest.IsEmpty)
        {
            return;
        }

        if (rest.Length > TailBytes)
        {
            position += rest.Length - TailBytes;
            rest = rest[^TailBytes..];
        }

        // A ring: the byte at position p of what follows the head lies at p modulo its length.
        int start = (int)(position % TailBytes), first = Math.Min(rest.Length, TailBytes - start);
        rest[..first].CopyTo(_tail.AsSpan(start));
        rest[first..].CopyTo(_tail);
    }

    /// <summary>All of it, or the head, one line that says how much is missing, and the tail.</summary>
    internal byte[] ToArray()
    {
        int inHead = (int)Math.Min(TotalBytes, HeadBytes);
        long afterHead = TotalBytes - inHead;
        int kept = (int)Math.Min(afterHead, TailBytes), start = (int)((afterHead - kept) % TailBytes);
        using MemoryStream all = new();
        all.Write(_head, 0, inHead);
        if (afterHead > TailBytes)
        {
            all.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\n… {afterHead - TailBytes:N0} bytes left out …\n")));
        }

        int first = Math.Min(kept, TailBytes - start);
        all.Write(_tail, start, first);
        all.Write(_tail, 0, kept - first);
        return all.ToArray();
    }
}
