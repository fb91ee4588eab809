using System.Globalization;

namespace AgentIde.Core.Runs;

/// <summary>Scores in words: to the precision that their standard error allows, the same wherever one is told.</summary>
public static class Figures
{
    /// <summary><c>0.0812 ± 0.0006</c>: two digits of the error, and the value to the same decimals. Where nobody measured an error, the value to six digits.</summary>
    public static string WithError(double value, double? error) =>
        error is { } known ? $"{Rounded(value, known)} ± {Rounded(known, known)}" : value.ToString("G6", CultureInfo.InvariantCulture);

    /// <summary>A value beside one with that error: <c>0.0812</c>.</summary>
    public static string Rounded(double value, double? error)
    {
        int decimals = error is > 0 and { } known && double.IsFinite(known) ? Math.Clamp(1 - (int)Math.Floor(Math.Log10(known)), 0, 8) : 4;
        return Fixed(value, decimals);
    }

    /// <summary>With so many decimals; what rounds to nought has no sign.</summary>
    public static string Fixed(double value, int decimals)
    {
        string text = value.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return text.StartsWith('-') && !text.AsSpan(1).ContainsAnyExcept('0', '.') ? text[1..] : text;
    }

    /// <summary><c>$0.42</c>, <c>$0.0031</c>: to the cent, and small amounts to two digits.</summary>
    public static string Dollars(decimal dollars)
    {
        int decimals = dollars is 0 or >= 0.1m ? 2 : dollars >= 0.01m ? 3 : dollars >= 0.001m ? 4 : 6;
        return "$" + dollars.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    /// <summary><c>950</c>, <c>81k</c>, <c>1.2M</c>.</summary>
    public static string Tokens(long tokens) => tokens switch
    {
        < 1_000 => tokens.ToString(CultureInfo.InvariantCulture),
        < 10_000 => (tokens / 1e3).ToString("0.#", CultureInfo.InvariantCulture) + "k",
        < 999_500 => (tokens / 1e3).ToString("0", CultureInfo.InvariantCulture) + "k",
        _ => (tokens / 1e6).ToString("0.##", CultureInfo.InvariantCulture) + "M",
    };
}
