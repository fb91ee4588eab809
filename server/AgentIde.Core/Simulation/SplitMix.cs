namespace AgentIde.Core.Simulation;

/// <summary>
/// SplitMix64 (Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators, 2014): a simulation draws
/// millions of numbers, none of which is ever recorded.
/// </summary>
internal struct SplitMix(ulong state)
{
    private ulong _state = state;

    /// <summary>A stream of its own for each set of keys.</summary>
    public static SplitMix Of(params ReadOnlySpan<long> keys)
    {
        SplitMix mix = new(0x9E3779B97F4A7C15);
        foreach (long key in keys)
        {
            mix = new SplitMix(mix.Next() ^ (ulong)key);
        }

        return mix;
    }

    public ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Uniform on [0, 1), with 53 random bits.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform on 0 … count − 1.</summary>
    public int NextIndex(int count) => Math.Min((int)(NextDouble() * count), count - 1);
}
