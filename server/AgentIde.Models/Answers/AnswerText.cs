using System.Text;

namespace AgentIde.Models.Answers;

/// <summary>The text of an answer as it is read: well-formed, <c>\n</c> for line ends, without the reasoning that some models leave in it.</summary>
internal static class AnswerText
{
    private static readonly string[] Thoughts = ["think", "thinking", "reasoning"];

    public static string Of(string text) => WithoutThoughts(WellFormed(text)).Trim('\n', ' ', '\t', '\uFEFF');

    /// <summary>Lone surrogates become U+FFFD.</summary>
    public static string WellFormed(string text)
    {
        StringBuilder clean = new(text.Length);
        for (int at = 0; at < text.Length; at++)
        {
            char here = text[at];
            if (here == '\r')
            {
                // "\r\n" and a lone "\r" both end a line.
                if (at + 1 == text.Length || text[at + 1] != '\n')
                {
                    clean.Append('\n');
                }
            }
            else if (char.IsHighSurrogate(here) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]))
            {
                clean.Append(here).Append(text[++at]);
            }
            else
            {
                clean.Append(char.IsSurrogate(here) ? '\uFFFD' : here);
            }
        }

        return clean.ToString();
    }

    /// <summary>
    /// Reasoning stands before the answer; an end without a beginning ends it too, as chat templates often swallow the
    /// beginning. Behind the first fence it would be part of a program and stays.
    /// </summary>
    private static string WithoutThoughts(string text)
    {
        int fence = text.IndexOf("```", StringComparison.Ordinal);
        int start = 0;
        while (Opened(text, start) is { } name)
        {
            int end = text.IndexOf($"</{name}>", start, StringComparison.OrdinalIgnoreCase);
            if (end < 0)
            {
                return "";
            }

            start = end + name.Length + 3;
        }

        foreach (string name in Thoughts)
        {
            int end = text.IndexOf($"</{name}>", start, StringComparison.OrdinalIgnoreCase);
            if (end >= 0 && (fence < start || end < fence))
            {
                start = end + name.Length + 3;
            }
        }

        return text[start..];
    }

    private static string? Opened(string text, int start)
    {
        ReadOnlySpan<char> rest = text.AsSpan(start).TrimStart();
        foreach (string name in Thoughts)
        {
            if (rest.StartsWith($"<{name}>", StringComparison.OrdinalIgnoreCase))
            {
                return name;
            }
        }

        return null;
    }
}
