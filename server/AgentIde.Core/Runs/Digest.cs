using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace AgentIde.Core.Runs;

/// <summary>SHA-256 of some bytes as 64 lower-case hex digits: the name under which a store keeps them.</summary>
[JsonConverter(typeof(DigestJsonConverter))]
public readonly record struct Digest
{
    private Digest(string hex) => Hex = hex;

    public string Hex { get; }

    /// <summary>The first eight digits, for people.</summary>
    public string Short => Hex[..8];

    public static Digest Of(ReadOnlySpan<byte> bytes) => new(Convert.ToHexStringLower(SHA256.HashData(bytes)));

    public static Digest Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    public static Digest Parse(string hex) =>
        hex is { Length: 64 } && hex.All(char.IsAsciiHexDigitLower)
            ? new Digest(hex)
            : throw new FormatException("A digest is 64 lower-case hex digits.");

    public override string ToString() => Hex;
}
