using System.Collections.Immutable;

namespace AgentIde.Core.Conditions;

/// <summary>What names mean and which types go together: everything that can be wrong about it is said here, before anything is evaluated.</summary>
internal sealed class Meaning(string source)
{
    private const int MaximumRelatives = 8;

    /// <summary>The expression with its name looked up.</summary>
    public Expression Settle(Expression expression) => expression is Bare bare ? Named(bare) : expression;

    /// <param name="sign">What it stands beside; null for a whole condition.</param>
    public Expression Truth(Expression operand, string? sign)
    {
        Expression settled = Settle(operand);
        return settled.Kind == ConditionKind.Truth
            ? settled
            : throw Problem($"{(sign is null ? "a condition is" : $"`{sign}` takes what is")} true or false, and {Described(settled)}{(settled.Kind == ConditionKind.None ? "" : $": compare it, as in `{Example(settled)}`")}", settled);
    }

    public Expression Number(Expression operand, string sign)
    {
        Expression settled = Settle(operand);
        return settled.Kind == ConditionKind.Number ? settled : throw Problem($"`{sign}` takes numbers, and {Described(settled)}", settled);
    }

    public Expression Text(Expression operand, string sign)
    {
        if (operand is Bare bare && !IsName(bare))
        {
            throw Problem($"{Unknown(bare)} A text is put into quotes: \"{ConditionException.Shown(bare.Text)}\"", bare);
        }

        Expression settled = Settle(operand);
        return settled.Kind is ConditionKind.Text or ConditionKind.Word ? settled : throw Problem($"`{sign}` takes texts, and {Described(settled)}", settled);
    }

    public Expression Equal(Expression left, Expression right, bool wanted, string sign)
    {
        if (IsNoneLiteral(left) || IsNoneLiteral(right))
        {
            return new IsNone(Settle(IsNoneLiteral(left) ? right : left), wanted, left.Start, right.End);
        }

        (Expression one, Expression other) = Comparable(left, right, sign);
        return new Equality(one, other, wanted);
    }

    public Expression Ordered(Expression left, Expression right, TokenKind kind, string sign)
    {
        if (left.Kind == ConditionKind.Truth && left is Order or Equality)
        {
            throw Problem($"`{Shown(left)}` is true or false and can't be compared further: write two comparisons with `&&` between them", left);
        }

        Expression one = Number(left, sign), other = Number(right, sign);
        CheckUnits(one, other);
        return new Order(one, other, kind);
    }

    /// <summary>Two that can be equal; a word beside a name is looked up among the words of that name.</summary>
    public (Expression Left, Expression Right) Comparable(Expression left, Expression right, string sign)
    {
        (Expression one, Expression other) = (left, right);
        if (WordsOf(left) is { } words)
        {
            (one, other) = (Settle(left), AmongWords(right, words, left));
        }
        else if (WordsOf(right) is { } others)
        {
            (one, other) = (AmongWords(left, others, right), Settle(right));
        }

        one = Settle(one);
        other = Settle(other);
        bool fits = Sort(one.Kind) == Sort(other.Kind) && one.Kind != ConditionKind.None;
        if (!fits)
        {
            throw Problem($"`{sign}` compares what is alike, and {Described(one)} while {Described(other)}", other);
        }

        if (one.Words is { } these && other.Words is { } those && !these.Words.Intersect(those.Words).Any())
        {
            throw Problem($"`{Shown(one)}` and `{Shown(other)}` are never equal: one is {these.What}, the other {those.What}", other);
        }

        CheckUnits(one, other);
        return (one, other);
    }

    public Expression Sum(Expression left, Expression right, TokenKind kind, string sign)
    {
        Expression one = Number(left, sign), other = Number(right, sign);
        CheckUnits(one, other);
        return new Arithmetic(one, other, kind) { Unit = one.Unit == ConditionUnit.Plain ? other.Unit : one.Unit };
    }

