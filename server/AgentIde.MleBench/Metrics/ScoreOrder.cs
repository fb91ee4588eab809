namespace AgentIde.MleBench.Metrics;

/// <summary>Sorts doubles by their bits, eleven at a time: time is linear, as it has to be for millions of scores.</summary>
internal static class ScoreOrder
{
    private const int Few = 4096;
    private const int Bits = 11;
    private const int Digits = 6;

    /// <param name="values">None of them NaN.</param>
    public static void Sort(Span<double> values)
    {
        if (values.Length < Few)
        {
            values.Sort();
            return;
        }

        ulong[] keys = new ulong[values.Length];
        for (int at = 0; at < keys.Length; at++)
        {
            // Bits of a double, so that they are in the order of the numbers; -0 is 0.
            long bits = BitConverter.DoubleToInt64Bits(values[at] + 0.0);
            keys[at] = (ulong)(bits ^ ((bits >> 63) | long.MinValue));
        }

        Sort(keys);
        for (int at = 0; at < keys.Length; at++)
        {
            long bits = (long)keys[at];
            values[at] = BitConverter.Int64BitsToDouble(bits ^ ((~bits >> 63) | long.MinValue));
        }
    }

    private static void Sort(Span<ulong> keys)
    {
        int[] counts = new int[Digits << Bits];
        foreach (ulong key in keys)
        {
            for (int digit = 0; digit < Digits; digit++)
            {
                counts[(digit << Bits) + (int)((key >> (digit * Bits)) & ((1 << Bits) - 1))]++;
            }
        }

        Span<ulong> from = keys;
        Span<ulong> to = new ulong[keys.Length];
        bool isMoved = false;
        for (int digit = 0; digit < Digits; digit++)
        {
            Span<int> places = counts.AsSpan(digit << Bits, 1 << Bits);
            int shift = digit * Bits;
            if (places[(int)((from[0] >> shift) & ((1 << Bits) - 1))] == from.Length)
            {
                continue;
            }

            int sum = 0;
            for (int value = 0; value < places.Length; value++)
            {
                int count = places[value];
                places[value] = sum;
                sum += count;
            }

            foreach (ulong key in from)
            {
                to[places[(int)((key >> shift) & ((1 << Bits) - 1))]++] = key;
            }

            Span<ulong> other = from;
            from = to;
            to = other;
            isMoved = !isMoved;
        }

        if (isMoved)
        {
            from.CopyTo(keys);
        }
    }
}
