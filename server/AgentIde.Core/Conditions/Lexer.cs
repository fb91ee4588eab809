using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace AgentIde.Core.Conditions;

/// <summary>A condition as tokens. Says of each character that has no meaning what was probably meant.</summary>
internal sealed class Lexer(string source, int start, int end)
{
    /// <summary>Words with a hyphen, longest first: only these are not read as differences.</summary>
    private static readonly ImmutableArray<string> Hyphenated =
        [.. Vocabulary.All.SelectMany(words => words.Words).Where(word => word.Contains('-', StringComparison.Ordinal)).Distinct().OrderByDescending(word => word.Length)];

    private int _at = start;

    private char Current => _at < end ? source[_at] : '\0';

    private char Next => _at + 1 < end ? source[_at + 1] : '\0';

    public List<Token> ReadAll()
    {
        List<Token> tokens = [];
        do
        {
            tokens.Add(Read());
        }
        while (tokens[^1].Kind != TokenKind.End);
        return tokens;
    }

    private Token Read()
    {
        _at = SkipSpace(_at);
        return _at >= end ? new Token(TokenKind.End, end, end)
            : char.IsAsciiDigit(Current) || (Current is '.' or '$' && char.IsAsciiDigit(Next)) || (Current == '$' && Next == '.') ? ReadNumber()
            : char.IsAsciiLetter(Current) || Current == '_' ? ReadWord()
            : Current is '"' or '\'' ? ReadText()
            : ReadSign();
    }

    private Token ReadNumber()
    {
        int from = _at;
        bool isDollars = Current == '$';
        _at += isDollars ? 1 : 0;
        int digits = _at;
        SkipDigits();
        if (Current == '.' && char.IsAsciiDigit(Next))
        {
            _at++;
            SkipDigits();
        }

        if (Current is 'e' or 'E' && (char.IsAsciiDigit(Next) || (Next is '+' or '-' && _at + 2 < end && char.IsAsciiDigit(source[_at + 2]))))
        {
            _at += 2;
            SkipDigits();
        }

        string written = source[digits.._at].Replace("_", "", StringComparison.Ordinal);
        if (!double.TryParse(written, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) || !double.IsFinite(number))
        {
            throw Problem($"`{Shown(from, _at)}` is no number that can be reckoned with", from, _at);
        }

        int suffix = _at;
        while (_at < end && (IsOfWord(source[_at]) || source[_at] == '.'))
        {
            _at++;
        }

        if (_at > suffix)
        {
            string unit = source[suffix.._at];
            (string known, double factor, ConditionUnit kind) = ConditionUnits.Find(unit);
            return known.Length == 0 || isDollars
                ? throw Problem(isDollars ? $"after an amount such as `{Shown(from, suffix)}` there is no unit" : $"`{ConditionException.Shown(unit)}` is no unit: after a number there can be {ConditionUnits.All}", suffix, _at)
                : new Token(TokenKind.Number, from, _at, "", number * factor, kind);
        }

        return isDollars ? new Token(TokenKind.Number, from, _at, "", number, ConditionUnit.Dollars) : ReadApart(from, number);
    }

    /// <summary>A unit with a space before it, as numbers are shown: <c>12.3 s</c>, <c>50 %</c>.</summary>
    private Token ReadApart(int from, double number)
    {
        int begin = SkipSpace(_at);
        if (begin < end && source[begin] == '%' && !StartsOperand(begin + 1))
        {
            _at = begin + 1;
            return new Token(TokenKind.Number, from, _at, "", number / 100, ConditionUnit.Share);
        }

        int stop = begin;
        while (stop < end && (IsOfWord(source[stop]) || source[stop] is '.' or '('))
        {
            stop++;
        }

        (string known, double factor, ConditionUnit unit) = ConditionUnits.Find(source[begin..stop]);
        _at = known.Length == 0 ? _at : stop;
        return known.Length == 0 ? new Token(TokenKind.Number, from, _at, "", number) : new Token(TokenKind.Number, from, _at, "", number * factor, unit);
    }

    private int SkipSpace(int at)
    {
        while (at < end && char.IsWhiteSpace(source[at]))
        {
            at++;
        }

        return at;
    }

    private void SkipDigits()
    {
        while (char.IsAsciiDigit(Current) || (Current == '_' && char.IsAsciiDigit(Next)))
        {
            _at++;
        }
    }

    /// <summary>Whether what follows is reckoned with, so that <c>%</c> before it is a remainder: <c>node % 2</c>, but <c>budget &gt; 50% and valid</c>.</summary>
    private bool StartsOperand(int at)
    {
        at = SkipSpace(at);
        if (at >= end || !(char.IsAsciiLetterOrDigit(source[at]) || source[at] is '(' or '_'))
        {
            return false;
        }

        int from = at;
        while (at < end && char.IsAsciiLetter(source[at]))
        {
            at++;
        }

        return WordKind(source.AsSpan(from, at - from)) is TokenKind.Word or TokenKind.Not;
    }

