using System.Globalization;
using System.Text;

namespace AgentIde.Tasks;

/// <summary>Text from a file, fit to stand in a one-line message: short, and without characters that act on a terminal or an editor.</summary>
internal static class Shown
{
    public static string Text(ReadOnlySpan<char> text, int longest = 60)
    {
        StringBuilder shown = new();
        foreach (Rune rune in text[..Math.Min(text.Length, longest)].EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned)
            {
                shown.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:X}}}");
            }
            else
            {
                shown.Append(rune.ToString());
            }
        }

        return text.Length > longest ? shown.Append('…').ToString() : shown.ToString();
    }
}
