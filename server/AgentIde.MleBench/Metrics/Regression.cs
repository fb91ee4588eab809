namespace AgentIde.MleBench.Metrics;

/// <summary>Distances between numbers.</summary>
internal static class Regression
{
    public static double RootMeanSquaredError(double[] truth, double[] given)
    {
        double sum = 0;
        for (int row = 0; row < truth.Length; row++)
        {
            double apart = truth[row] - given[row];
            sum += apart * apart;
        }

        return Math.Sqrt(Mean(sum, truth, given));
    }

    public static double MeanAbsoluteError(double[] truth, double[] given)
    {
        double sum = 0;
        for (int row = 0; row < truth.Length; row++)
        {
            sum += Math.Abs(truth[row] - given[row]);
        }

        return Mean(sum, truth, given);
    }

    /// <summary>Pearson's r; NaN where a side is constant or anything is not finite.</summary>
    public static double Pearson(double[] truth, double[] given)
    {
        double meanTruth = truth.Average();
        double meanGiven = given.Average();
        double both = 0;
        double ofTruth = 0;
        double ofGiven = 0;
        for (int row = 0; row < truth.Length; row++)
        {
            double t = truth[row] - meanTruth;
            double g = given[row] - meanGiven;
            both += t * g;
            ofTruth += t * t;
            ofGiven += g * g;
        }

        if (IsConstant(truth) || IsConstant(given))
        {
            return double.NaN;
        }

        return Math.Clamp(both / (Math.Sqrt(ofTruth) * Math.Sqrt(ofGiven)), -1, 1);
    }

    /// <summary>Pearson's r of average ranks.</summary>
    public static double Spearman(double[] truth, double[] given) =>
        Array.Exists(truth, double.IsNaN) || Array.Exists(given, double.IsNaN) ? double.NaN : Pearson(Ranks(truth), Ranks(given));

    /// <summary>From 1; equal values share the mean of their ranks.</summary>
    public static double[] Ranks(double[] values)
    {
        double[] sorted = (double[])values.Clone();
        int[] order = [.. Enumerable.Range(0, values.Length)];
        Array.Sort(sorted, order);
        double[] ranks = new double[values.Length];
        for (int start = 0; start < sorted.Length;)
        {
            int end = start + 1;
            while (end < sorted.Length && sorted[end] == sorted[start])
            {
                end++;
            }

            for (int at = start; at < end; at++)
            {
                ranks[order[at]] = (start + end + 1) / 2.0;
            }

            start = end;
        }

        return ranks;
    }

    /// <summary>Linear between the order statistics at q (n - 1).</summary>
    public static double Quantile(double[] sorted, double q)
    {
        double at = q * (sorted.Length - 1);
        int below = (int)at;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((at - below) * (sorted[above] - sorted[below]));
    }

    private static bool IsConstant(double[] values) => Array.TrueForAll(values, value => value == values[0]);

    /// <summary>A sum of finite values may overflow and is then a score; a value that is not finite is none.</summary>
    private static double Mean(double sum, double[] truth, double[] given) =>
        truth.Length == 0 ? throw new NoScoreException("no rows to compare")
        : double.IsFinite(sum) || (Array.TrueForAll(truth, double.IsFinite) && Array.TrueForAll(given, double.IsFinite)) ? sum / truth.Length
        : throw new NoScoreException("a missing or infinite value");
}
