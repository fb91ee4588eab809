namespace AgentIde.MleBench.Metrics;

/// <summary>
/// Counts pairs of scores that are in order without sorting them: scores go to buckets by their value, negatives before
/// positives, about eight to each if they lie evenly, and only those of one bucket are compared. What lies so unevenly
/// that a bucket is full is sorted.
/// </summary>
internal static class ScoreBuckets
{
    private const int Full = 4096, MaxBits = 17;

    /// <summary>Whether there are buckets for scores between these.</summary>
    public static bool Hold(int count, double lowest, double highest) => count >= 1024 && double.IsFinite((1 << MaxBits) / (highest - lowest)) && double.IsFinite(highest - lowest);

    /// <summary>Pairs of a positive and a negative with the higher score at the positive; ties count half.</summary>
    /// <param name="isPositive">Whether each score is one of a positive.</param>
    /// <param name="scores">Finite, none below the lowest or above the highest.</param>
    public static double CountPairs(bool[] isPositive, double[] scores, double lowest, double highest)
    {
        int last = (1 << Math.Min(MaxBits, 28 - int.LeadingZeroCount(scores.Length))) - 1;
        double scale = last / (highest - lowest);

        // Of each bucket two places: of its negatives, and of its positives after them.
        int[] places = new int[(2 * (last + 1)) + 1];
        for (int row = 0; row < scores.Length && row < isPositive.Length; row++)
        {
            places[(2 * Bucket((scores[row] - lowest) * scale)) + (isPositive[row] ? 1 : 0) + 1]++;
        }

        for (int place = 1; place < places.Length; place++)
        {
            places[place] += places[place - 1];
        }

        double[] sorted = GC.AllocateUninitializedArray<double>(scores.Length);
        for (int row = 0; row < scores.Length && row < isPositive.Length; row++)
        {
            double score = scores[row];
            sorted[places[(2 * Bucket((score - lowest) * scale)) + (isPositive[row] ? 1 : 0)]++] = score;
        }

        double pairs = 0;
        long below = 0;
        int start = 0;
        for (int bucket = 0; bucket <= last; bucket++)
        {
            int middle = places[2 * bucket];
            int end = places[(2 * bucket) + 1];
            Span<double> negatives = sorted.AsSpan(start, middle - start);
            Span<double> positives = sorted.AsSpan(middle, end - middle);
            pairs += ((double)below * positives.Length) + ((long)negatives.Length * positives.Length > Full ? Merged(positives, negatives) : Compared(positives, negatives));
            below += negatives.Length;
            start = end;
        }

        return pairs;
    }

    /// <summary>The same of scores that are sorted first.</summary>
    public static double Merged(Span<double> positives, Span<double> negatives)
    {
        ScoreOrder.Sort(positives);
        ScoreOrder.Sort(negatives);
        double pairs = 0;
        int below = 0;
        int upTo = 0;
        foreach (double score in positives)
        {
            while (below < negatives.Length && negatives[below] < score)
            {
                below++;
            }

            upTo = Math.Max(upTo, below);
            while (upTo < negatives.Length && negatives[upTo] == score)
            {
                upTo++;
            }

            pairs += below + ((upTo - below) / 2.0);
        }

        return pairs;
    }

    private static double Compared(Span<double> positives, Span<double> negatives)
    {
        int twice = 0;
        foreach (double positive in positives)
        {
            foreach (double negative in negatives)
            {
                twice += (positive > negative ? 1 : 0) + (positive >= negative ? 1 : 0);
            }
        }

        return twice / 2.0;
    }

    /// <summary>The nearest whole number, which is in the lowest bits once there is no room for a fraction.</summary>
    private static int Bucket(double place) => (int)BitConverter.DoubleToInt64Bits(place + 4503599627370496.0);
}
