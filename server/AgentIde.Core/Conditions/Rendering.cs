using System.Globalization;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Conditions;

/// <summary>Values in words, to the precision that each of them has.</summary>
internal static class Rendering
{
    private const int MaximumLength = 2_000;

    public static string Of(Expression expression, ConditionScope scope)
    {
        ConditionValue value = expression.Evaluate(scope);
        return value.Number is { } number ? Number(number, expression.Unit, Error(scope))
            : value.Text is { Length: > MaximumLength } text ? string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[MaximumLength - 1]) ? MaximumLength - 1 : MaximumLength), "…")
            : value.ToString();
    }

    /// <summary>Of the node's score; where it has none, of the best one's, for it is then that which is shown. 0 where there is neither.</summary>
    private static double Error(ConditionScope scope) =>
        (scope.Node?.Standing ?? (scope.Journal.Best is { } best && scope.Journal.Has(best) ? scope.Journal[best].Standing : null))?.StandardError ?? 0;

    private static string Number(double number, ConditionUnit unit, double error) => unit switch
    {
        ConditionUnit.Metric when error > 0 => Figures.Rounded(number, error),
        ConditionUnit.Seconds => Seconds(number),
        ConditionUnit.Bytes when Math.Abs(number) >= 1L << 20 => string.Create(CultureInfo.InvariantCulture, $"{number / (1L << 20):0} MiB"),
        ConditionUnit.Bytes => string.Create(CultureInfo.InvariantCulture, $"{number / (1L << 10):0.#} KiB"),
        ConditionUnit.Dollars when Math.Abs(number) < 1e9 => (number < 0 ? "-" : "") + Figures.Dollars((decimal)Math.Abs(number)),
        ConditionUnit.Share => string.Create(CultureInfo.InvariantCulture, $"{100 * number:0.#} %"),
        _ when number == 0 => "0",
        _ when number == Math.Floor(number) && Math.Abs(number) < 1e15 => number.ToString("0", CultureInfo.InvariantCulture),
        _ => Plain(number.ToString("G5", CultureInfo.InvariantCulture), number),
    };

    /// <summary>Without an exponent where the number is of a size that people read.</summary>
    private static string Plain(string text, double number) =>
        text.Contains('E', StringComparison.Ordinal) && Math.Abs(number) is >= 1e-12 and < 1e21 ? decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture) : text;

    private static string Seconds(double seconds) => Math.Abs(seconds) is < 100 or > 1e9
        ? seconds.ToString("0.0", CultureInfo.InvariantCulture) + " s"
        : (seconds < 0 ? "-" : "") + TimeSpan.FromSeconds(Math.Abs(seconds)).ToString(Math.Abs(seconds) switch { < 3600 => @"m\:ss", < 86_400 => @"h\:mm\:ss", _ => @"d\.hh\:mm\:ss" }, CultureInfo.InvariantCulture);
}
