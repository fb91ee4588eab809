using System.Globalization;
using System.Text;

namespace AgentIde.Models.Prompts;

/// <summary>Shortens texts by bytes of UTF-8, at line ends where there are any, and says how much was left out.</summary>
internal static class TextCut
{
    private const int Note = 60;

    /// <summary>Head and tail; the tail of a long output says how it ended.</summary>
    public static string Middle(string text, int bytes)
    {
        if (Encoding.UTF8.GetByteCount(text) <= bytes)
        {
            return text;
        }

        int half = Math.Max(0, bytes - Note) / 2;
        string head = Head(text, half), tail = Tail(text, half);
        int left = text.Length - head.Length - tail.Length;
        return $"{head}\n[… {left.ToString("N0", CultureInfo.InvariantCulture)} characters left out …]\n{tail}";
    }

    /// <summary>The beginning.</summary>
    public static string End(string text, int bytes)
    {
        if (Encoding.UTF8.GetByteCount(text) <= bytes)
        {
            return text;
        }

        string head = Head(text, Math.Max(0, bytes - Note));
        return $"{head}\n[… {(text.Length - head.Length).ToString("N0", CultureInfo.InvariantCulture)} characters left out …]";
    }

    private static string Head(string text, int bytes)
    {
        int end = 0;
        for (int size = 0; end < text.Length;)
        {
            (int units, int length) = Size(text, end);
            if ((size += length) > bytes)
            {
                break;
            }

            end += units;
        }

        int line = text.LastIndexOf('\n', Math.Max(0, end - 1));
        return text[..(line > end / 2 ? line : end)];
    }

    private static string Tail(string text, int bytes)
    {
        int start = text.Length;
        for (int size = 0; start > 0;)
        {
            int units = start > 1 && char.IsSurrogatePair(text[start - 2], text[start - 1]) ? 2 : 1;
            if ((size += Size(text, start - units).Bytes) > bytes)
            {
                break;
            }

            start -= units;
        }

        int line = text.IndexOf('\n', start);
        return text[(line >= 0 && line < start + ((text.Length - start) / 2) ? line + 1 : start)..];
    }

    private static (int Units, int Bytes) Size(string text, int at) =>
        Rune.TryGetRuneAt(text, at, out Rune rune) ? (rune.Utf16SequenceLength, rune.Utf8SequenceLength) : (1, 3);
}
