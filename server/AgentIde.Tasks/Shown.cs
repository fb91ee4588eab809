using System.Globalization;
using System.Text;

namespace AgentIde.Tasks;

/// <summary>Text from a file, fit to stand in a one-line message: short, and without characters that act on a terminal or an editor.</summary>
internal static class Shown
{
    private const int Longest = 60;

    public static string Text(ReadOnlySpan<char> text)
    {
        StringBuilder shown = new();
        foreach (Rune rune in text[..Math.Min(text.Length, Longest)].EnumerateRunes())
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

        return text.Length > Longest ? shown.Append('…').ToString() : shown.ToString();
    }

    public static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
