using System.Text;

namespace AgentIde.Core.Runs;

/// <summary>
/// What an execution writes, on its way to the journal while it runs: a piece a second at most, and of a flood the end
/// of each piece alone. The whole output is kept by the execution's record.
/// </summary>
internal sealed class LiveOutput(TimeProvider clock)
{
    private const int LargestPiece = 2 << 10;
    private const int OftenUntil = 60;
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(1), Seldom = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder _text = new();
    private long _last = clock.GetTimestamp();
    private int _pieces;

    /// <summary>Called by the sandbox's own thread.</summary>
    public void Write(ReadOnlyMemory<byte> bytes)
    {
        lock (_gate)
        {
            char[] characters = new char[_decoder.GetCharCount(bytes.Span, flush: false)];
            _text.Append(characters, 0, _decoder.GetChars(bytes.Span, characters, flush: false));
            if (_text.Length > 2 * LargestPiece)
            {
                _text.Remove(0, _text.Length - LargestPiece);
            }
        }
    }

    /// <summary>What came since the last piece, where it is time for the next; else null.</summary>
    public string? Take()
    {
        lock (_gate)
        {
            if (_text.Length == 0 || clock.GetElapsedTime(_last) < (_pieces < OftenUntil ? Often : Seldom))
            {
                return null;
            }

            string piece = _text.Length <= LargestPiece ? _text.ToString() : _text.ToString(_text.Length - LargestPiece, LargestPiece);
            _text.Clear();
            _pieces++;
            _last = clock.GetTimestamp();
            return piece;
        }
    }
}
