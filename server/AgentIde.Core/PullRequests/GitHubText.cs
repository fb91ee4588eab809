using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AgentIde.Core.Texts;

namespace AgentIde.Core.PullRequests;

/// <summary>
/// Text of somebody else's (a model's plan, a program's output, a task's description) on its way to GitHub. A person
/// reads it as it is; nothing else acts on it. GitHub looks for mentions, issues and commits in what Markdown has made of
/// a text, so a backslash does not hide them, and bots look at the source; therefore each is broken by a space of no width
/// too. A space of no width that was in the text before is shown by its number.
/// </summary>
public static partial class GitHubText
{
    /// <summary>Parts what a program would take for one, and a person does not see it.</summary>
    internal const string Break = "\u200B";

    /// <summary>On one line; no Markdown: no link, image, mention, HTML, heading, list, and no end of a table's cell.</summary>
    public static string Inline(string text, int maximum) => PlainText.Escaped(Inert(PlainText.Visible(text.TrimStart(), maximum)));

    /// <summary>A code block that the text can't end.</summary>
    public static string Fenced(string text, string language, int maximum) =>
        PlainText.Fence(Inert(PlainText.VisibleLines(text.Trim('\n', '\r'), maximum)), language);

    /// <summary>On one line, for a commit's message: without Markdown, so nothing is escaped.</summary>
    public static string Plain(string text, int maximum)
    {
        string plain = Inert(PlainText.Visible(text.Trim(), 4 * maximum));
        if (plain.Length <= maximum)
        {
            return plain;
        }

        int word = plain.LastIndexOf(' ', maximum - 2, maximum / 3);
        int end = word > 0 ? word : maximum - 1;
        return plain[..(char.IsHighSurrogate(plain[end - 1]) ? end - 1 : end)].TrimEnd() + "…";
    }

    /// <summary>
    /// The same for a commit's first line, whose whole text follows elsewhere: its first sentence, part of one or words, as many
    /// as there is room for, so that it is a phrase without a mark that something is missing.
    /// </summary>
    public static string Phrase(string text, int maximum)
    {
        string plain = Inert(PlainText.Visible(text.Trim(), 4 * maximum));
        if (plain.Length <= maximum && !plain.EndsWith('…'))
        {
            return plain;
        }

        string room = plain[..Math.Min(plain.Length, maximum)];
        int sentence = Ends(room, ". ", "! ", "? "), part = Ends(room, "; ", ": ", " (", " — ", " – ", ", ");
        if (sentence >= maximum / 4 || part >= maximum / 2)
        {
            return sentence >= maximum / 4 ? room[..(sentence + 1)] : room[..part].TrimEnd();
        }

        int end = room.Length;
        for (int word = room.LastIndexOf(' '); word > maximum / 4 && (end == room.Length || Joining.Contains(room[(word + 1)..end])); word = room.LastIndexOf(' ', word - 1))
        {
            end = word;
        }

        return room[..(end < room.Length || !char.IsHighSurrogate(room[^1]) ? end : end - 1)].TrimEnd(' ', ',', ';', ':', '…');
    }

    /// <summary>A phrase ends with none of these.</summary>
    private static readonly HashSet<string> Joining = new(StringComparer.OrdinalIgnoreCase)
    {
        "a", "an", "the", "of", "in", "on", "to", "by", "for", "from", "with", "without", "and", "or", "but", "as", "at", "than", "that", "which", "its", "into", "per", "is", "are", "be", "so", "since", "while", "where", "when", "not",
    };

    /// <summary>Where the last of these begins; −1 where none is.</summary>
    private static int Ends(string text, params string[] ends) => ends.Max(end => text.LastIndexOf(end, StringComparison.Ordinal));

    /// <summary>For a title or a diagram, which programs put anywhere: letters, digits, spaces and a few marks; all else is left out.</summary>
    public static string Words(string text, int maximum)
    {
        StringBuilder words = new();
        foreach (Rune rune in PlainText.Visible(text, 4 * maximum).EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune) || rune.Value is '.' or ',' or '(' or ')' or '%' or '+' or '=' or '±' or '·' or '_' or '-')
            {
                words.Append(rune.ToString());
            }
            else if (words.Length > 0 && words[^1] != ' ')
            {
                words.Append(' ');
            }
        }

        string all = Reference().Replace(words.ToString(), "$0 ").Trim().TrimStart('-', '.', '=', '+');
        return all.Length <= maximum ? all : all[..(maximum - 1)].TrimEnd('\uD800', ' ') + "…";
    }

    /// <summary>The name of a folder or a branch: <c>[a-z0-9-]</c>, no more than 40 of them; empty where nothing is left.</summary>
    public static string Slug(string text)
    {
        StringBuilder slug = new();
        foreach (char character in text)
        {
            if (char.IsAsciiLetterOrDigit(character))
            {
                slug.Append(char.ToLowerInvariant(character));
            }
            else if (slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }
        }

        string all = slug.ToString();
        return (all.Length <= 40 ? all : all[..40]).Trim('-');
    }

    /// <summary>A number that Mermaid reads: it knows no exponents.</summary>
    internal static string Figure(double value) => value.ToString("0.########", CultureInfo.InvariantCulture);

    private static string Inert(string text)
    {
        text = text.Replace("@", "@" + Break, StringComparison.Ordinal)
            .Replace("://", ":" + Break + "//", StringComparison.Ordinal)
            .Replace("<!--", "<" + Break + "!--", StringComparison.Ordinal);
        text = Reference().Replace(text, "$0" + Break);
        text = Skip().Replace(text, "[" + Break);
        text = Trailer().Replace(text, Break + ":");
        text = Command().Replace(text, "$1" + Break + "/");
        return CommitName().Replace(text, found => found.Value[..3] + Break + found.Value[3..]);
    }

    /// <summary>What an issue's number follows, what begins an expression of GitHub's, and what makes an address of a name.</summary>
    [GeneratedRegex(@"#(?=\d)|\{(?=\{)|GH(?=-\d)|www(?=\.)|(mailto|xmpp|tel|javascript|data)(?=:)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Reference();

    /// <summary><c>[skip ci]</c> and its like, which keep the checks from running.</summary>
    [GeneratedRegex(@"\[(?=\s*(skip|ci|no|actions|azurepipelines)\b)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Skip();

    /// <summary><c>Signed-off-by:</c>, <c>Co-authored-by:</c>, <c>skip-checks:</c>: at whichever place, since programs fold lines anew.</summary>
    [GeneratedRegex(@"(?<=[A-Za-z]-(by|checks|with|to))\s*:", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Trailer();

    /// <summary><c>/merge</c> at the beginning of a line.</summary>
    [GeneratedRegex(@"^([ \t]*)/", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Command();

    [GeneratedRegex(@"(?<![0-9A-Za-z])(?=[0-9]*[a-f])[0-9a-f]{7,64}(?![0-9A-Za-z])", RegexOptions.CultureInvariant)]
    private static partial Regex CommitName();
}
