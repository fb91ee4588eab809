namespace AgentIde.Core.Review;

/// <summary>
/// The words of a Python statement that a formatter adds and takes away: commas that end a list in brackets, unless they
/// make a tuple or an index of one, and parentheses around all that follows <c>=</c>, <c>return</c> and their like.
/// </summary>
internal static class PythonLayout
{
    /// <summary>Words before a bracket that make it a pair of parentheses and not a call.</summary>
    private static readonly HashSet<string> NoCallee = ["return", "in", "and", "or", "not", "if", "elif", "else", "for", "yield", "is", "lambda", "await", "assert", "del", "while", "with", "except", "raise", "from"];

    /// <summary>Words at the beginning of a statement after which parentheses up to its end say nothing.</summary>
    private static readonly HashSet<string> Holders = ["return", "yield", "del", "raise", "if", "elif", "while", "with", "for"];

    /// <summary>Which tokens are there for the layout alone.</summary>
    public static bool[] Of(List<SourceToken> tokens)
    {
        bool[] dropped = new bool[tokens.Count];
        if (!tokens.Exists(token => token.Kind == SourceTokenKind.Operator && token.Span[0] is '(' or '[' or '{'))
        {
            return dropped;
        }

        Stack<(int Open, int Commas)> open = new();
        int[] closes = new int[tokens.Count];
        for (int i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Kind != SourceTokenKind.Operator)
            {
                continue;
            }

            switch (tokens[i].Span[0])
            {
                case '(' or '[' or '{':
                    open.Push((i, 0));
                    break;
                case ',' when open.Count > 0:
                    (int at, int commas) = open.Pop();
                    open.Push((at, commas + 1));
                    break;
                case ')' or ']' or '}' when open.Count > 0:
                    (int opened, int count) = open.Pop();
                    closes[opened] = i;
                    if (i > 0 && tokens[i - 1].Is(",") && (count > 1 || !CommaMakesTuple(tokens, opened)))
                    {
                        dropped[i - 1] = true;
                    }

                    break;
            }
        }

        for (int i = 1; i < tokens.Count; i++)
        {
            if (closes[i] > i && tokens[i].Is("(") && HoldsLayout(tokens, i, closes[i], dropped))
            {
                dropped[i] = dropped[closes[i]] = true;
            }
        }

        return dropped;
    }

    private static bool CommaMakesTuple(List<SourceToken> tokens, int open)
    {
        bool applied = open > 0 && (tokens[open - 1] is { Kind: SourceTokenKind.Word } before ? !NoCallee.Contains(before.Span.ToString()) : tokens[open - 1].Is(")") || tokens[open - 1].Is("]"));
        return tokens[open].Is("(") ? !applied : tokens[open].Is("[") && applied;
    }

    /// <summary>Whether a pair of parentheses may be left out: it holds all that follows <c>=</c>, <c>return</c> and their like.</summary>
    private static bool HoldsLayout(List<SourceToken> tokens, int open, int close, bool[] dropped)
    {
        int before = open - 1;
        while (before >= 0 && dropped[before])
        {
            before--;
        }

        int after = close + 1;
        while (after < tokens.Count && dropped[after])
        {
            after++;
        }

        if (before < 0)
        {
            return false;
        }

        if (close == open + 1)
        {
            return after == tokens.Count - 1 && before == 1 && tokens[0].Is("class") && tokens[after].Is(":");
        }

        bool isLast = after == tokens.Count || (after == tokens.Count - 1 && tokens[after].Is(":"));
        ReadOnlySpan<char> word = tokens[before].Span;
        if (tokens[before].Kind == SourceTokenKind.Operator)
        {
            return isLast && word[^1] == '=' && word is not ("==" or "!=" or "<=" or ">=" or ":=");
        }

        return isLast
            ? (Holders.Contains(word.ToString()) && before <= 1) || word is "return" or "yield" or "import" || (word is "in" && (tokens[0].Is("for") || tokens[0].Is("async")))
            : word is "for" && before <= 1 && tokens[after].Is("in");
    }
}
