using System.Text;

namespace AgentIde.Models.Keys;

/// <summary>
/// Takes keys out of a text that comes in pieces. No key holds a space, so the last word is held back until it is whole,
/// and cleaned together with the words before it, which may tell that it is a key.
/// </summary>
internal sealed class PieceRedactor(Redactor redactor)
{
    /// <summary>So many characters are cleaned at once: a piece may be a single one.</summary>
    private const int Batch = 64;

    /// <summary>Of what was told already, as much as may say what follows it.</summary>
    private const int Context = 400;

    /// <summary>After a word or a private key longer than this nothing more is told.</summary>
    private const int LongestHeld = 64 << 10;

    /// <summary>The longest line that begins a private key.</summary>
    private const int LongestTitle = 80;

    private readonly StringBuilder _told = new();
    private readonly StringBuilder _held = new();
    private int _unread;
    private bool _isSilent;

    /// <returns>What can be told of it so far; empty where nothing can.</returns>
    public string Push(string piece)
    {
        if (_isSilent)
        {
            return "";
        }

        _held.Append(piece);
        _unread += piece.Length;
        if (_held.Length < Batch)
        {
            return "";
        }

        int end = LastBoundary();
        _unread = 0;
        if (end == 0)
        {
            _isSilent = _held.Length > LongestHeld;
            return "";
        }

        string words = _held.ToString(0, end);
        _held.Remove(0, end);
        string before = redactor.Clean(_told.ToString());
        string after = redactor.Clean(_told.Append(words).ToString());
        Forget();
        return after[before.AsSpan().CommonPrefixLength(after)..];
    }

    /// <summary>After how many characters of what is held a word ends; 0 where none does.</summary>
    private int LastBoundary()
    {
        for (int end = _held.Length; end > _held.Length - _unread; end--)
        {
            if (EndsWord(_held[end - 1]))
            {
                return end;
            }
        }

        return 0;
    }

    private void Forget()
    {
        if (_told.Length <= 2 * Context)
        {
            return;
        }

        string told = _told.ToString();
        int start = told.Length - Context;
        while (start > told.Length - (2 * Context) && !EndsWord(told[start - 1]))
        {
            start--;
        }

        _told.Remove(0, OpenKey(told) is >= 0 and var key && key < start ? key : start);
        _isSilent = _told.Length > LongestHeld;
    }

    /// <summary>Where a private key begins, or may, that has not ended; it spans lines. −1 where none does.</summary>
    private static int OpenKey(string told)
    {
        int begin = told.LastIndexOf("-----BEGIN", StringComparison.OrdinalIgnoreCase);
        if (begin < 0 || told.IndexOf("-----END", begin, StringComparison.OrdinalIgnoreCase) is >= 0 and var end && told.IndexOf("KEY-----", end, StringComparison.OrdinalIgnoreCase) >= 0)
        {
            return -1;
        }

        ReadOnlySpan<char> title = told.AsSpan(begin, Math.Min(LongestTitle, told.Length - begin));
        return title.Length < LongestTitle || title.Contains("PRIVATE KEY-----", StringComparison.OrdinalIgnoreCase) ? begin : -1;
    }

    /// <summary>Keys are of ASCII and hold no space; half a character ends nothing.</summary>
    private static bool EndsWord(char character) => char.IsWhiteSpace(character) || (!char.IsAscii(character) && !char.IsHighSurrogate(character));
}
