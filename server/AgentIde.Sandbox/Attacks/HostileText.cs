using System.Globalization;
using System.Text;
using AgentIde.Core.Runs;

namespace AgentIde.Sandbox.Attacks;

/// <summary>Whether what a candidate printed does nothing where people see it, and no more of it is shown than can be read.</summary>
internal static class HostileText
{
    private const int MostShown = 1 << 20;

    internal static string? IsInertWhereItIsShown(Observation seen)
    {
        string output = Encoding.UTF8.GetString(seen.Result.Output.Span);
        Failure? failure = FailureReading.Of(seen.Result, seen.Limits);
        foreach (string text in new[] { output, failure?.Message, failure?.Traceback }.OfType<string>())
        {
            foreach (ShownOutput shown in seen.Ground.Options.Targets.Show!(text))
            {
                if (Active(shown) is { } active)
                {
                    return $"{shown.Border} shows {active}";
                }
            }
        }

        return output.Contains("\u001b]52", StringComparison.Ordinal) && failure is not null ? null : "what it printed did not come out as it was";
    }

    private static string? Active(ShownOutput shown)
    {
        if (shown.Text.Length > MostShown)
        {
            return $"{shown.Text.Length:N0} characters";
        }

        foreach (Rune rune in shown.Text.EnumerateRunes())
        {
            bool isHidden = Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
            if (isHidden && rune.Value is not ('\n' or '\t'))
            {
                return $"the character U+{rune.Value:X4} as it is";
            }
        }

        return shown.IsMarkdown && !IsFenced(shown.Text) && Unescaped(shown.Text) is { } mark ? $"'{mark}' as Markdown" : null;
    }

    /// <summary>One block of code to its end: no line within begins with as many backticks as its first.</summary>
    private static bool IsFenced(string text)
    {
        string[] lines = text.Split('\n');
        int fence = Backticks(lines[0]);
        return fence >= 3 && lines[^1] == new string('`', fence) && !lines[1..^1].Any(line => Backticks(line.TrimStart()) >= fence);
    }

    private static int Backticks(string line) => line.Length - line.TrimStart('`').Length;

    /// <summary>The first mark that means something to Markdown where it stands.</summary>
    private static char? Unescaped(string text)
    {
        for (int index = 0; index < text.Length; index++)
        {
            char mark = text[index];
            if (mark == '\\')
            {
                index++;
            }
            else if (mark switch
            {
                '`' or '*' or '[' or ']' or '<' or '|' or '~' or '@' => true,
                '_' => !(IsOfWord(text, index - 1) && IsOfWord(text, index + 1)),
                '!' => index + 1 < text.Length && text[index + 1] == '[',
                '#' => BeginsLine(text, index) || (index + 1 < text.Length && char.IsAsciiDigit(text[index + 1])),
                '>' => BeginsLine(text, index),
                _ => false,
            })
            {
                return mark;
            }
        }

        return null;
    }

    private static bool BeginsLine(string text, int index) => text.AsSpan(0, index).TrimEnd(" \t>").IsEmpty || text.AsSpan(0, index).TrimEnd(" \t>") is [.., '\n'];

    private static bool IsOfWord(string text, int index) => index >= 0 && index < text.Length && char.IsLetterOrDigit(text[index]);
}
