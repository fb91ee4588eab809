using System.Globalization;

namespace AgentIde.Benchmarks;

/// <summary>Prints figures as a table: what, measured, against what, goal.</summary>
internal static class Report
{
    public static void Line(string what, string figure, string against, string goal) =>
        Console.WriteLine($"{what,-44} {figure,-22} {against,-34} {goal}");

    public static double Median(IEnumerable<double> values) => Quantile(values, 0.5);

    public static double Quantile(IEnumerable<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        return sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }

    public static string Milliseconds(double value) => value.ToString("0.0", CultureInfo.InvariantCulture) + " ms";

    public static string Ratio(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
}
