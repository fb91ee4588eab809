using System.Globalization;
using System.Text;

namespace AgentIde.Models.Prompts;

/// <summary>A stranger's text without what can't be seen: controls, marks of direction, characters of no width, tags, lone surrogates.</summary>
internal static class VisibleText
{
    /// <summary>The text with each of them shown by its number, <c>\u{202E}</c>; line breaks are <c>\n</c>, tabs stay.</summary>
    public static string Of(string text)
    {
        StringBuilder visible = new(text.Length);
        for (int at = 0; at < text.Length;)
        {
            if (text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n')
            {
                at++;
                continue;
            }

            bool whole = Rune.TryGetRuneAt(text, at, out Rune rune);
            if (whole && !IsHidden(rune.Value))
            {
                visible.Append(text, at, rune.Utf16SequenceLength);
            }
            else
            {
                visible.Append(CultureInfo.InvariantCulture, $"\\u{{{(whole ? rune.Value : text[at]):X4}}}");
            }

            at += whole ? rune.Utf16SequenceLength : 1;
        }

        return visible.ToString();
    }

    /// <summary>One line of at most <paramref name="limit"/> characters: white space is one space each, the end is cut at a word where it is long.</summary>
    public static string Line(string text, int limit)
    {
        // What is cut anyway need not be looked at: a field may hold a megabyte.
        string start = text.Length <= 4 * limit ? text : text[..(4 * limit)];
        StringBuilder line = new();
        foreach (string word in start.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            line.Append(line.Length == 0 ? "" : " ").Append(Of(word));
        }

        return Cut(line.ToString(), limit, start.Length < text.Length);
    }

    /// <summary>Whether a person who reads the text would not see the character, or would see others in another order.</summary>
    public static bool IsHidden(int value) => value switch
    {
        '\n' or '\t' => false,
        < 0x20 or (>= 0x7F and <= 0x9F) => true,
        0xAD or 0x61C or 0x180E or 0xFEFF => true,
        >= 0x200B and <= 0x200F => true,
        >= 0x2028 and <= 0x202E => true,
        >= 0x2060 and <= 0x206F => true,
        >= 0xFFF9 and <= 0xFFFB => true,
        >= 0xD800 and <= 0xDFFF => true,
        >= 0xE0000 and <= 0xE0FFF => true,
        _ => false,
    };

    private static string Cut(string line, int limit, bool isCut)
    {
        if (line.Length <= limit && !isCut)
        {
            return line;
        }

        int end = Math.Min(line.Length, limit - 1);
        int word = line.LastIndexOf(' ', Math.Max(0, end - 1), Math.Min(end, limit / 4));
        end = word > 0 ? word : end;
        return (end > 0 && char.IsHighSurrogate(line[end - 1]) ? line[..(end - 1)] : line[..end]) + "…";
    }
}
