using System.Globalization;
using System.Text;

namespace AgentIde.Cli.Terminal;

/// <summary>
/// Makes text of unknown origin (candidates, models, data, a stranger's store) harmless on a terminal: no control or
/// escape character, no bidirectional override, no invisible character gets through; what is replaced stays visible.
/// </summary>
internal static class SafeText
{
    public static string OneLine(string text, int width)
    {
        StringBuilder line = new(Math.Min(text.Length, width + 16));
        foreach (Rune rune in text.AsSpan().Trim().EnumerateRunes())
        {
            line.Append(rune.Value is '\n' or '\r' or '\t' ? " " : Visible(rune));
            if (line.Length > width)
            {
                return line.ToString(0, Math.Max(0, width - 1)).TrimEnd() + "…";
            }
        }

        return line.ToString();
    }

    public static string Lines(string text)
    {
        StringBuilder lines = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            lines.Append(rune.Value is '\n' or '\t' ? rune.ToString() : Visible(rune));
        }

        return lines.ToString();
    }

    private static string Visible(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control when rune.Value < 0x20 => ((char)(0x2400 + rune.Value)).ToString(),
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator =>
            string.Create(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:X}}}"),
        _ => rune.ToString(),
    };
}
