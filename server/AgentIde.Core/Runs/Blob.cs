using System.Text;

namespace AgentIde.Core.Runs;

/// <summary>Bytes that an event names by their digest: code, output, a submission.</summary>
public sealed class Blob
{
    private Blob(ReadOnlyMemory<byte> bytes)
    {
        Bytes = bytes;
        Digest = Digest.Of(bytes.Span);
    }

    public ReadOnlyMemory<byte> Bytes { get; }

    public Digest Digest { get; }

    public static Blob Of(ReadOnlyMemory<byte> bytes) => new(bytes);

    public static Blob Of(string text) => new(Encoding.UTF8.GetBytes(text));
}
