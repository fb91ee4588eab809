using System.Text.RegularExpressions;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Conditions;

/// <summary>A part of a condition whose types fit. Evaluating it never throws: what isn't there, or isn't finite, is none.</summary>
/// <param name="Start">Where it stands in the source.</param>
/// <param name="End">Exclusive.</param>
internal abstract class Expression(ConditionKind kind, int start, int end)
{
    public ConditionKind Kind { get; } = kind;

    public int Start { get; } = start;

    public int End { get; } = end;

    public ConditionUnit Unit { get; init; }

    /// <summary>The words that it can come to; null where it is no word.</summary>
    public Vocabulary? Words { get; init; }

    /// <summary>Whether it asks for what is only there when its node is done: a score, an execution, a failure.</summary>
    public virtual bool AsksForResult => false;

    public abstract ConditionValue Evaluate(ConditionScope scope);
}

internal sealed class Literal(ConditionValue value, int start, int end) : Expression(value.Kind, start, end)
{
    public ConditionValue Value { get; } = value;

    public override ConditionValue Evaluate(ConditionScope scope) => Value;
}

/// <summary>A word whose meaning hangs on what stands beside it: a name, or a word such as <c>improve</c>. The parser lets none through.</summary>
internal sealed class Bare(string text, int start, int end) : Expression(ConditionKind.None, start, end)
{
    public string Text { get; } = text;

    public override ConditionValue Evaluate(ConditionScope scope) => ConditionValue.None;
}

/// <summary>What a node has, reached by way of its parents or the best node.</summary>
/// <param name="relatives">From the node on: indices of <see cref="ConditionNames.Relatives"/>.</param>
internal sealed class NodeRead(ConditionName name, int[] relatives, int start, int end) : Expression(name.Kind, start, end)
{
    public override bool AsksForResult => relatives.Length == 0 && name.IsOfResult;

    public override ConditionValue Evaluate(ConditionScope scope)
    {
        Node? node = scope.Node;
        foreach (int relative in relatives)
        {
            int? next = relative == 0 ? node?.Parent : scope.Journal.Best;
            node = next is { } id && scope.Journal.Has(id) ? scope.Journal[id] : null;
        }

        return node is null ? ConditionValue.None : name.OfNode!(scope.Journal, node);
    }
}

internal sealed class RunRead(ConditionName name, int start, int end) : Expression(name.Kind, start, end)
{
    public override ConditionValue Evaluate(ConditionScope scope) => name.OfRun!(scope.Journal);
}

internal sealed class StepRead(ConditionName name, int start, int end) : Expression(name.Kind, start, end)
{
    public override ConditionValue Evaluate(ConditionScope scope) => scope.Step is { } step ? name.OfStep!(step) : ConditionValue.None;
}

internal sealed class Not(Expression operand, int start) : Expression(ConditionKind.Truth, start, operand.End)
{
    public override bool AsksForResult => operand.AsksForResult;

    public override ConditionValue Evaluate(ConditionScope scope)
    {
        ConditionValue value = operand.Evaluate(scope);
        return value.IsNone ? value : ConditionValue.Of(value.IsFalse);
    }
}

/// <summary>Of three values: what one side decides alone is decided, where the other is none.</summary>
internal sealed class Both(Expression left, Expression right) : Expression(ConditionKind.Truth, left.Start, right.End)
{
    public override bool AsksForResult => left.AsksForResult || right.AsksForResult;

    public override ConditionValue Evaluate(ConditionScope scope)
    {
        ConditionValue first = left.Evaluate(scope);
        if (first.IsFalse)
        {
            return first;
        }

        ConditionValue second = right.Evaluate(scope);
        return first.IsTrue || second.IsFalse ? second : ConditionValue.None;
    }
}

/// <inheritdoc cref="Both"/>
internal sealed class Either(Expression left, Expression right) : Expression(ConditionKind.Truth, left.Start, right.End)
{
    public override bool AsksForResult => left.AsksForResult || right.AsksForResult;

    public override ConditionValue Evaluate(ConditionScope scope)
    {
        ConditionValue first = left.Evaluate(scope);
        if (first.IsTrue)
        {
            return first;
        }

        ConditionValue second = right.Evaluate(scope);
        return first.IsFalse || second.IsTrue ? second : ConditionValue.None;
    }
}

internal sealed class IsNone(Expression operand, bool wanted, int start, int end) : Expression(ConditionKind.Truth, start, end)
{
    public override bool AsksForResult => operand.AsksForResult;

    public override ConditionValue Evaluate(ConditionScope scope) => ConditionValue.Of(operand.Evaluate(scope).IsNone == wanted);
}

internal sealed class Equality(Expression left, Expression right, bool wanted) : Expression(ConditionKind.Truth, left.Start, right.End)
{
    public override bool AsksForResult => left.AsksForResult || right.AsksForResult;

