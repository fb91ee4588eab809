using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace AgentIde.Core.Search;

/// <summary>
/// Random numbers that depend on nothing but the run's seed, the node and a purpose: a resumed run draws what the run
/// that was never stopped would have drawn. Counter mode over SHA-256. Not safe for use by several threads.
/// </summary>
public sealed class Draws(long seed, int node, string purpose)
{
    private readonly List<double> _drawn = [];

    /// <summary>What was drawn so far, in order: it goes into the event that acts on it.</summary>
    public ImmutableArray<double> Drawn => [.. _drawn];

    /// <summary>Uniform on [0, 1), with 53 random bits.</summary>
    public double NextDouble()
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}/{node}/{purpose}/{_drawn.Count}"));
        double value = (BinaryPrimitives.ReadUInt64BigEndian(hash) >> 11) * (1.0 / (1UL << 53));
        _drawn.Add(value);
        return value;
    }

    /// <summary>Uniform on 0 … count − 1.</summary>
    public int NextIndex(int count) => Math.Min((int)(NextDouble() * count), count - 1);
}
