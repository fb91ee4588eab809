using System.Collections.Immutable;
using System.Globalization;

namespace AgentIde.Core.Engineering.BuiltIn;

/// <summary>What a clause of a hint does with what it names.</summary>
internal enum Mood
{
    Asks,

    /// <summary>It is a question, a reason or a condition, or speaks of tuning alone: nothing follows from what it names.</summary>
    Silent,
}

/// <summary>
/// A part of a hint with a mood and denials of its own. Sentences end at full stops; clauses end at commas, before
/// <c>but</c>, before <c>and</c> with a verb, and before a reason or a condition.
/// </summary>
/// <param name="Words">Lower case.</param>
/// <param name="Mood">What it does with what it names.</param>
/// <param name="From">Denied before its first word, as the rest of a list is: <c>don't use ridge, xgboost</c>.</param>
/// <param name="IsInstead">Whether the model that it names is to stand in the place of the others.</param>
/// <param name="After">The words of the sentence after it.</param>
internal sealed record Clause(ImmutableArray<string> Words, Mood Mood, int From, bool IsInstead, ImmutableArray<string> After)
{
    private static readonly string[] Denials = ["no", "not", "without", "drop", "remove", "stop", "avoid", "never", "don", "dont", "shouldn", "shouldnt", "mustn", "wouldn", "couldn", "cannot", "cant", "omit", "skip", "exclude", "replace", "swap", "less", "nor", "neither"];

    /// <summary>Verbs, and what stands for one: a clause that has one says by itself what it wants.</summary>
    private static readonly string[] Verbs =
    [
        "use", "try", "add", "take", "put", "make", "blend", "start", "keep", "tune", "leave", "switch", "give", "go", "let", "do", "set", "fit", "train", "consider", "is", "are", "was", "were", "would", "should", "could",
        "might", "may", "will", "can", "please", "more", "fewer", "smaller", "larger", "stronger", "why", "what", "how", "did", "does", "have", "has", "instead", "with", "then", "also", .. Denials,
    ];

    private static readonly string[] Questions = ["why", "did", "does", "do", "is", "are", "was", "were", "how", "has", "have", "had", "which", "what", "where", "when", "who"];
    private static readonly string[] Suggestions = ["what about ", "how about ", "what if ", "why not ", "why don t ", "do try ", "do use ", "do add ", "have a try", "do not ", "do "];
    private static readonly string[] Asides = ["if", "because", "since", "unless", "than", "although", "though", "whereas"];

    /// <summary>What says how things are, and not how they are to be.</summary>
    private static readonly string[] Statements = ["isn", "isnt", "aren", "arent", "wasn", "doesn", "doesnt", "didn", "didnt", "hasn", "haven"];

    private static readonly string[] Fillers = ["and", "but", "so", "or", "hm", "hmm", "ok", "okay", "well", "also", "then", "hi", "hello", "please"];
    private static readonly string[] Between = ["|", "please", "to", "of", "at", "say", "about", "is", "be", "from", "should"];

    /// <summary>The clauses of a text, in order; quoted code, four blanks in, and lines that quote another say nothing.</summary>
    public static ImmutableArray<Clause> Of(string hint)
    {
        ImmutableArray<Clause>.Builder clauses = ImmutableArray.CreateBuilder<Clause>();
        foreach ((List<string> words, bool isQuestion) in Sentences(hint))
        {
            Clause? before = null;
            foreach ((int from, int to) in Cut(words))
            {
                ImmutableArray<string> own = [.. words[from..to].Where(word => word != "|")];
                if (own.Length > 0)
                {
                    before = Make(own, [.. words[to..]], isQuestion, before);
                    clauses.Add(before);
                }
            }
        }

        return clauses.ToImmutable();
    }

    /// <summary>Whether nothing in a text asks for anything.</summary>
    public static bool AreSilent(string hint) => Of(hint) is { IsEmpty: false } clauses && clauses.All(clause => clause.Mood == Mood.Silent);

    /// <summary>Whether the clause denies its word at <paramref name="at"/>; null where it says so twice, and so nothing that is understood.</summary>
    public bool? IsDenied(int at)
    {
        int denials = From;
        for (int i = 0; i < at; i++)
        {
            denials += Denials.Contains(Words[i]) || (Words[i] == "t" && i > 0 && Words[i - 1] == "can") || IsInsteadOf(i) || (Words[i] == "leave" && Words.Contains("out")) ? 1 : 0;
            denials -= Words[i] is "by" or "with" or "for" && (Words.Contains("replace") || Words.Contains("swap")) && denials > 0 ? 1 : 0;
        }

        return denials > 1 ? null : denials == 1;
    }

