using System.Collections.Immutable;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Conditions;

/// <summary>The words that a name can come to, as the journal writes them.</summary>
/// <param name="What">What each of them is, with its article: <c>an operator</c>.</param>
public sealed record Vocabulary(string What, ImmutableArray<string> Words)
{
    internal static Vocabulary Operators { get; } = new("an operator", ["draft", "debug", "improve", "tune", "ablate", "merge", "simplify"]);

    internal static Vocabulary Failures { get; } = new("a kind of failure",
        ["exception", "compile-error", "exit", "signal", "out-of-memory", "time-out", "output-flood", "no-submission", "bad-submission", "lost", "no-answer", "judged", "abandoned"]);

    internal static Vocabulary Endings { get; } = new("an ending", ["exited", "signalled", "out-of-memory", "time-out", "output-flood", "cancelled"]);

    internal static Vocabulary Stages { get; } = new("a stage", ["think", "execute", "score", "done"]);

    internal static Vocabulary Scores { get; } = new("a kind of score", ["verified", "verified-by-folds", "claimed"]);

    internal static Vocabulary Languages { get; } = new("a language", ["python", "csharp"]);

    internal static Vocabulary Steps { get; } = new("a kind of step", RunJson.EventKinds);

    internal static ImmutableArray<Vocabulary> All { get; } = [Operators, Failures, Endings, Stages, Scores, Languages, Steps];

    /// <summary>The word as the journal writes it; letter case, hyphens and underscores are not looked at: <c>TimeOut</c>, <c>time_out</c> are <c>time-out</c>.</summary>
    internal string? Find(ReadOnlySpan<char> written)
    {
        foreach (string word in Words)
        {
            if (IsSame(word, written))
            {
                return word;
            }
        }

        return null;
    }

    /// <summary>Of a value of an enumeration in the order of the words; none where the log has a number that means nothing.</summary>
    internal ConditionValue Value(int index) => index >= 0 && index < Words.Length ? ConditionValue.OfWord(Words[index]) : ConditionValue.None;

    private static bool IsSame(ReadOnlySpan<char> word, ReadOnlySpan<char> written)
    {
        int at = 0;
        foreach (char letter in written)
        {
            if (letter is '-' or '_')
            {
                continue;
            }

            while (at < word.Length && word[at] == '-')
            {
                at++;
            }

            if (at == word.Length || word[at] != char.ToLowerInvariant(letter))
            {
                return false;
            }

            at++;
        }

        return at == word.Length;
    }
}
