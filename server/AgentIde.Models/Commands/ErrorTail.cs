using System.Text;

namespace AgentIde.Models.Commands;

/// <summary>Reads a stream as fast as it comes, so that nobody who writes to it ever waits, and keeps its end.</summary>
internal sealed class ErrorTail(Stream stream)
{
    private const int Kept = 4 << 10;
    private const int LinesShown = 5;

    private readonly Lock _gate = new();
    private byte[] _tail = [];

    /// <summary>Returns at the end of the stream.</summary>
    public async Task ReadAsync()
    {
        byte[] buffer = new byte[64 << 10];
        try
        {
            while (await stream.ReadAsync(buffer) is > 0 and int count)
            {
                lock (_gate)
                {
                    _tail = count >= Kept ? buffer[(count - Kept)..count] : [.. _tail.AsSpan(Math.Max(0, _tail.Length + count - Kept)), .. buffer.AsSpan(0, count)];
                }
            }
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException)
        {
            // Nobody listens any more; what came so far is what there is.
            return;
        }
    }

    /// <summary>The last lines that are not blank; empty where nothing was written.</summary>
    public string LastLines()
    {
        byte[] tail;
        lock (_gate)
        {
            tail = _tail;
        }

        string text = Encoding.UTF8.GetString(tail);
        return string.Join(" / ", (tail.Length < Kept ? text : WholeWords(text)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).TakeLast(LinesShown));
    }

    /// <summary>Without the line, or else the word, whose beginning was not kept: half a key is none that a redactor knows.</summary>
    private static string WholeWords(string text) =>
        text.IndexOf('\n', StringComparison.Ordinal) is >= 0 and int line && line < text.Length - 1 ? text[(line + 1)..]
        : text[(text.IndexOf(' ', StringComparison.Ordinal) + 1)..];
}
