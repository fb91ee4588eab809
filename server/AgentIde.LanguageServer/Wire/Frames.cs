using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace AgentIde.LanguageServer.Wire;

/// <summary>
/// Messages with headers over two streams, whatever is in them: bodies of a peer that keep to <see cref="FrameLimits"/>,
/// and ours, each written whole. For one reader and one writer at a time.
/// </summary>
internal sealed class Frames(Stream input, Stream output, Backlog backlog)
{
    private static ReadOnlySpan<byte> EndOfHeaders => "\r\n\r\n"u8;

    private readonly PipeReader _reader = PipeReader.Create(new FrameLimits(input, backlog));

    /// <summary>The next body; null where the peer has hung up.</summary>
    /// <exception cref="InvalidDataException">What came is no frame.</exception>
    public async Task<byte[]?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult read = await _reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            ReadOnlySequence<byte> buffer = read.Buffer;
            byte[]? body = Take(ref buffer);
            _reader.AdvanceTo(buffer.Start, body is null ? buffer.End : buffer.Start);
            if (body is not null || read.IsCompleted)
            {
                return body;
            }
        }
    }

    public async Task WriteAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        byte[] header = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n\r\n"));
        byte[] frame = [.. header, .. body.Span];
        await output.WriteAsync(frame, cancellationToken).ConfigureAwait(false);
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private static byte[]? Take(ref ReadOnlySequence<byte> buffer)
    {
        SequenceReader<byte> reader = new(buffer);
        if (!reader.TryReadTo(out ReadOnlySequence<byte> header, EndOfHeaders))
        {
            return null;
        }

        int length = LengthOf(Encoding.ASCII.GetString(header));
        if (reader.Remaining < length)
        {
            return null;
        }

        byte[] body = buffer.Slice(reader.Position, length).ToArray();
        buffer = buffer.Slice(buffer.GetPosition(length, reader.Position));
        return body;
    }

    /// <summary>Of headers that <see cref="FrameLimits"/> has let through: there is one length, and it is small enough.</summary>
    private static int LengthOf(string header)
    {
        const string Name = "Content-Length:";
        string line = header.Split("\r\n").First(line => line.StartsWith(Name, StringComparison.OrdinalIgnoreCase));
        return int.Parse(line.AsSpan(Name.Length).Trim(), NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
