using System.Text;

namespace AgentIde.Models.Providers;

internal static class WellFormed
{
    /// <summary>With U+FFFD for halves of surrogate pairs and for NUL, which files, databases and JSON don't take.</summary>
    public static string Text(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0 && !text.Contains('\0'))
        {
            return text;
        }
        var clean = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            clean.Append(rune.Value == 0 ? "\uFFFD" : rune.ToString());
        }
        return clean.ToString();
    }
}
