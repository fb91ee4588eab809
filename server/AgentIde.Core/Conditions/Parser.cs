using System.Globalization;
using System.Text.RegularExpressions;

namespace AgentIde.Core.Conditions;

/// <summary>
/// Tokens to an expression whose types fit, by precedence: or, and, not, comparison, sum, product, sign. It goes no
/// deeper than <see cref="Condition.MaximumDepth"/> and takes no more than <see cref="Condition.MaximumLength"/>
/// characters, so that no text exhausts the stack, here or when it is evaluated.
/// </summary>
internal sealed class Parser
{
    private readonly string _source;
    private readonly List<Token> _tokens;
    private readonly Meaning _meaning;
    private int _at;
    private int _depth;

    private Parser(string source, int start, int end)
    {
        _source = source;
        _tokens = new Lexer(source, start, end).ReadAll();
        _meaning = new Meaning(source);
    }

    private Token Current => _tokens[_at];

    /// <summary>What stands in the source from <paramref name="start"/> to before <paramref name="end"/>; positions in errors are of the whole source.</summary>
    /// <exception cref="ConditionException">It can't be read.</exception>
    public static Expression Parse(string source, int start, int end)
    {
        Parser parser = Begin(source, start, end);
        Expression whole = parser._meaning.Settle(parser.ReadOr());
        return parser.Current.Kind == TokenKind.End ? whole : throw parser.Unexpected("an operator such as `&&`, or the end");
    }

    /// <summary>Expressions with commas between them, each with where it stands in the source.</summary>
    /// <exception cref="ConditionException">One of them can't be read.</exception>
    public static IEnumerable<(Expression Expression, Range Place)> ParseList(string source)
    {
        Parser parser = Begin(source, 0, source.Length);
        List<(Expression, Range)> list = [];
        do
        {
            int start = parser.Current.Start;
            Expression expression = parser._meaning.Settle(parser.ReadOr());
            list.Add((expression, start..parser._tokens[parser._at - 1].End));
        }
        while (parser.TryTake(TokenKind.Comma));
        return parser.Current.Kind == TokenKind.End ? list : throw parser.Unexpected("an operator, `,` or the end");
    }

    private static Parser Begin(string source, int start, int end)
    {
        if (end - start > Condition.MaximumLength)
        {
            throw new ConditionException(
                string.Create(CultureInfo.InvariantCulture, $"a condition of {end - start:N0} characters is too long: at most {Condition.MaximumLength:N0} are read"), source, start + Condition.MaximumLength, 1);
        }

        Parser parser = new(source, start, end);
        return parser.Current.Kind != TokenKind.End
            ? parser
            : throw parser.Problem("nothing is asked here: write a condition such as `score < 0.1` or `operator == improve && gain > 2 * error`", parser.Current);
    }

    private Expression ReadOr()
    {
        Expression left = ReadAnd();
        while (Current.Kind == TokenKind.Or)
        {
            Token sign = Take();
            Expression one = _meaning.Truth(left, Written(sign)), other = _meaning.Truth(ReadAnd(), Written(sign));
            left = new Either(one, other);
        }

        return left;
    }

    private Expression ReadAnd()
    {
        Expression left = ReadNot();
        while (Current.Kind == TokenKind.And)
        {
            Token sign = Take();
            Expression one = _meaning.Truth(left, Written(sign)), other = _meaning.Truth(ReadNot(), Written(sign));
            left = new Both(one, other);
        }

        return left;
    }

    private Expression ReadNot()
    {
        if (Current.Kind != TokenKind.Not)
        {
            return ReadComparison();
        }

        Token sign = Take();
        using (Deeper(sign))
        {
            return new Not(_meaning.Truth(ReadNot(), Written(sign)), sign.Start);
        }
    }

    private Expression ReadComparison()
    {
        Expression left = ReadSum();
        while (true)
        {
            Token sign = Current;
            switch (sign.Kind)
            {
                case TokenKind.Equal or TokenKind.NotEqual:
                    _at++;
                    left = _meaning.Equal(left, ReadSum(), sign.Kind == TokenKind.Equal, Written(sign));
                    break;
                case TokenKind.Less or TokenKind.LessOrEqual or TokenKind.Greater or TokenKind.GreaterOrEqual:
                    _at++;
                    left = _meaning.Ordered(left, ReadSum(), sign.Kind, Written(sign));
                    break;
                case TokenKind.Contains:
                    _at++;
                    left = new Contains(_meaning.Text(left, "contains"), _meaning.Text(ReadSum(), "contains"));
                    break;
                case TokenKind.Matches:
                    _at++;
                    left = ReadPattern(_meaning.Text(left, "matches"));
                    break;
                case TokenKind.In:
                    _at++;
                    left = ReadList(left, wanted: true);
                    break;
                case TokenKind.Not when _tokens[_at + 1].Kind == TokenKind.In:
                    _at += 2;
                    left = ReadList(left, wanted: false);
                    break;
                default:
                    return left;
            }
        }
    }

    private Matches ReadPattern(Expression left)
    {
        Token pattern = Current;
        if (pattern.Kind != TokenKind.Text)
        {
            throw Unexpected("a pattern in quotes, such as \"log.*target\"");
        }

        _at++;
        return new Matches(left, Pattern.Parse(_source, pattern), pattern.End);
    }