    /// <summary>The number given for the word at <paramref name="at"/>: <c>300 trees</c>, <c>more trees, please: 300</c>; null for none.</summary>
    public double? Number(int at, int length)
    {
        ImmutableArray<string> after = [.. Words.Skip(at + length).Concat(After).SkipWhile(Between.Contains)];
        return Parse(after.FirstOrDefault()) ?? (at > 0 && Words[at] != "more" ? Parse(Words[at - 1]) : null);
    }

    private static double? Parse(string? word) => double.TryParse(word, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number : null;

    private static Clause Make(ImmutableArray<string> words, ImmutableArray<string> after, bool isQuestion, Clause? before)
    {
        ImmutableArray<string> bare = [.. words.SkipWhile(Fillers.Contains)];
        bool isAside = Asides.Contains(words[0]) || IsAside(before, words);
        bool inherits = before is not null && !words.Any(Verbs.Contains);
        string text = string.Join(' ', bare) + " ";
        string? suggestion = Suggestions.FirstOrDefault(start => text.StartsWith(start, StringComparison.Ordinal) && (start != "do " || !isQuestion));
        bool asks = bare.Length > 0 && suggestion is null && Questions.Contains(bare[0]) && (isQuestion || bare[0] is "why" or "how" or "did");
        bool isSilent = isAside || asks || (suggestion is null && words.Any(word => word is "why" or "explain" or "wonder" or "wondering"))
            || words.Any(word => word is "tune" or "tuning" or "tuned") || (words.Contains("leave") && !words.Contains("out"))
            || words.Any(Statements.Contains) || words.Where((word, at) => word == "not" && at > 0 && words[at - 1] is "is" or "are" or "was" or "does" or "did").Any()
            || (inherits && before!.Mood == Mood.Silent && !Asides.Contains(before.Words[0]));
        bool isAskedBack = isQuestion && (suggestion is "why not " or "why don t " || bare is ["shouldn" or "couldn" or "wouldn", ..] or ["can", "t", ..]);
        int from = (inherits && before!.DeniesByVerb ? 1 : 0) - (isAskedBack ? 1 : 0);
        bool isInstead = words.Where((word, at) => word == "instead" && !(at + 1 < words.Length && words[at + 1] == "of")).Any() || before?.Words is ["instead"]
            || text.Contains("switch to ", StringComparison.Ordinal) || text.Contains("instead of that ", StringComparison.Ordinal) || text.Contains("instead of it ", StringComparison.Ordinal) || text.Contains("instead of this ", StringComparison.Ordinal);
        return new Clause(words, isSilent ? Mood.Silent : Mood.Asks, from, isInstead, after);
    }

    private static bool IsAside(Clause? before, ImmutableArray<string> words) => before is not null && Asides.Contains(before.Words[0]) && !words.Any(Verbs.Contains) && before.Words[0] == "than";

    /// <summary><c>no ratios</c> speaks of ratios alone; <c>don't use ratios</c> of what follows in the list too.</summary>
    private bool DeniesByVerb => From > 0 || Words.Any(word => Denials.Contains(word) && word is not ("no" or "without" or "less"));

    private bool IsInsteadOf(int at) => Words[at] == "instead" && at + 1 < Words.Length && Words[at + 1] == "of";

    private static IEnumerable<(int From, int To)> Cut(List<string> words)
    {
        int from = 0;
        for (int i = 1; i <= words.Count; i++)
        {
            string? next = i + 1 < words.Count ? words[i + 1] : null;
            if (i == words.Count || words[i] is "|" or "but" || Asides.Contains(words[i]) || (words[i] is "and" or "then" && next is not null && Verbs.Contains(next)))
            {
                yield return (from, i);
                from = i;
            }
        }
    }

    /// <summary>Lower case, without signs; a comma or a colon is a bar.</summary>
    private static IEnumerable<(List<string> Words, bool IsQuestion)> Sentences(string hint)
    {
        foreach (string line in hint.Split('\n').Where(line => !line.StartsWith("    ", StringComparison.Ordinal)))
        {
            List<string> words = [""];
            for (int i = 0; i <= line.Length; i++)
            {
                char sign = i < line.Length ? char.ToLowerInvariant(line[i]) : '.';
                bool isInNumber = sign == '.' && i > 0 && i + 1 < line.Length && char.IsDigit(line[i - 1]) && char.IsDigit(line[i + 1]);
                if (char.IsLetterOrDigit(sign) || isInNumber)
                {
                    words[^1] += sign;
                    continue;
                }

                words.AddRange(sign is ',' or ':' or '(' or ')' ? ["|", ""] : [""]);
                if (sign is '.' or ';' or '!' or '?')
                {
                    yield return ([.. words.Where(word => word.Length > 0)], sign == '?');
                    words = [""];
                }
            }
        }
    }
}
