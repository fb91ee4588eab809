using System.Globalization;
using System.Text;

namespace AgentIde.Core.PullRequests;

/// <summary>
/// Whether a comment is plainly thanks or approval and nothing else: <c>LGTM</c>, <c>+1</c>, <c>thanks, looks good to me!</c>.
/// It asks for nothing, whoever the engineer is. Every word has to be one of a few: any other, and a question, may be a wish.
/// </summary>
public static class Approval
{
    /// <summary>One of these says it.</summary>
    private static readonly HashSet<string> Saying = new(StringComparer.Ordinal)
    {
        "lgtm", "sgtm", "+1", "thanks", "thank", "thx", "ty", "cheers", "great", "good", "nice", "nicely", "neat", "awesome", "excellent", "perfect", "cool", "love", "approved", "approve", "approving",
        "ok", "okay", "fine", "agreed", "agree", "yes", "ship", "wow", "amazing", "lovely", "brilliant", "fantastic", "congrats", "congratulations", "kudos", "bravo",
    };

    /// <summary>These may stand beside it.</summary>
    private static readonly HashSet<string> Filling = new(StringComparer.Ordinal)
    {
        "you", "i", "we", "me", "my", "it", "its", "this", "that", "these", "those", "the", "a", "an", "lot", "lots", "so", "very", "really", "much", "many", "well", "done", "work", "working", "job", "change", "changes", "improvement", "improvements", "result", "results", "idea", "one",
        "looks", "look", "looking", "seems", "sounds", "is", "are", "was", "to", "for", "from", "with", "of", "on", "side", "here", "now", "all", "both", "and", "by", "pr", "code", "indeed", "again", "too", "like", "exactly", "quite", "pretty", "super", "everyone", "team", "s", "m", "re", "as",
    };

    public static bool Is(string text)
    {
        bool isSaid = false, isEmpty = true;
        foreach (string line in text.Split('\n').Where(line => !line.TrimStart().StartsWith('>')))
        {
            if (line.Contains('?', StringComparison.Ordinal))
            {
                return false;
            }

            foreach (string word in Words(line))
            {
                isEmpty = false;
                isSaid |= Saying.Contains(word);
                if (!Saying.Contains(word) && !Filling.Contains(word))
                {
                    return false;
                }
            }
        }

        return isSaid || isEmpty;
    }

    /// <summary>In small letters; a mention, and a picture by its name (<c>:rocket:</c>) or itself, is none.</summary>
    private static IEnumerable<string> Words(string line)
    {
        foreach (string piece in line.ToLowerInvariant().Split([' ', '\t', '\r', ',', '.', '!', ';', '(', ')', '*', '_', '~', '`', '"', '\'', '’', '“', '”', '—', '–', '/'], StringSplitOptions.RemoveEmptyEntries))
        {
            bool isPicture = piece is [':', .. { Length: > 1 }, ':'] or ":)" or ":-)" or ";)";
            if (piece == "+1")
            {
                yield return piece;
            }
            else if (piece == ":+1:" || isPicture || piece[0] == '@')
            {
                continue;
            }
            else
            {
                StringBuilder word = new();
                foreach (Rune rune in piece.EnumerateRunes().Where(rune => !IsPicture(rune)))
                {
                    word.Append(rune.ToString());
                }

                if (word.Length > 0)
                {
                    yield return word.ToString();
                }
            }
        }
    }

    /// <summary>Also what joins or colours one.</summary>
    private static bool IsPicture(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.OtherSymbol or UnicodeCategory.ModifierSymbol or UnicodeCategory.Format or UnicodeCategory.NonSpacingMark;
}