    public override ConditionValue Evaluate(ConditionScope scope) =>
        AreEqual(left.Evaluate(scope), right.Evaluate(scope)) is { } equal ? ConditionValue.Of(equal == wanted) : ConditionValue.None;

    /// <summary>Null where one of them is none.</summary>
    internal static bool? AreEqual(ConditionValue one, ConditionValue other) =>
        one.IsNone || other.IsNone ? null
        : one.Text is not null ? string.Equals(one.Text, other.Text, StringComparison.OrdinalIgnoreCase)
        : one.Raw == other.Raw;
}

internal sealed class Order(Expression left, Expression right, TokenKind comparison) : Expression(ConditionKind.Truth, left.Start, right.End)
{
    public override bool AsksForResult => left.AsksForResult || right.AsksForResult;

    public override ConditionValue Evaluate(ConditionScope scope)
    {
        ConditionValue one = left.Evaluate(scope), other = right.Evaluate(scope);
        return one.IsNone || other.IsNone ? ConditionValue.None : ConditionValue.Of(comparison switch
        {
            TokenKind.Less => one.Raw < other.Raw,
            TokenKind.LessOrEqual => one.Raw <= other.Raw,
            TokenKind.Greater => one.Raw > other.Raw,
            _ => one.Raw >= other.Raw,
        });
    }
}

internal sealed class OneOf(Expression operand, Expression[] items, bool wanted, int end) : Expression(ConditionKind.Truth, operand.Start, end)
{
    public override bool AsksForResult => operand.AsksForResult || items.Any(item => item.AsksForResult);

    public override ConditionValue Evaluate(ConditionScope scope)
    {
        ConditionValue value = operand.Evaluate(scope);
        bool isUnknown = false;
        foreach (Expression item in items)
        {
            bool? equal = Equality.AreEqual(value, item.Evaluate(scope));
            if (equal == true)
            {
                return ConditionValue.Of(wanted);
            }

            isUnknown |= equal is null;
        }

        return isUnknown ? ConditionValue.None : ConditionValue.Of(!wanted);
    }
}

internal sealed class Contains(Expression left, Expression right) : Expression(ConditionKind.Truth, left.Start, right.End)
{
    public override bool AsksForResult => left.AsksForResult || right.AsksForResult;

    public override ConditionValue Evaluate(ConditionScope scope) =>
        left.Evaluate(scope).Text is { } text && right.Evaluate(scope).Text is { } part ? ConditionValue.Of(text.Contains(part, StringComparison.OrdinalIgnoreCase)) : ConditionValue.None;
}

/// <summary>A pattern that takes too long on a text says nothing of it.</summary>
internal sealed class Matches(Expression left, Regex pattern, int end) : Expression(ConditionKind.Truth, left.Start, end)
{
    public override bool AsksForResult => left.AsksForResult;

    public override ConditionValue Evaluate(ConditionScope scope)
    {
        if (left.Evaluate(scope).Text is not { } text)
        {
            return ConditionValue.None;
        }

        try
        {
            return ConditionValue.Of(pattern.IsMatch(text));
        }
        catch (RegexMatchTimeoutException)
        {
            return ConditionValue.None;
        }
    }
}

internal sealed class Negative(Expression operand, int start) : Expression(ConditionKind.Number, start, operand.End)
{
    public override bool AsksForResult => operand.AsksForResult;

    public override ConditionValue Evaluate(ConditionScope scope) => operand.Evaluate(scope) is { IsNone: false } value ? ConditionValue.Of(-value.Raw) : ConditionValue.None;
}

internal sealed class Arithmetic(Expression left, Expression right, TokenKind operation) : Expression(ConditionKind.Number, left.Start, right.End)
{
    public override bool AsksForResult => left.AsksForResult || right.AsksForResult;

    public override ConditionValue Evaluate(ConditionScope scope)
    {
        ConditionValue one = left.Evaluate(scope), other = right.Evaluate(scope);
        return one.IsNone || other.IsNone ? ConditionValue.None : ConditionValue.Of(operation switch
        {
            TokenKind.Plus => one.Raw + other.Raw,
            TokenKind.Minus => one.Raw - other.Raw,
            TokenKind.Times => one.Raw * other.Raw,
            TokenKind.Divide => one.Raw / other.Raw,
            _ => one.Raw % other.Raw,
        });
    }
}

internal sealed class Call(ConditionFunction function, Expression[] arguments, int start, int end) : Expression(function.Kind, start, end)
{
    public override bool AsksForResult => arguments.Any(argument => argument.AsksForResult);

    public override ConditionValue Evaluate(ConditionScope scope) => function.Apply(arguments, scope);
}