    public Expression Product(Expression left, Expression right, TokenKind kind, string sign)
    {
        Expression one = Number(left, sign), other = Number(right, sign);
        ConditionUnit unit = kind switch
        {
            TokenKind.Times => IsBare(one.Unit) ? IsBare(other.Unit) && one.Unit != other.Unit ? ConditionUnit.Plain : other.Unit : IsBare(other.Unit) ? one.Unit : ConditionUnit.Plain,
            TokenKind.Divide => IsBare(other.Unit) ? one.Unit : ConditionUnit.Plain,
            _ => one.Unit,
        };
        return new Arithmetic(one, other, kind) { Unit = unit };
    }

    /// <exception cref="ConditionException">There is no such function.</exception>
    public ConditionFunction Function(Token name)
    {
        foreach (ConditionFunction function in ConditionFunction.All)
        {
            if (function.Name.Equals(name.Text, StringComparison.OrdinalIgnoreCase))
            {
                return function;
            }
        }

        string? nearest = Nearest.To(name.Text, ConditionFunction.All.Select(function => function.Name));
        throw new ConditionException(
            $"There is no function `{ConditionException.Shown(name.Text)}`.{(nearest is null ? $" The functions are {string.Join(", ", ConditionFunction.All.Select(function => function.Name))}." : $" Did you mean `{nearest}`?")}",
            source, name.Start, name.End - name.Start);
    }

    public Expression Argument(Expression argument, ConditionFunction function) => function.Takes switch
    {
        ConditionKind.Number => Number(argument, function.Name),
        ConditionKind.Text => Text(argument, function.Name),
        _ => Settle(argument),
    };

    public Call Called(ConditionFunction function, Expression[] arguments, int start, int end)
    {
        if (function.Most > 2)
        {
            foreach (Expression argument in arguments.AsSpan(1))
            {
                CheckUnits(arguments[0], argument);
            }
        }

        ConditionUnit unit = function.Kind == ConditionKind.Number && function.Takes == ConditionKind.Number ? arguments[0].Unit : ConditionUnit.Plain;
        return new Call(function, arguments, start, end) { Unit = unit };
    }

    private static bool IsBare(ConditionUnit unit) => unit is ConditionUnit.Plain or ConditionUnit.Share;

    private static bool IsNoneLiteral(Expression expression) => expression is Literal { Value.IsNone: true };

    private static ConditionKind Sort(ConditionKind kind) => kind == ConditionKind.Word ? ConditionKind.Text : kind;

    private static bool IsName(Bare bare) => Resolve(bare.Text) is { Name: not null };

    private static Vocabulary? WordsOf(Expression expression) => expression is Bare bare ? Resolve(bare.Text).Name?.Words : expression.Words;

    /// <summary>A bare or quoted word as the list has it; a name stays a name.</summary>
    private Expression AmongWords(Expression expression, Vocabulary words, Expression beside)
    {
        string? written = expression switch
        {
            Bare bare => bare.Text,
            Literal { Kind: ConditionKind.Text } literal => literal.Value.Text,
            _ => null,
        };
        if (written is null)
        {
            return expression;
        }

        if (words.Find(written) is { } word)
        {
            return new Literal(ConditionValue.OfWord(word), expression.Start, expression.End) { Words = words };
        }

        if (expression is Bare name && IsName(name))
        {
            return expression;
        }

        string? nearest = Nearest.To(written, words.Words);
        throw Problem($"`{ConditionException.Shown(written)}` is not {words.What}.{(nearest is null ? "" : $" Did you mean `{nearest}`?")} `{Shown(beside)}` is {Listed(words.Words)}", expression);
    }

    private Expression Named(Bare bare)
    {
        (ConditionName? name, int[] relatives) = Resolve(bare.Text);
        if (name is null)
        {
            throw Problem(Unknown(bare), bare);
        }

        if (relatives.Length > MaximumRelatives)
        {
            throw Problem($"this goes further than {MaximumRelatives} nodes away", bare);
        }

        if (relatives.Length > 0 && !name.IsOfNode)
        {
            string owner = name.OfRun is null ? "the step" : "the run";
            throw Problem($"`{name.Name}` belongs to {owner}, not to a node: write `{name.Name}` alone", bare);
        }

        return name switch
        {
            { OfNode: not null } => new NodeRead(name, relatives, bare.Start, bare.End) { Unit = name.Unit, Words = name.Words },
            { OfRun: not null } => new RunRead(name, bare.Start, bare.End) { Unit = name.Unit, Words = name.Words },
            _ => new StepRead(name, bare.Start, bare.End) { Unit = name.Unit, Words = name.Words },
        };
    }

