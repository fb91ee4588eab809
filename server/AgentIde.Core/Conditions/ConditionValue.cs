using System.Globalization;

namespace AgentIde.Core.Conditions;

/// <summary>What an expression comes to. A number is always finite: what is not is none.</summary>
public readonly record struct ConditionValue
{
    private readonly double _number;

    private ConditionValue(ConditionKind kind, double number, string? text)
    {
        Kind = kind;
        _number = number;
        Text = text;
    }

    public static ConditionValue None => default;

    public static ConditionValue True { get; } = new(ConditionKind.Truth, 1, null);

    public static ConditionValue False { get; } = new(ConditionKind.Truth, 0, null);

    public ConditionKind Kind { get; }

    /// <summary>Of a word or a text, which may be untrusted; null for all else.</summary>
    public string? Text { get; }

    /// <summary>Null for all that is no number.</summary>
    public double? Number => Kind == ConditionKind.Number ? _number : null;

    public bool IsNone => Kind == ConditionKind.None;

    public bool IsTrue => Kind == ConditionKind.Truth && _number != 0;

    public bool IsFalse => Kind == ConditionKind.Truth && _number == 0;

    internal double Raw => _number;

    public static ConditionValue Of(bool truth) => truth ? True : False;

    public static ConditionValue Of(double number) => double.IsFinite(number) ? new(ConditionKind.Number, number, null) : None;

    public static ConditionValue Of(double? number) => number is { } some ? Of(some) : None;

    public static ConditionValue OfText(string? text) => text is null ? None : new(ConditionKind.Text, 0, text);

    public static ConditionValue OfWord(string? word) => word is null ? None : new(ConditionKind.Word, 0, word);

    /// <summary>As the language writes it, without units; <see cref="Condition.Render"/> has them.</summary>
    public override string ToString() => Kind switch
    {
        ConditionKind.None => "none",
        ConditionKind.Truth => IsTrue ? "true" : "false",
        ConditionKind.Number => _number.ToString("R", CultureInfo.InvariantCulture),
        _ => Text ?? "",
    };
}
