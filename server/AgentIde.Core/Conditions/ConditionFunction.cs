using System.Collections.Immutable;
using static AgentIde.Core.Conditions.ConditionValue;

namespace AgentIde.Core.Conditions;

/// <summary>A function of the condition language. Its value is none where an argument is none, but that of <c>has</c>.</summary>
/// <param name="Signature">As it is written: <c>round(number, digits)</c>.</param>
/// <param name="Kind">Of its value.</param>
/// <param name="Meaning">One sentence for people, without a full stop.</param>
public sealed record ConditionFunction(string Name, string Signature, ConditionKind Kind, string Meaning)
{
    public static ImmutableArray<ConditionFunction> All { get; } =
    [
        new("abs", "abs(number)", ConditionKind.Number, "The number without its sign") { Apply = (arguments, scope) => Number(arguments[0], scope, static number => Math.Abs(number)) },
        new("min", "min(number, …)", ConditionKind.Number, "The least of them") { Most = 16, Apply = (arguments, scope) => Fold(arguments, scope, static (one, other) => Math.Min(one, other)) },
        new("max", "max(number, …)", ConditionKind.Number, "The greatest of them") { Most = 16, Apply = (arguments, scope) => Fold(arguments, scope, static (one, other) => Math.Max(one, other)) },
        new("round", "round(number, digits)", ConditionKind.Number, "The number to so many decimals; without digits to a whole one") { Most = 2, Apply = Round },
        new("len", "len(text)", ConditionKind.Number, "How many characters a text has") { Takes = ConditionKind.Text, Apply = (arguments, scope) => arguments[0].Evaluate(scope).Text is { } text ? Of(text.Length) : None },
        new("lower", "lower(text)", ConditionKind.Text, "The text in small letters") { Takes = ConditionKind.Text, Apply = (arguments, scope) => OfText(arguments[0].Evaluate(scope).Text?.ToLowerInvariant()) },
        new("has", "has(name)", ConditionKind.Truth, "Whether there is such a value: the same as name != none") { Takes = null, Apply = (arguments, scope) => Of(!arguments[0].Evaluate(scope).IsNone) },
    ];

    /// <summary>What each argument has to be: a number, a text (or a word); null for anything.</summary>
    internal ConditionKind? Takes { get; init; } = ConditionKind.Number;

    /// <summary>Arguments at most; at least it is one.</summary>
    internal int Most { get; init; } = 1;

    internal Func<Expression[], ConditionScope, ConditionValue> Apply { get; init; } = (_, _) => None;

    private static ConditionValue Number(Expression argument, ConditionScope scope, Func<double, double> change) =>
        argument.Evaluate(scope) is { IsNone: false } value ? Of(change(value.Raw)) : None;

    private static ConditionValue Fold(Expression[] arguments, ConditionScope scope, Func<double, double, double> choose)
    {
        ConditionValue chosen = arguments[0].Evaluate(scope);
        for (int index = 1; index < arguments.Length && !chosen.IsNone; index++)
        {
            ConditionValue next = arguments[index].Evaluate(scope);
            chosen = next.IsNone ? next : Of(choose(chosen.Raw, next.Raw));
        }

        return chosen;
    }

    private static ConditionValue Round(Expression[] arguments, ConditionScope scope)
    {
        ConditionValue value = arguments[0].Evaluate(scope), digits = arguments.Length > 1 ? arguments[1].Evaluate(scope) : Of(0);
        return value.IsNone || digits.IsNone ? None : Of(Math.Round(value.Raw, (int)Math.Clamp(digits.Raw, 0, 15), MidpointRounding.AwayFromZero));
    }
}
