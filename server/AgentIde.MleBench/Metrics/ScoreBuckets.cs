namespace AgentIde.MleBench.Metrics;

/// <summary>
/// Counts pairs that are in order, of scores from 0 on: these go to buckets by their value, about four to each if they
/// lie evenly, and each bucket is sorted while it is at hand. What lies unevenly is sorted by bits.
/// </summary>
internal static class ScoreBuckets
{
    private const int Few = 48, MaxBits = 18;

    /// <summary>Whether there are buckets for scores of which this is the highest.</summary>
    public static bool Hold(int count, double highest) => count >= 1024 && highest > 0 && double.IsFinite((1 << MaxBits) / highest);

    /// <summary>Pairs of a positive and a negative with the higher score at the positive; ties count half.</summary>
    /// <param name="isPositive">Whether each score is one of a positive.</param>
    /// <param name="scores">Finite, none below 0.</param>
    public static double CountPairs(bool[] isPositive, double[] scores, double highest)
    {
        int last = (1 << Math.Min(MaxBits, 29 - int.LeadingZeroCount(scores.Length))) - 1;
        double scale = last / highest;
        int[] places = new int[last + 2];
        foreach (double score in scores)
        {
            places[Bucket(score * scale) + 1]++;
        }

        for (int bucket = 1; bucket < places.Length; bucket++)
        {
            places[bucket] += places[bucket - 1];
        }

        // The sign has no bit to itself here, so that there is one for the class.
        ulong[] keys = GC.AllocateUninitializedArray<ulong>(scores.Length);
        for (int row = 0; row < scores.Length && row < isPositive.Length; row++)
        {
            double score = scores[row];
            ulong key = (BitConverter.DoubleToUInt64Bits(score + 0.0) << 1) | (isPositive[row] ? 1ul : 0);
            keys[places[Bucket(score * scale)]++] = key;
        }

        double pairs = 0;
        int below = 0;
        int start = 0;
        for (int bucket = 0; bucket <= last; bucket++)
        {
            Span<ulong> some = keys.AsSpan(start, places[bucket] - start);
            start = places[bucket];
            Sort(some);
            for (int at = 0; at < some.Length;)
            {
                ulong score = some[at] >> 1;
                int first = at;
                int positives = 0;
                for (; at < some.Length && some[at] >> 1 == score; at++)
                {
                    positives += (int)(some[at] & 1);
                }

                int negatives = at - first - positives;
                pairs += positives * (below + (negatives / 2.0));
                below += negatives;
            }
        }

        return pairs;
    }

    /// <summary>The nearest whole number, which is in the lowest bits once there is no room for a fraction.</summary>
    private static int Bucket(double place) => (int)BitConverter.DoubleToInt64Bits(place + 4503599627370496.0);

    private static void Sort(Span<ulong> keys)
    {
        if (keys.Length > Few)
        {
            ScoreOrder.Sort(keys);
            return;
        }

        for (int at = 1; at < keys.Length; at++)
        {
            ulong key = keys[at];
            int to = at;
            for (; to > 0 && keys[to - 1] > key; to--)
            {
                keys[to] = keys[to - 1];
            }

            keys[to] = key;
        }
    }
}
