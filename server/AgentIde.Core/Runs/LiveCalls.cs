using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;

namespace AgentIde.Core.Runs;

/// <summary>
/// What models say, on its way to the journal while they say it: of a flood the end of each piece alone, and the longer a
/// call takes, the seldomer. For those who look on; the whole answer is kept with the end of its call.
/// </summary>
internal sealed class LiveCalls(TimeProvider clock)
{
    private readonly ConcurrentDictionary<int, LiveCall> _calls = [];

    public void Begin(int node, int call) => _calls[call] = new LiveCall(node, call, clock);

    public void End(int call) => _calls.TryRemove(call, out _);

    /// <summary>Called by whoever hears the model; a call that has ended is not listened to.</summary>
    public void Hear(int call, string text, bool isThinking)
    {
        if (_calls.TryGetValue(call, out LiveCall? live))
        {
            live.Hear(text, isThinking);
        }
    }

    /// <summary>What was heard for a node since the last time, of those calls whose time has come.</summary>
    public ImmutableArray<CallWritten> Take(int node) => [.. _calls.Values.Where(call => call.Node == node).OrderBy(call => call.Number).Select(call => call.Take()).OfType<CallWritten>()];

    private sealed class LiveCall(int node, int number, TimeProvider clock)
    {
        private const int LargestPiece = 2_000;

        private readonly Lock _gate = new();
        private readonly StringBuilder _thinking = new(), _text = new();
        private long _last = clock.GetTimestamp();
        private long _characters;
        private int _pieces;

        public int Node => node;

        public int Number => number;

        private TimeSpan Interval => TimeSpan.FromSeconds(_pieces switch { < 20 => 0.5, < 100 => 2, _ => 10 });

        public void Hear(string text, bool isThinking)
        {
            lock (_gate)
            {
                StringBuilder said = isThinking ? _thinking : _text;
                said.Append(text);
                _characters += text.Length;
                if (said.Length > 2 * LargestPiece)
                {
                    said.Remove(0, said.Length - LargestPiece);
                }
            }
        }

        public CallWritten? Take()
        {
            lock (_gate)
            {
                if (_thinking.Length + _text.Length == 0 || clock.GetElapsedTime(_last) < Interval)
                {
                    return null;
                }

                _pieces++;
                _last = clock.GetTimestamp();
                return new CallWritten(node, number, Piece(_thinking), Piece(_text), _characters);
            }
        }

        /// <summary>Half a character at the end waits for its other half.</summary>
        private static string Piece(StringBuilder said)
        {
            int end = said.Length > 0 && char.IsHighSurrogate(said[^1]) ? said.Length - 1 : said.Length;
            int start = Math.Max(0, end - LargestPiece);
            string piece = said.ToString(start, end - start);
            said.Remove(0, end);
            return piece.Length > 0 && char.IsLowSurrogate(piece[0]) ? piece[1..] : piece;
        }
    }
}
