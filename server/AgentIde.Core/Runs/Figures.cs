using System.Globalization;

namespace AgentIde.Core.Runs;

/// <summary>Scores in words: to the precision that their standard error allows, the same wherever one is told.</summary>
public static class Figures
{
    /// <summary><c>0.0812 ± 0.0006</c>: two digits of the error, and the value to the same decimals.</summary>
    public static string WithError(double value, double error) => $"{Rounded(value, error)} ± {Rounded(error, error)}";

    /// <summary>A value beside one with that error: <c>0.0812</c>.</summary>
    public static string Rounded(double value, double error)
    {
        int decimals = error > 0 && double.IsFinite(error) ? Math.Clamp(1 - (int)Math.Floor(Math.Log10(error)), 0, 8) : 4;
        return value.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }
}
