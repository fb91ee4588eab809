using System.Globalization;
using System.Text;
using Docker.DotNet;

namespace AgentIde.Sandbox.Docker;

/// <summary>
/// What comes out of a container: the candidate's output in one part, the launcher's words in the other. One read is
/// always under way; nobody waits longer for it than he wants to.
/// </summary>
internal sealed class ContainerStream(MultiplexedStream stream, Action<ReadOnlyMemory<byte>> output)
{
    private const int LongestWords = 4096;

    private readonly byte[] _buffer = new byte[64 << 10];
    private readonly StringBuilder _words = new();
    private Task<MultiplexedStream.ReadResult>? _reading;
    private bool _isOpen = true;

    /// <summary>The candidate's wait status; null while nobody has told it.</summary>
    internal int? Status { get; private set; }

    /// <summary>What the launcher has said.</summary>
    internal string Said => _words.ToString().Trim();

    internal async Task<bool> AwaitReadyAsync(TimeSpan patience)
    {
        using CancellationTokenSource limit = new(patience);
        while (_isOpen && !limit.IsCancellationRequested)
        {
            await AwaitMoreAsync(patience, limit.Token);
            if (_words.ToString().StartsWith("ready\n", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes what comes within that time. An output that is closed is no end: then it only waits.</summary>
    internal async Task AwaitMoreAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        Task waiting = Task.Delay(Timeout.InfiniteTimeSpan, limit.Token);
        if (!_isOpen)
        {
            await waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        Task<MultiplexedStream.ReadResult> reading = _reading ??= stream.ReadOutputAsync(_buffer, 0, _buffer.Length, CancellationToken.None);
        if (await Task.WhenAny(reading, waiting) == reading)
        {
            _reading = null;
            Take(await reading);
        }
    }

    /// <summary>Every writer is dead: what is on the way is all there will be.</summary>
    internal async Task DrainAsync(TimeSpan patience)
    {
        using CancellationTokenSource limit = new(patience);
        try
        {
            while (_isOpen && !limit.IsCancellationRequested)
            {
                await AwaitMoreAsync(patience, limit.Token);
            }
        }
        catch (IOException)
        {
            // An engine that breaks the stream after the last writer: what has come is kept.
        }
    }

    private void Take(MultiplexedStream.ReadResult read)
    {
        if (read.EOF)
        {
            _isOpen = false;
        }
        else if (read.Target == MultiplexedStream.TargetStream.StandardError)
        {
            _words.Append(Encoding.UTF8.GetString(_buffer, 0, Math.Min(read.Count, LongestWords)));
            string[] lines = _words.ToString().Split('\n');
            if (lines.FirstOrDefault(line => line.StartsWith("ended ", StringComparison.Ordinal)) is { } ended
                && int.TryParse(ended.AsSpan(6), CultureInfo.InvariantCulture, out int status))
            {
                Status = status;
            }
        }
        else
        {
            output(_buffer.AsMemory(0, read.Count));
        }
    }
}
