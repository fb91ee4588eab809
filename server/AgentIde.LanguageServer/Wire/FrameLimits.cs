using System.Globalization;
using System.Text;

namespace AgentIde.LanguageServer.Wire;

/// <summary>
/// Watches the frames that pass from a peer: a header block of more than 8 KB or a body of more than 64 MB ends the
/// connection with an <see cref="InvalidDataException"/> before anything is made of it. The bytes themselves pass
/// through unchanged, as soon as the backlog has room for what they ask.
/// </summary>
internal sealed class FrameLimits(Stream inner, Backlog backlog) : Stream
{
    public const int MaximumHeaderBytes = 8 << 10;
    public const long MaximumBodyBytes = 64L << 20;

    private readonly List<byte> _header = [];
    private long _bodyLeft;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        int read = inner.Read(buffer, offset, count);
        Watch(buffer.AsSpan(offset, read));
        return read;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await backlog.RoomAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        int read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Watch(buffer.Span[..read]);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            backlog.Dispose();
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Watch(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_bodyLeft > 0)
            {
                int inBody = (int)Math.Min(_bodyLeft, bytes.Length);
                _bodyLeft -= inBody;
                bytes = bytes[inBody..];
                continue;
            }

            _header.Add(bytes[0]);
            bytes = bytes[1..];
            if (_header.Count > MaximumHeaderBytes)
            {
                throw new InvalidDataException($"A message began with more than {MaximumHeaderBytes:N0} bytes of headers.");
            }

            if (_header is [.., (byte)'\r', (byte)'\n', (byte)'\r', (byte)'\n'])
            {
                _bodyLeft = BodyLength(Encoding.ASCII.GetString([.. _header]));
                _header.Clear();
            }
        }
    }

    private static long BodyLength(string header)
    {
        const string Name = "Content-Length:";
        return header.Split("\r\n").Where(line => line.StartsWith(Name, StringComparison.OrdinalIgnoreCase)).ToArray() switch
        {
            [var line] => long.TryParse(line.AsSpan(Name.Length).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long length) && length <= MaximumBodyBytes
                ? length
                : throw new InvalidDataException($"A message has{line[Name.Length..]} bytes; at most {MaximumBodyBytes:N0} are read."),
            [] => throw new InvalidDataException("A message came without Content-Length."),
            _ => throw new InvalidDataException("A message came with more than one Content-Length."),
        };
    }
}
