using AgentIde.Core.Engineering;

namespace AgentIde.Tasks.Profiles;

/// <summary>Sums up the numbers of a column, missing ones left out.</summary>
internal static class NumberReading
{
    public static NumberSummary Summarize(double[] numbers)
    {
        double[] sorted = [.. numbers.Where(number => !double.IsNaN(number)).Order()];

        // Scaled, so that squares of large values stay finite.
        double scale = Math.Max(Math.Max(Math.Abs(sorted[0]), Math.Abs(sorted[^1])), double.Epsilon);
        double mean = 0;
        foreach (double number in sorted)
        {
            mean += number / scale / sorted.Length;
        }

        double second = 0;
        double third = 0;
        foreach (double number in sorted)
        {
            double distance = (number / scale) - mean;
            second += distance * distance / sorted.Length;
            third += distance * distance * distance / sorted.Length;
        }

        double deviation = sorted[0] < sorted[^1] ? Math.Sqrt(second) : 0;
        return new NumberSummary(
            sorted[0],
            Quantile(sorted, 0.25),
            Quantile(sorted, 0.5),
            Quantile(sorted, 0.75),
            sorted[^1],
            mean * scale,
            deviation * scale,
            deviation > 0 ? third / (deviation * deviation * deviation) : 0,
            sorted.Count(number => number == 0),
            sorted.Count(number => number < 0),
            Array.TrueForAll(sorted, number => number == Math.Floor(number)));
    }

    /// <summary>Linear between neighbours, numpy's default.</summary>
    private static double Quantile(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }
}
