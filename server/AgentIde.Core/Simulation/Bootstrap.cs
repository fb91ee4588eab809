namespace AgentIde.Core.Simulation;

/// <summary>What stands between two bounds with 95 % of the resamples.</summary>
public sealed record Interval(double Low, double High);

/// <summary>The percentile bootstrap (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13).</summary>
public static class Bootstrap
{
    private const int Resamples = 2_000;
    private const double Tail = 0.025;

    /// <summary>Of the mean of values that were drawn independently; for paired ones, of their differences.</summary>
    /// <param name="seed">The same seed gives the same interval.</param>
    public static Interval OfMean(ReadOnlySpan<double> values, long seed)
    {
        SplitMix draws = SplitMix.Of(seed, values.Length);
        double[] means = new double[Resamples];
        for (int resample = 0; resample < Resamples; resample++)
        {
            double sum = 0;
            for (int i = 0; i < values.Length; i++)
            {
                sum += values[draws.NextIndex(values.Length)];
            }

            means[resample] = sum / values.Length;
        }

        return OfResamples(means);
    }

    /// <summary>Between the percentiles of statistics that are resampled already; linear between neighbours.</summary>
    public static Interval OfResamples(ReadOnlySpan<double> statistics)
    {
        double[] sorted = [.. statistics];
        Array.Sort(sorted);
        return new Interval(Percentile(sorted, Tail), Percentile(sorted, 1 - Tail));
    }

    private static double Percentile(double[] sorted, double share)
    {
        double at = share * (sorted.Length - 1);
        int below = (int)Math.Floor(at), above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((at - below) * (sorted[above] - sorted[below]));
    }
}
