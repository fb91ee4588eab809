using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace AgentIde.Testing;

/// <summary>A debugger that writes bytes and reads frames.</summary>
public sealed class DebugClient : IAsyncDisposable
{
    private readonly Stream _output;
    private readonly Stream _input;
    private readonly Channel<JsonElement> _messages = Channel.CreateUnbounded<JsonElement>();
    private readonly List<JsonElement> _passed = [];
    private readonly Task _reading;
    private int _seq;

    /// <param name="fromAdapter">What it says.</param>
    /// <param name="toAdapter">What it is told; closed at the end.</param>
    public DebugClient(Stream fromAdapter, Stream toAdapter)
    {
        _input = fromAdapter;
        _output = toAdapter;
        _reading = ReadAsync();
    }

    /// <summary>All that the adapter has said, in order.</summary>
    public List<JsonElement> Heard { get; } = [];

    public async Task<int> SendAsync(string command, object? arguments = null)
    {
        JsonObject message = new() { ["seq"] = ++_seq, ["type"] = "request", ["command"] = command };
        if (arguments is not null)
        {
            message["arguments"] = arguments as JsonNode ?? JsonSerializer.SerializeToNode(arguments, arguments.GetType(), Reflected);
        }

        await SendBytesAsync(message.ToJsonString());
        return _seq;
    }

    public async Task SendBytesAsync(string body)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        await _output.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"Content-Length: {bytes.Length}\r\n\r\n")), .. bytes]);
        await _output.FlushAsync();
    }

    /// <summary>The body of the answer.</summary>
    public async Task<JsonElement> AskAsync(string command, object? arguments = null)
    {
        JsonElement response = await AnswerAsync(await SendAsync(command, arguments));
        return response.GetProperty("success").GetBoolean()
            ? response.TryGetProperty("body", out JsonElement body) ? body : default
            : throw new InvalidOperationException($"{command}: {response.GetProperty("message").GetString()}");
    }

    /// <summary>Why a request is refused.</summary>
    public async Task<string> RefusedAsync(string command, object? arguments = null)
    {
        JsonElement response = await AnswerAsync(await SendAsync(command, arguments));
        string? why = response.GetProperty("success").GetBoolean() ? null : response.GetProperty("message").GetString();
        return why is not null && response.GetProperty("body").GetProperty("error").GetProperty("variables").GetProperty("problem").GetString() == why
            ? why
            : throw new InvalidOperationException($"{command} is not refused with a reason: {response}");
    }

    public Task<JsonElement> AnswerAsync(int seq) => TakeAsync(message => IsAnswer(message, seq));

    /// <summary>The body of the next event of a name that nobody took yet.</summary>
    public async Task<JsonElement> EventAsync(string name, Func<JsonElement, bool>? fits = null)
    {
        JsonElement found = await TakeAsync(message => message.GetProperty("type").GetString() == "event" && message.GetProperty("event").GetString() == name && (fits is null || fits(message.GetProperty("body"))));
        return found.TryGetProperty("body", out JsonElement body) ? body : default;
    }

    /// <summary>The arguments of the next request of the adapter's, which is answered.</summary>
    public async Task<JsonElement> RequestAsync(string command)
    {
        JsonElement asked = await TakeAsync(message => message.GetProperty("type").GetString() == "request" && message.GetProperty("command").GetString() == command);
        await SendBytesAsync(new JsonObject { ["seq"] = ++_seq, ["type"] = "response", ["request_seq"] = asked.GetProperty("seq").GetInt32(), ["success"] = true, ["command"] = command }.ToJsonString());
        return asked.GetProperty("arguments");
    }

    public async ValueTask DisposeAsync()
    {
        await _output.DisposeAsync();
#pragma warning disable VSTHRD003 // Begun by the constructor: it ends with the streams.
        await _reading;
#pragma warning restore VSTHRD003
    }

    private static JsonSerializerOptions Reflected { get; } = new() { TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver() };

    private static bool IsAnswer(JsonElement message, int seq) => message.GetProperty("type").GetString() == "response" && message.GetProperty("request_seq").GetInt32() == seq;

    private async Task<JsonElement> TakeAsync(Func<JsonElement, bool> fits)
    {
        int waiting = _passed.FindIndex(message => fits(message));
        if (waiting >= 0)
        {
            JsonElement found = _passed[waiting];
            _passed.RemoveAt(waiting);
            return found;
        }

        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));
        while (true)
        {
            JsonElement message;
            try
            {
                message = await _messages.Reader.ReadAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"The adapter did not say what was waited for. It said:\n{string.Join('\n', Heard.TakeLast(8))}");
            }

            if (fits(message))
            {
                return message;
            }

            _passed.Add(message);
        }
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
            if (await _input.ReadAsync(one) == 0)
            {
                return null;
            }

            header.Append((char)one[0]);
        }

        string length = header.ToString().Split("\r\n").Single(line => line.StartsWith("Content-Length:", StringComparison.Ordinal));
        byte[] body = new byte[int.Parse(length["Content-Length:".Length..].Trim(), CultureInfo.InvariantCulture)];
        await _input.ReadExactlyAsync(body);
        using JsonDocument document = JsonDocument.Parse(body);
        return document.RootElement.Clone();
    }
}
