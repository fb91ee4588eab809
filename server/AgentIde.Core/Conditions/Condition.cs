using System.Collections.Immutable;

namespace AgentIde.Core.Conditions;

/// <summary>
/// A small expression over a run, one of its nodes and one of its steps, such as
/// <c>operator == improve &amp;&amp; gain &lt; 2 * error</c>. It is read once, with all that can be wrong about it said then;
/// evaluating it never throws and takes no memory but for texts that it makes. Immutable: any thread may evaluate it.
/// What isn't there is none; a comparison with none is none, and none does not hold (<c>score == none</c> asks for it).
/// </summary>
public sealed class Condition
{
    /// <summary>In UTF-16 code units.</summary>
    public const int MaximumLength = 2_000;

    /// <summary>Of parentheses, signs and calls within each other.</summary>
    public const int MaximumDepth = 40;

    private readonly Expression _expression;

    private Condition(string text, Expression expression)
    {
        Text = text;
        _expression = expression;
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>Of its value, where it has one.</summary>
    public ConditionKind Kind => _expression.Kind;

    public ConditionUnit Unit => _expression.Unit;

    /// <summary>Whether it asks for what is only there when its node is done: a score, an execution, a failure.</summary>
    public bool AsksForResult => _expression.AsksForResult;

    /// <summary>Any expression: what a console or a watch evaluates.</summary>
    /// <exception cref="ConditionException">It can't be read.</exception>
    public static Condition Parse(string text) => new(text, Parser.Parse(text, 0, text.Length));

    /// <summary>An expression that is true or false: what a breakpoint or a filter needs.</summary>
    /// <exception cref="ConditionException">It can't be read, or is something else.</exception>
    public static Condition ParseTruth(string text)
    {
        Expression expression = Parser.Parse(text, 0, text.Length);
        return new(text, new Meaning(text).Truth(expression, null));
    }

    /// <summary>Expressions with commas between them: <c>node, score, gain / error</c>.</summary>
    /// <exception cref="ConditionException">One of them can't be read.</exception>
    public static ImmutableArray<Condition> ParseList(string text) => [.. Parser.ParseList(text).Select(entry => new Condition(text[entry.Place], entry.Expression))];

    public ConditionValue Evaluate(ConditionScope scope) => _expression.Evaluate(scope);

    /// <summary>Whether it is true; of an expression that is not true or false, whether it has a value.</summary>
    public bool Holds(ConditionScope scope) => Evaluate(scope) is var value && (value.Kind == ConditionKind.Truth ? value.IsTrue : !value.IsNone);

    /// <summary>Its value as the product shows it: <c>0.0812</c>, <c>12.3 s</c>, <c>512 MiB</c>, <c>$0.42</c>. Texts are as untrusted as they were.</summary>
    public string Render(ConditionScope scope) => Rendering.Of(_expression, scope);

    public override string ToString() => Text;

    /// <summary>A part of a text; errors tell positions in the whole of it.</summary>
    internal static Condition Parse(string source, int start, int end) => new(source[start..end], Parser.Parse(source, start, end));
}