    private Token ReadWord()
    {
        int from = _at;
        foreach (string word in Hyphenated)
        {
            if (end - from >= word.Length && source.AsSpan(from, word.Length).Equals(word, StringComparison.OrdinalIgnoreCase) && (from + word.Length == end || !IsOfWord(source[from + word.Length])))
            {
                _at += word.Length;
                return new Token(TokenKind.Word, from, _at, word);
            }
        }

        while (IsOfWord(Current) || (Current == '.' && (char.IsAsciiLetter(Next) || Next == '_')))
        {
            _at++;
        }

        string text = source[from.._at];
        return new Token(WordKind(text), from, _at, text);
    }

    private static bool IsOfWord(char letter) => char.IsAsciiLetterOrDigit(letter) || letter == '_';

    private static TokenKind WordKind(ReadOnlySpan<char> word) =>
        word.Equals("and", StringComparison.OrdinalIgnoreCase) ? TokenKind.And
        : word.Equals("or", StringComparison.OrdinalIgnoreCase) ? TokenKind.Or
        : word.Equals("not", StringComparison.OrdinalIgnoreCase) ? TokenKind.Not
        : word.Equals("in", StringComparison.OrdinalIgnoreCase) ? TokenKind.In
        : word.Equals("contains", StringComparison.OrdinalIgnoreCase) ? TokenKind.Contains
        : word.Equals("matches", StringComparison.OrdinalIgnoreCase) ? TokenKind.Matches
        : TokenKind.Word;

    /// <summary>A backslash keeps its meaning for patterns, unless a quote or another backslash follows it.</summary>
    private Token ReadText()
    {
        int from = _at;
        char quote = source[_at++];
        StringBuilder text = new();
        while (_at < end && source[_at] != quote)
        {
            if (source[_at] == '\\' && Next != '\0' && (Next == quote || Next == '\\'))
            {
                _at++;
            }

            text.Append(source[_at++]);
        }

        return _at >= end
            ? throw Problem($"the text has no end: a {quote} is missing", from, end)
            : new Token(TokenKind.Text, from, ++_at, text.ToString());
    }

    private Token ReadSign()
    {
        int from = _at;
        (TokenKind Kind, int Length)? sign = (Current, Next) switch
        {
            ('=', '=') => (TokenKind.Equal, 2),
            ('!', '=') => (TokenKind.NotEqual, 2),
            ('<', '=') => (TokenKind.LessOrEqual, 2),
            ('>', '=') => (TokenKind.GreaterOrEqual, 2),
            ('<', '>') => null,
            ('<', _) => (TokenKind.Less, 1),
            ('>', _) => (TokenKind.Greater, 1),
            ('!', _) => (TokenKind.Bang, 1),
            ('&', '&') => (TokenKind.And, 2),
            ('|', '|') => (TokenKind.Or, 2),
            ('+', _) => (TokenKind.Plus, 1),
            ('-', _) => (TokenKind.Minus, 1),
            ('*', _) => (TokenKind.Times, 1),
            ('/', _) => (TokenKind.Divide, 1),
            ('%', _) => (TokenKind.Remainder, 1),
            ('(', _) => (TokenKind.Open, 1),
            (')', _) => (TokenKind.Close, 1),
            ('[', _) => (TokenKind.OpenList, 1),
            (']', _) => (TokenKind.CloseList, 1),
            (',', _) => (TokenKind.Comma, 1),
            _ => null,
        };
        if (sign is not { } known)
        {
            throw Unknown(from);
        }

        _at += known.Length;
        return new Token(known.Kind, from, _at);
    }

    private ConditionException Unknown(int from) => (Current, Next) switch
    {
        ('=', _) => Problem("`=` sets nothing here: to compare, write `==`", from, from + 1),
        ('<', '>') => Problem("`<>` is written `!=` here", from, from + 2),
        ('&', _) => Problem("`&` is written `&&` or `and` here", from, from + 1),
        ('|', _) => Problem("`|` is written `||` or `or` here", from, from + 1),
        ('“' or '”' or '‘' or '’' or '„', _) => Problem("a text is put into straight quotes: \"…\" or '…'", from, from + 1),
        ('≤', _) => Problem("`≤` is written `<=` here", from, from + 1),
        ('≥', _) => Problem("`≥` is written `>=` here", from, from + 1),
        ('≠', _) => Problem("`≠` is written `!=` here", from, from + 1),
        _ => Strange(from, from + (char.IsHighSurrogate(Current) && char.IsLowSurrogate(Next) ? 2 : 1)),
    };

    private ConditionException Strange(int from, int to) => Problem($"`{Shown(from, to)}` means nothing here", from, to);

    private string Shown(int from, int to) => ConditionException.Shown(source.AsSpan(from, to - from));

    private ConditionException Problem(string problem, int from, int to) => new(problem, source, from, to - from);
}
