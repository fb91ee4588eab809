using System.Collections.Immutable;
using System.Text;

namespace AgentIde.ModelServer;

/// <summary>An answer as bytes, with what happens between them.</summary>
public sealed record WireAnswer(int Status, string ContentType, ImmutableArray<WirePart> Parts)
{
    public ImmutableArray<(string Name, string Value)> Headers { get; init; } = [];

    public static WireAnswer Json(string body, int status = 200) => new(status, "application/json", [new WirePart.Bytes(Encoding.UTF8.GetBytes(body))]);

    public static WireAnswer Text(string body, string contentType, int status = 200) => new(status, contentType, [new WirePart.Bytes(Encoding.UTF8.GetBytes(body))]);

    public static WireAnswer Redirect(Uri where, int status = 307) => Json("{}", status) with { Headers = [("Location", where.AbsoluteUri)] };

    /// <param name="pieces">Each is sent as a chunk of its own.</param>
    public static WireAnswer Events(IEnumerable<string> pieces) =>
        new(200, "text/event-stream; charset=utf-8", [.. pieces.Select(piece => (WirePart)new WirePart.Bytes(Encoding.UTF8.GetBytes(piece)))]);

    /// <summary>The beginning of it, and then nothing more.</summary>
    public WireAnswer StalledAfter(int parts) => this with { Parts = [.. Parts.Take(parts), new WirePart.Stall()] };

    /// <summary>The beginning of it, and then the connection is gone.</summary>
    public WireAnswer CutAfter(int parts) => this with { Parts = [.. Parts.Take(parts), new WirePart.Cut()] };

    /// <summary>The beginning of it, ended as if it were all.</summary>
    public WireAnswer EndedAfter(int parts) => this with { Parts = [.. Parts.Take(parts)] };

    public WireAnswer With(params ReadOnlySpan<(string Name, string Value)> headers) => this with { Headers = [.. Headers, .. headers] };
}

public abstract record WirePart
{
    public sealed record Bytes(ReadOnlyMemory<byte> Value) : WirePart;

    /// <summary>Nothing comes until the server is disposed of or the client goes.</summary>
    public sealed record Stall : WirePart;

    /// <summary>The connection is reset.</summary>
    public sealed record Cut : WirePart;
}
