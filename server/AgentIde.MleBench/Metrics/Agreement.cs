namespace AgentIde.MleBench.Metrics;

/// <summary>How far two lists of labels agree.</summary>
internal static class Agreement
{
    /// <summary>Cohen's kappa; the weight is the squared difference of the labels' places among all labels. 0/0 is NaN.</summary>
    public static double QuadraticKappa(double[] truth, double[] given)
    {
        double[] labels = [.. truth.Concat(given).Distinct().Order()];
        if (labels.Length == 0)
        {
            throw new NoScoreException("no rows");
        }

        int[] t = Places(truth, labels);
        int[] g = Places(given, labels);
        double[] ofTruth = new double[labels.Length];
        double[] ofGiven = new double[labels.Length];
        double observed = 0;
        for (int row = 0; row < t.Length; row++)
        {
            ofTruth[t[row]]++;
            ofGiven[g[row]]++;
            double apart = t[row] - g[row];
            observed += apart * apart;
        }

        // Sum over i, j of a_i b_j (i - j)², by moments: labels may be as many as rows.
        double expected = (Moment(ofTruth, 2) * t.Length) + (Moment(ofGiven, 2) * t.Length) - (2 * Moment(ofTruth, 1) * Moment(ofGiven, 1));
        return 1 - (observed / (expected / t.Length));
    }

    /// <summary>Matthews' correlation over any number of classes; 0 if a side is constant.</summary>
    public static double Matthews(double[] truth, double[] given)
    {
        double[] labels = [.. truth.Concat(given).Distinct().Order()];
        int[] t = Places(truth, labels);
        int[] g = Places(given, labels);
        double[] ofTruth = new double[labels.Length];
        double[] ofGiven = new double[labels.Length];
        double hits = 0;
        for (int row = 0; row < t.Length; row++)
        {
            ofTruth[t[row]]++;
            ofGiven[g[row]]++;
            hits += t[row] == g[row] ? 1 : 0;
        }

        double n = t.Length;
        double both = (hits * n) - Enumerable.Range(0, labels.Length).Sum(label => ofTruth[label] * ofGiven[label]);
        double varianceTruth = (n * n) - ofTruth.Sum(count => count * count);
        double varianceGiven = (n * n) - ofGiven.Sum(count => count * count);
        return varianceTruth * varianceGiven == 0 ? 0 : both / Math.Sqrt(varianceTruth * varianceGiven);
    }

    private static int[] Places(double[] values, double[] labels) => Array.ConvertAll(values, value => Array.BinarySearch(labels, value));

    private static double Moment(double[] counts, int power) => counts.Select((count, place) => count * Math.Pow(place, power)).Sum();
}