    private static (ConditionName? Name, int[] Relatives) Resolve(string written)
    {
        List<int> relatives = [];
        string rest = written;
        while (ConditionNames.Find(rest) is null && rest.IndexOf('.', StringComparison.Ordinal) is > 0 and int dot)
        {
            int relative = ConditionNames.Relatives.IndexOf(rest[..dot].ToLowerInvariant());
            if (relative < 0)
            {
                return (null, []);
            }

            relatives.Add(relative);
            rest = rest[(dot + 1)..];
        }

        return (ConditionNames.Find(rest), [.. relatives]);
    }

    /// <summary>That there is no such name, and what was probably meant: another name, or a word beside its name.</summary>
    private static string Unknown(Bare bare)
    {
        string known = $"There is no name `{ConditionException.Shown(bare.Text)}`.";
        foreach (ConditionName name in ConditionNames.All)
        {
            if (name.Words?.Find(bare.Text) is { } word)
            {
                return $"{known} Did you mean `{name.Name} == {word}`?";
            }
        }

        ConditionName[] parts = [.. ConditionNames.All.Where(name => name.FullName.StartsWith($"{bare.Text}.", StringComparison.OrdinalIgnoreCase))];
        if (parts.Length > 0)
        {
            return $"{known} Did you mean {string.Join(" or ", parts.Take(3).Select(name => $"`{name.FullName}`"))}?";
        }

        string before = "", rest = bare.Text;
        while (rest.IndexOf('.', StringComparison.Ordinal) is > 0 and int dot && Nearest.To(rest[..dot], ConditionNames.Relatives) is { } relative && ConditionNames.NearestTo(rest) is null)
        {
            before += $"{relative}.";
            rest = rest[(dot + 1)..];
        }

        return ConditionNames.NearestTo(rest) is { } nearest ? $"{known} Did you mean `{before}{nearest}`?" : known;
    }

    private void CheckUnits(Expression one, Expression other)
    {
        if (!IsBare(one.Unit) && !IsBare(other.Unit) && one.Unit != other.Unit)
        {
            throw Problem($"`{Shown(one)}` is {Counted(one.Unit)} and `{Shown(other)}` is {Counted(other.Unit)}: they don't go together", other);
        }
    }

    private static string Counted(ConditionUnit unit) => unit switch
    {
        ConditionUnit.Seconds => "a time",
        ConditionUnit.Bytes => "an amount of memory",
        ConditionUnit.Dollars => "an amount of money",
        _ => "in the metric's units",
    };

    private string Described(Expression expression) => expression is Literal { Value.IsNone: true }
        ? "`none` is no value: write `== none` or `!= none`"
        : $"`{Shown(expression)}` is {expression.Kind switch { ConditionKind.Truth => "true or false", ConditionKind.Number => "a number", ConditionKind.Word => "a word", _ => "a text" }}";

    private string Example(Expression expression) => expression switch
    {
        { Words: { } words } => $"{Shown(expression)} == {words.Words[0]}",
        { Kind: ConditionKind.Number } => $"{Shown(expression)} > 0",
        _ => $"{Shown(expression)} contains \"…\"",
    };

    private static string Listed(ImmutableArray<string> words) => words.Length <= 12 ? string.Join(", ", words) : $"{string.Join(", ", words.Take(11))}, …";

    private string Shown(Expression expression) => ConditionException.Shown(source.AsSpan(expression.Start, expression.End - expression.Start));

    private ConditionException Problem(string problem, Expression at) => new(problem, source, at.Start, at.End - at.Start);
}
