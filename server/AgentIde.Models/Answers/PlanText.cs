using System.Text;
using AgentIde.Models.Prompts;

namespace AgentIde.Models.Answers;

/// <summary>Makes the plan of a node from what a model wrote before its program.</summary>
internal static class PlanText
{
    public const int Limit = 600;

    private const string None = "The model gave no plan.";

    /// <summary>The first paragraph, without headings and Markdown, on one line; what stands behind a colon at its end too.</summary>
    public static string Of(string text)
    {
        StringBuilder plan = new();
        bool isOpen = false;
        foreach (string line in Seen(text.Length <= 20_000 ? text : text[..20_000]).Split('\n'))
        {
            string plain = Plain(line);
            bool isHeading = line.TrimStart().StartsWith('#') || IsTitle(plain);
            if (plain.Length == 0 || isHeading)
            {
                if (isOpen && plan[^1] != ':')
                {
                    break;
                }

                continue;
            }

            plan.Append(isOpen ? " " : "").Append(plain);
            isOpen = true;
            if (plan.Length > 2 * Limit)
            {
                break;
            }
        }

        string said = VisibleText.Line(WithoutTitle(plan.ToString()), Limit);
        return said.Length == 0 ? None : said;
    }

    /// <summary>What hides is left out rather than shown by number: a plan is prose.</summary>
    private static string Seen(string text) =>
        string.Concat(text.EnumerateRunes().Where(rune => !VisibleText.IsHidden(rune.Value)).Select(rune => rune.ToString()));

    private static bool IsTitle(string plain) =>
        plain.TrimEnd(':').Trim() is { Length: <= 20 } word && (word.Equals("plan", StringComparison.OrdinalIgnoreCase) || word.Equals("solution plan", StringComparison.OrdinalIgnoreCase));

    private static string WithoutTitle(string plan) =>
        plan.StartsWith("plan:", StringComparison.OrdinalIgnoreCase) ? plan["plan:".Length..].TrimStart() : plan;

    /// <summary>One line without marks of quotes, lists, emphasis, code and links; an underscore inside a word stays.</summary>
    private static string Plain(string line)
    {
        string rest = WithoutMark(line.Trim());
        StringBuilder plain = new(rest.Length);
        for (int at = 0; at < rest.Length; at++)
        {
            char here = rest[at];
            bool inWord = at > 0 && at + 1 < rest.Length && char.IsLetterOrDigit(rest[at - 1]) && char.IsLetterOrDigit(rest[at + 1]);
            bool between = at > 0 && at + 1 < rest.Length && rest[at - 1] == ' ' && rest[at + 1] == ' ';
            if (here == '`' || (here is '*' or '_' && !inWord && !between))
            {
                continue;
            }

            // [text](address): the text alone.
            if (here == ']' && at + 1 < rest.Length && rest[at + 1] == '(' && rest.IndexOf(')', at) is > 0 and var close)
            {
                at = close;
                int open = plain.ToString().LastIndexOf('[');
                if (open >= 0)
                {
                    plain.Remove(open, 1);
                }

                continue;
            }

            plain.Append(here);
        }

        return plain.ToString().Trim();
    }

    private static string WithoutMark(string line)
    {
        string rest = line.TrimStart('#', '>', ' ');
        if (rest.StartsWith("- ", StringComparison.Ordinal) || rest.StartsWith("* ", StringComparison.Ordinal) || rest.StartsWith("+ ", StringComparison.Ordinal))
        {
            return rest[2..];
        }

        int digits = rest.AsSpan().IndexOfAnyExceptInRange('0', '9');
        return digits is > 0 and < 3 && rest[digits] is '.' or ')' && digits + 1 < rest.Length && rest[digits + 1] == ' ' ? rest[(digits + 2)..] : rest;
    }
}
