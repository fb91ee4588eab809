using System.Globalization;
using System.Text;

namespace AgentIde.Core.Conditions;

/// <summary>A condition or a template that can't be read: what is wrong, where, and what to write instead.</summary>
public sealed class ConditionException : Exception
{
    private const int Around = 60;

    internal ConditionException(string problem, string source, int position, int length)
        : base($"{Sentence(problem)}\n{Excerpt(source, position, length)}")
    {
        Problem = Sentence(problem);
        Position = position;
        Length = Math.Max(1, length);
    }

    /// <summary>One line without the excerpt of the source that <see cref="Exception.Message"/> has beneath it.</summary>
    public string Problem { get; }

    /// <summary>Where in the source, in UTF-16 code units from 0; the length of the source where it ends too early.</summary>
    public int Position { get; }

    /// <summary>Of what is wrong, in UTF-16 code units, at least 1.</summary>
    public int Length { get; }

    /// <summary>Text from a source, fit to stand in a message: short, on one line, without characters that act on a terminal.</summary>
    internal static string Shown(ReadOnlySpan<char> text, int longest = 40)
    {
        StringBuilder shown = new();
        foreach (Rune rune in text[..Math.Min(text.Length, longest)].EnumerateRunes())
        {
            shown.Append(IsPlain(rune) ? rune.ToString() : string.Create(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:X}}}"));
        }

        return text.Length > longest ? shown.Append('…').ToString() : shown.ToString();
    }

    private static string Sentence(string problem) => $"{char.ToUpperInvariant(problem[0])}{problem[1..]}{(problem[^1] is '.' or '?' or '…' ? "" : ".")}";

    private static string Excerpt(string source, int position, int length)
    {
        int start = Math.Max(0, position - Around), end = Math.Min(source.Length, position + Around);
        string before = Flat(source.AsSpan(start, position - start)), after = Flat(source.AsSpan(position, end - position));
        string caret = new('^', Math.Clamp(length, 1, Math.Max(1, after.Length)));
        string left = start > 0 ? "…" : "";
        return $"  {left}{before}{after}{(end < source.Length ? "…" : "")}\n  {new string(' ', left.Length + before.Length)}{caret}";
    }

    /// <summary>One character for each, so that the caret stands beneath the right one.</summary>
    private static string Flat(ReadOnlySpan<char> text)
    {
        StringBuilder flat = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            flat.Append(rune.Value is '\t' or '\n' or '\r' ? " " : IsPlain(rune) ? rune.ToString() : "?");
        }

        return flat.ToString();
    }

    private static bool IsPlain(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned);
}
