using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace AgentIde.LanguageServer.Tests;

/// <summary>An editor that writes bytes and reads frames: for what no library would send, and for what the server really wrote.</summary>
internal sealed class RawEditor : IAsyncDisposable
{
    private readonly Stream _stream;
    private readonly Channel<JsonElement> _messages = Channel.CreateUnbounded<JsonElement>();
    private readonly Task _reading;

    public RawEditor(Stream stream)
    {
        _stream = stream;
        _reading = ReadAsync();
    }

    /// <summary>Everything that the server has written.</summary>
    public List<JsonElement> Heard { get; } = [];

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await _stream.WriteAsync(bytes);
            await _stream.FlushAsync();
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The server has hung up: what it made of that is what the test looks at.
        }
    }

    public Task SendAsync(string body) => WriteAsync(Frame(body));

    public Task SendAsync(int id, string method, JsonNode? parameters) =>
        SendAsync(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id, ["method"] = method, ["params"] = parameters }.ToJsonString());

    public Task TellAsync(string method, JsonNode? parameters) =>
        SendAsync(new JsonObject { ["jsonrpc"] = "2.0", ["method"] = method, ["params"] = parameters }.ToJsonString());

    public async Task<JsonElement> AskAsync(int id, string method, JsonNode? parameters)
    {
        await SendAsync(id, method, parameters);
        return await AnswerAsync(id);
    }

    /// <summary>The next message that fits; those before it are passed over.</summary>
    public async Task<JsonElement> NextAsync(Func<JsonElement, bool> fits)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));
        while (true)
        {
            JsonElement message = await _messages.Reader.ReadAsync(limit.Token);
            if (fits(message))
            {
                return message;
            }
        }
    }

    public Task<JsonElement> AnswerAsync(int id) => NextAsync(message => IsAnswer(message, id));

    public static bool IsAnswer(JsonElement message, int id) =>
        !message.TryGetProperty("method", out _) && message.TryGetProperty("id", out JsonElement answered) && answered.ValueKind == JsonValueKind.Number && answered.GetInt32() == id;

    public static byte[] Frame(string body)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        return [.. Encoding.ASCII.GetBytes($"Content-Length: {bytes.Length}\r\n\r\n"), .. bytes];
    }

    /// <summary>Hangs up, whatever is under way.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        await _reading;
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await ReadFrameAsync() is { } message)
            {
                lock (Heard)
                {
                    Heard.Add(message);
                }

                _messages.Writer.TryWrite(message);
            }
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Either side has hung up.
        }

        _messages.Writer.TryComplete();
    }

    private async Task<JsonElement?> ReadFrameAsync()
    {
        StringBuilder header = new();
        byte[] one = new byte[1];
        while (header.Length < 4 || header.ToString(header.Length - 4, 4) != "\r\n\r\n")
        {
            if (await _stream.ReadAsync(one) == 0)
            {
                return null;
            }

            header.Append((char)one[0]);
        }

        string length = header.ToString().Split("\r\n").Single(line => line.StartsWith("Content-Length:", StringComparison.Ordinal));
        byte[] body = new byte[int.Parse(length["Content-Length:".Length..].Trim(), System.Globalization.CultureInfo.InvariantCulture)];
        await _stream.ReadExactlyAsync(body);
        using JsonDocument document = JsonDocument.Parse(body);
        return document.RootElement.Clone();
    }
}
