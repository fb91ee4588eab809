using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentIde.LanguageServer.Tests;

/// <summary>
/// The server's end of a connection, with all that passes kept: with AGENTIDE_LSP_MESSAGES or AGENTIDE_DAP_MESSAGES naming
/// a folder, each session leaves its messages there as one JSON file, for <c>tests/lsp-types</c> and <c>tests/dap</c> to
/// check against the protocols' own types.
/// </summary>
internal sealed class RecordedStream(Stream inner, bool isClientSound, string folder) : Stream
{
    private static int _sessions;

    private readonly MemoryStream _fromClient = new();
    private readonly MemoryStream _fromServer = new();

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The stream itself where nothing is to be recorded.</summary>
    /// <param name="isClientSound">Whether the client says what the protocol has; what a fuzzer sends is kept for its ids alone.</param>
    /// <param name="protocol">Whose messages they are.</param>
    public static Stream Around(Stream inner, bool isClientSound, string protocol = "LSP") =>
        Environment.GetEnvironmentVariable($"AGENTIDE_{protocol}_MESSAGES") is { } folder ? new RecordedStream(inner, isClientSound, folder) : inner;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await inner.ReadAsync(buffer, cancellationToken);
        _fromClient.Write(buffer.Span[..read]);
        return read;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _fromServer.Write(buffer.Span);
        await inner.WriteAsync(buffer, cancellationToken);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("The server reads asynchronously.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("The server writes asynchronously.");

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Once the server has ended.</summary>
    public void Save()
    {
        Directory.CreateDirectory(folder);
        string test = TestContext.Current.TestMethod?.MethodName ?? "session";
        JsonObject session = new()
        {
            ["test"] = test,
            ["isClientSound"] = isClientSound,
            ["client"] = new JsonArray([.. Messages(_fromClient)]),
            ["server"] = new JsonArray([.. Messages(_fromServer)]),
        };
        string file = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{Interlocked.Increment(ref _sessions)}.json");
        File.WriteAllText(Path.Combine(folder, file), session.ToJsonString());
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>The frames up to the first that is none, each that is JSON.</summary>
    private static IEnumerable<JsonNode?> Messages(MemoryStream stream)
    {
        byte[] bytes = stream.ToArray();
        int at = 0;
        while (bytes.AsSpan(at).IndexOf("\r\n\r\n"u8) is int end and > 0)
        {
            string[] lengths = [.. Encoding.ASCII.GetString(bytes, at, end).Split("\r\n").Where(line => line.StartsWith("Content-Length: ", StringComparison.Ordinal))];
            if (lengths is not [var only] || !int.TryParse(only["Content-Length: ".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int length) || at + end + 4 + length > bytes.Length)
            {
                yield break;
            }

            at += end + 4 + length;
            if (Parsed(bytes.AsSpan(at - length, length)) is { } message)
            {
                yield return message;
            }
        }
    }

    private static JsonNode? Parsed(ReadOnlySpan<byte> body)
    {
        try
        {
            JsonNode? message = JsonNode.Parse(body);
            _ = message?.ToJsonString();
            return message;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
