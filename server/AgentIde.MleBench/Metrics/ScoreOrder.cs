using System.Runtime.CompilerServices;

namespace AgentIde.MleBench.Metrics;

/// <summary>Sorts doubles by their bits, eleven at a time: time is linear, as it has to be for millions of scores.</summary>
internal static class ScoreOrder
{
    private const int Few = 4096;
    private const int Bits = 11;
    private const int Digits = 6;

    /// <param name="values">None of them NaN.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sort(double[] values)
    {
        if (values.Length < Few)
        {
            Array.Sort(values);
            return;
        }

        ulong[] from = new ulong[values.Length];
        ulong[] to = new ulong[values.Length];
        int[] counts = new int[Digits << Bits];
        for (int at = 0; at < values.Length; at++)
        {
            // Bits of a double, so that they are in the order of the numbers; -0 is 0.
            long bits = BitConverter.DoubleToInt64Bits(values[at] + 0.0);
            ulong key = (ulong)(bits ^ ((bits >> 63) | long.MinValue));
            from[at] = key;
            for (int digit = 0; digit < Digits; digit++)
            {
                counts[(digit << Bits) + (int)((key >> (digit * Bits)) & ((1 << Bits) - 1))]++;
            }
        }

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

            (from, to) = (to, from);
        }

        for (int at = 0; at < values.Length; at++)
        {
            long bits = (long)from[at];
            values[at] = BitConverter.Int64BitsToDouble(bits ^ ((~bits >> 63) | long.MinValue));
        }
    }
}
