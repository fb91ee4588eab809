using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace AgentIde.Core.Runs;

/// <summary>SHA-256 of some bytes, shown as 64 lower-case hex digits: the name under which a store keeps them.</summary>
[JsonConverter(typeof(DigestJsonConverter))]
public readonly record struct Digest
{
    // A journal holds several for each node, so they are numbers and not texts.
    private readonly UInt128 _high;
    private readonly UInt128 _low;

    private Digest(ReadOnlySpan<byte> hash)
    {
        _high = BinaryPrimitives.ReadUInt128BigEndian(hash);
        _low = BinaryPrimitives.ReadUInt128BigEndian(hash[16..]);
    }

    public string Hex => $"{_high:x32}{_low:x32}";

    /// <summary>The first eight digits, for people.</summary>
    public string Short => Hex[..8];

    /// <summary>Whether this was never set: no bytes are known whose hash is zero.</summary>
    public bool IsDefault => this == default;

    public static Digest Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return new Digest(hash);
    }

    public static Digest Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    public static Digest Parse(string hex) =>
        hex is { Length: 64 } && hex.All(char.IsAsciiHexDigitLower)
            ? new Digest(Convert.FromHexString(hex))
            : throw new FormatException("A digest is 64 lower-case hex digits.");

    /// <summary>The 32 bytes of the hash.</summary>
    public byte[] ToBytes()
    {
        byte[] hash = new byte[SHA256.HashSizeInBytes];
        BinaryPrimitives.WriteUInt128BigEndian(hash, _high);
        BinaryPrimitives.WriteUInt128BigEndian(hash.AsSpan(16), _low);
        return hash;
    }

    public override string ToString() => Hex;
}