    private OneOf ReadList(Expression left, bool wanted)
    {
        Expect(TokenKind.OpenList, "a list, such as `[draft, debug]`");
        List<Expression> items = [];
        Expression settled = left;
        do
        {
            if (Current.Kind == TokenKind.CloseList && items.Count == 0)
            {
                throw Problem("an empty list has nothing in it to be found", Current);
            }

            (settled, Expression item) = _meaning.Comparable(settled, ReadSum(), "in");
            items.Add(item);
        }
        while (TryTake(TokenKind.Comma));
        int end = Expect(TokenKind.CloseList, "`,` or `]`").End;
        return new OneOf(settled, [.. items], wanted, end);
    }

    private Expression ReadSum()
    {
        Expression left = ReadProduct();
        while (Current.Kind is TokenKind.Plus or TokenKind.Minus)
        {
            Token sign = Take();
            left = _meaning.Sum(left, ReadProduct(), sign.Kind, Written(sign));
        }

        return left;
    }

    private Expression ReadProduct()
    {
        Expression left = ReadSigned();
        while (Current.Kind is TokenKind.Times or TokenKind.Divide or TokenKind.Remainder)
        {
            Token sign = Take();
            left = _meaning.Product(left, ReadSigned(), sign.Kind, Written(sign));
        }

        return left;
    }

    private Expression ReadSigned()
    {
        if (Current.Kind is not (TokenKind.Minus or TokenKind.Plus or TokenKind.Bang))
        {
            return ReadPrimary();
        }

        Token sign = Take();
        using (Deeper(sign))
        {
            if (sign.Kind == TokenKind.Bang)
            {
                return new Not(_meaning.Truth(ReadSigned(), Written(sign)), sign.Start);
            }

            Expression operand = _meaning.Number(ReadSigned(), Written(sign));
            return sign.Kind == TokenKind.Plus ? operand : new Negative(operand, sign.Start) { Unit = operand.Unit };
        }
    }

    private Expression ReadPrimary()
    {
        Token token = Current;
        switch (token.Kind)
        {
            case TokenKind.Number:
                _at++;
                return new Literal(ConditionValue.Of(token.Number), token.Start, token.End) { Unit = token.Unit };
            case TokenKind.Text:
                _at++;
                return new Literal(ConditionValue.OfText(token.Text), token.Start, token.End);
            case TokenKind.Open:
                _at++;
                using (Deeper(token))
                {
                    Expression inner = ReadOr();
                    Expect(TokenKind.Close, "`)`");
                    return inner;
                }

            case TokenKind.Word:
                _at++;
                return Current.Kind == TokenKind.Open && Current.Start == token.End ? ReadCall(token) : Named(token);
            case TokenKind.OpenList:
                throw Problem("a list stands after `in`, as in `operator in [draft, debug]`", token);
            default:
                throw Unexpected("a name, a number, a text in quotes or `(`");
        }
    }

    private static Expression Named(Token token) => token.Text.ToLowerInvariant() switch
    {
        "true" => new Literal(ConditionValue.True, token.Start, token.End),
        "false" => new Literal(ConditionValue.False, token.Start, token.End),
        "none" or "null" => new Literal(ConditionValue.None, token.Start, token.End),
        _ => new Bare(token.Text, token.Start, token.End),
    };

    private Call ReadCall(Token name)
    {
        ConditionFunction function = _meaning.Function(name);
        Token open = Take();
        List<Expression> arguments = [];
        using (Deeper(open))
        {
            do
            {
                if (Current.Kind == TokenKind.Close)
                {
                    throw Problem($"something is missing here: it is `{function.Signature}`", Current);
                }

                if (arguments.Count == function.Most)
                {
                    throw Problem($"`{function.Name}` takes no more than {(function.Most == 1 ? "one value" : $"{function.Most} values")}: it is `{function.Signature}`", Current);
                }

                arguments.Add(_meaning.Argument(ReadOr(), function));
            }
            while (TryTake(TokenKind.Comma));
        }

        int end = Expect(TokenKind.Close, "`,` or `)`").End;
        return _meaning.Called(function, [.. arguments], name.Start, end);
    }

    private Token Take() => _tokens[_at++];

    private bool TryTake(TokenKind kind)
    {
        bool taken = Current.Kind == kind;
        _at += taken ? 1 : 0;
        return taken;
    }

    private Token Expect(TokenKind kind, string what) => Current.Kind == kind ? Take() : throw Unexpected(what);

    private Depth Deeper(Token token) => ++_depth > Condition.MaximumDepth
        ? throw Problem($"this goes deeper than {Condition.MaximumDepth} levels", token)
        : new Depth(this);

    private string Written(Token token) => _source[token.Start..token.End];

    private ConditionException Unexpected(string wanted) => Current.Kind == TokenKind.End
        ? Problem($"it ends too early: {wanted} is missing", Current)
        : Problem($"`{ConditionException.Shown(Written(Current))}` stands where {wanted} should be", Current);

    private ConditionException Problem(string problem, Token token) => new(problem, _source, token.Start, token.End - token.Start);

    private readonly ref struct Depth(Parser parser)
    {
        public void Dispose() => parser._depth--;
    }
}
