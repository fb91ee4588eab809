using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using AgentIde.Core.Sandboxes;
using Docker.DotNet;

namespace AgentIde.Sandbox.Docker;

#pragma warning disable VSTHRD003 // The read is the stream's own, and nothing here has a context to come back to.

/// <param name="Letter">What it is; see <c>keeper.py</c>.</param>
/// <param name="Payload">Good until the next frame is asked for.</param>
internal readonly record struct Frame(char Letter, ReadOnlyMemory<byte> Payload);

/// <summary>
/// The talk with a container's keeper over its attached streams. One read is always under way, so that a keeper that is
/// gone is known; closing it makes the keeper end everything. What comes is bounded before it is believed.
/// </summary>
internal sealed class KeeperStream : IDisposable
{
    private const int HeadBytes = 5, LongestPayload = 1 << 16, LongestWords = 4096;

    private readonly MultiplexedStream _stream;
    private readonly byte[] _held = new byte[HeadBytes + LongestPayload];
    private readonly StringBuilder _said = new();
    private int _start;
    private int _end;
    private Task<Frame?> _next;

    internal KeeperStream(MultiplexedStream stream)
    {
        _stream = stream;
        _next = ReadAsync();
    }

    /// <summary>Whether it waits for a word: it has not said anything more, nor gone.</summary>
    internal bool IsWaiting => !_next.IsCompleted;

    /// <summary>What it said beside frames, which is only ever the story of its own failure.</summary>
    internal string Said => _said.ToString().Trim();

    /// <summary>The next frame; null where the stream ended. An answer that is not awaited is not lost.</summary>
    internal Task<Frame?> NextAsync() => _next;

    /// <summary>Asks for the frame after the one that was taken.</summary>
    internal void Take() => _next = ReadAsync();

    internal async Task SendAsync(KeeperWork work, ReadOnlyMemory<byte> code)
    {
        byte[] head = JsonSerializer.SerializeToUtf8Bytes(work, KeeperJson.Default.KeeperWork);
        byte[] message = new byte[4 + head.Length + code.Length];
        BinaryPrimitives.WriteInt32BigEndian(message, head.Length);
        head.CopyTo(message, 4);
        code.CopyTo(message.AsMemory(4 + head.Length));
        await _stream.WriteAsync(message, 0, message.Length, CancellationToken.None);
    }

    /// <summary>Asks it to end the candidate; outputs are still handed out.</summary>
    internal Task EndAsync() => _stream.WriteAsync([(byte)'K'], 0, 1, CancellationToken.None);

    public void Dispose() => _stream.Dispose();

    private async Task<Frame?> ReadAsync()
    {
        while (true)
        {
            if (_end - _start >= HeadBytes)
            {
                int length = BinaryPrimitives.ReadInt32BigEndian(_held.AsSpan(_start + 1));
                if (length is < 0 or > LongestPayload)
                {
                    throw new SandboxException($"The container's keeper sent a frame of {length} bytes: the image holds something else than it should. Build it again with agentide sandbox build.");
                }

                if (_end - _start >= HeadBytes + length)
                {
                    Frame frame = new((char)_held[_start], _held.AsMemory(_start + HeadBytes, length));
                    _start += HeadBytes + length;
                    return frame;
                }
            }

            if (_start > 0)
            {
                _held.AsSpan(_start, _end - _start).CopyTo(_held);
                (_start, _end) = (0, _end - _start);
            }

            MultiplexedStream.ReadResult read = await _stream.ReadOutputAsync(_held, _end, _held.Length - _end, CancellationToken.None);
            if (read.EOF)
            {
                return null;
            }

            if (read.Target == MultiplexedStream.TargetStream.StandardOut)
            {
                _end += read.Count;
            }
            else if (_said.Length < LongestWords)
            {
                _said.Append(Encoding.UTF8.GetString(_held, _end, read.Count));
            }
        }
    }
}
