using System.Text.Unicode;

namespace AgentIde.MleBench.Tables;

/// <summary>
/// The part of a table's text that is being read. It holds whole records: what is left of one moves to the front when
/// more is read, and the window grows only for a record that is longer than it. All of it is known to be UTF-8, but for
/// a character at the end whose rest was not read yet.
/// </summary>
internal sealed class TextWindow(TableSource source, int size)
{
    public const int Usual = 1 << 18;

    /// <summary>Bytes after the end that may be read, and mean nothing; the first of them is 0.</summary>
    private const int Slack = 32;

    private const int Least = 4;

    private long _offset;
    private int _valid;

    public byte[] Bytes { get; private set; } = new byte[Math.Max(size, Least) + Slack];

    public int At { get; set; }

    public int End { get; private set; }

    /// <summary>Whether nothing of the source comes after <see cref="End"/>.</summary>
    public bool IsLast { get; private set; }

    /// <summary>How many lines the source has; the window must not have been filled yet.</summary>
    public long CountLines()
    {
        long lines = 0;
        byte last = (byte)'\n';
        for (long at = 0; at < source.Length;)
        {
            int read = source.Read(Bytes, at);
            if (read == 0)
            {
                break;
            }

            lines += Bytes.AsSpan(0, read).Count((byte)'\n');
            last = Bytes[read - 1];
            at += read;
        }

        return last == (byte)'\n' ? lines : lines + 1;
    }

    /// <summary>Reads more behind what is left from <see cref="At"/> on; false if there is no more.</summary>
    /// <exception cref="NoScoreException">The text is not UTF-8.</exception>
    public bool Fill()
    {
        if (IsLast)
        {
            return false;
        }

        byte[] from = Bytes;
        int left = End - At;
        if (left > (from.Length - Slack) / 2)
        {
            Bytes = new byte[Math.Max(Least, Math.Min(2L * (from.Length - Slack), source.Length)) + Slack];
        }

        from.AsSpan(At, left).CopyTo(Bytes);
        _valid -= At;
        At = 0;
        End = left;
        bool isFirst = _offset == 0;
        while (End < Bytes.Length - Slack)
        {
            int read = source.Read(Bytes.AsSpan(End, Bytes.Length - Slack - End), _offset);
            if (read == 0)
            {
                break;
            }

            _offset += read;
            End += read;
        }

        IsLast = _offset >= source.Length || End < Bytes.Length - Slack;
        Bytes[End] = 0;
        int whole = IsLast ? End : End - Unfinished(Bytes.AsSpan(0, End));
        if (!Utf8.IsValid(Bytes.AsSpan(_valid, whole - _valid)))
        {
            throw new NoScoreException("not UTF-8 text");
        }

        _valid = whole;
        if (isFirst && Bytes.AsSpan(0, End).StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
        {
            At = 3;
        }

        return true;
    }

    /// <summary>How many bytes at the end begin a character that is longer.</summary>
    private static int Unfinished(ReadOnlySpan<byte> text)
    {
        for (int back = 1; back <= Math.Min(3, text.Length); back++)
        {
            byte lead = text[^back];
            if (lead is < 0x80 or >= 0xC0)
            {
                int length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
                return length > back ? back : 0;
            }
        }

        return 0;
    }
}
