using System.Collections.Immutable;
using AgentIde.Models.Prompts;

namespace AgentIde.Models.Answers;

/// <summary>Says what is wrong with a text that holds no program.</summary>
internal static class Refusal
{
    private static readonly ImmutableArray<string> Openings =
    [
        "i can't", "i cannot", "i can not", "i'm sorry", "i am sorry", "sorry", "i won't", "i will not", "i'm unable", "i am unable", "i'm not able", "i am not able", "i must decline", "i decline",
        "unfortunately, i can", "as an ai",
    ];

    public static UnreadableAnswerException Of(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return new UnreadableAnswerException("The answer is empty.");
        }

        string start = VisibleText.Line(text, 100);
        string plain = start.Replace('’', '\'').ToLowerInvariant();
        return Openings.Any(opening => plain.StartsWith(opening, StringComparison.Ordinal))
            ? new UnreadableAnswerException($"The model refused: \"{start}\"")
            : new UnreadableAnswerException($"The answer holds no program; it begins with \"{start}\".");
    }
}
