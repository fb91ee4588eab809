using System.Globalization;

namespace AgentIde.Tasks;

/// <summary>Numbers as CSV files write them: sign, decimal point, exponent; spaces around.</summary>
internal static class Numbers
{
    /// <summary>False for what is no number. NaN and infinity are numbers here.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    public static bool TryParseFinite(ReadOnlySpan<char> text, out double value) => TryParse(text, out value) && double.IsFinite(value);

    /// <summary>The text read as a finite number, or what is wrong with it: <c>is 'abc', not a number</c>.</summary>
    public static string? Read(ReadOnlySpan<char> text, out double value)
    {
        if (TryParseFinite(text, out value))
        {
            return null;
        }

        return text.IsWhiteSpace() ? "is empty"
            : MissingValues.Is(text.Trim()) || double.IsNaN(value) ? $"is '{Shown.Text(text)}', a missing value"
            : double.IsInfinity(value) || text.Trim().TrimStart("+-").StartsWith("inf", StringComparison.OrdinalIgnoreCase) ? $"is '{Shown.Text(text)}', not finite"
            : $"is '{Shown.Text(text)}', not a number";
    }
}
