using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace AgentIde.EndToEnd.Tests;

/// <summary>
/// An editor that offers its own models: the published server over its standard streams, and a client that answers
/// <c>agentide/chat</c>, with the first half of each answer as a piece.
/// </summary>
internal sealed class ChattingEditor : IAsyncDisposable
{
    private readonly Process _server;
    private readonly Func<JsonObject, string?> _answer;
    private readonly Channel<JsonObject> _asked = Channel.CreateUnbounded<JsonObject>();
    private readonly Dictionary<int, TaskCompletionSource<JsonNode?>> _waiting = [];
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Task _reading;
    private int _id;

    private ChattingEditor(Process server, Func<JsonObject, string?> answer)
    {
        _server = server;
        _answer = answer;
        _reading = ReadAsync();
        server.ErrorDataReceived += (_, _) => { };
        server.BeginErrorReadLine();
    }

    /// <summary>What was asked of its models, one after the other.</summary>
    public ChannelReader<JsonObject> Asked => _asked.Reader;

    public Process Server => _server;

    /// <param name="answer">What its model says; null never answers.</param>
    public static async Task<ChattingEditor> OpenAsync(string workspace, Func<JsonObject, string?> answer, IReadOnlyDictionary<string, string>? environment = null)
    {
        ChattingEditor editor = new(Product.Start(workspace, environment ?? new Dictionary<string, string>(), "lsp"), answer);
        await editor.RequestAsync("initialize", new JsonObject
        {
            ["processId"] = null,
            ["clientInfo"] = new JsonObject { ["name"] = "chatting editor" },
            ["rootUri"] = new Uri(workspace).AbsoluteUri,
            ["capabilities"] = new JsonObject { ["experimental"] = new JsonObject { ["agentideChat"] = true } },
        });
        await editor.WriteAsync(new JsonObject { ["jsonrpc"] = "2.0", ["method"] = "initialized", ["params"] = new JsonObject() });
        return editor;
    }

    public async Task<JsonNode?> RequestAsync(string method, JsonObject parameters)
    {
        TaskCompletionSource<JsonNode?> answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int id;
        lock (_waiting)
        {
            id = ++_id;
            _waiting[id] = answered;
        }

        await WriteAsync(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id, ["method"] = method, ["params"] = parameters });
        return await answered.Task.WaitAsync(TimeSpan.FromMinutes(1));
    }

    public async ValueTask DisposeAsync()
    {
        _server.Kill();
        await _server.WaitForExitAsync();
        await _reading;
        _server.Dispose();
        _writing.Dispose();
    }

    private async Task ReadAsync()
    {
        Stream output = _server.StandardOutput.BaseStream;
        while (await MessageAsync(output) is { } message)
        {
            if (message["method"]?.GetValue<string>() == "agentide/chat")
            {
                await ChatAsync(message["id"]!, message["params"]!.AsObject());
            }
            else if (message["method"] is not null && message["id"] is { } asked)
            {
                await WriteAsync(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = asked.DeepClone(), ["result"] = null });
            }
            else if (message["method"] is null && message["id"] is { } id)
            {
                TaskCompletionSource<JsonNode?> waiting;
                lock (_waiting)
                {
                    waiting = _waiting[id.GetValue<int>()];
                }

                if (message["error"] is { } error)
                {
                    waiting.SetException(new InvalidOperationException(error.ToJsonString()));
                }
                else
                {
                    waiting.SetResult(message["result"]);
                }
            }
        }
    }

    private async Task ChatAsync(JsonNode id, JsonObject asked)
    {
        if (_answer(asked) is { } text)
        {
            await WriteAsync(new JsonObject
            {
                ["jsonrpc"] = "2.0",
                ["method"] = "agentide/chatPiece",
                ["params"] = new JsonObject { ["run"] = asked["run"]!.DeepClone(), ["call"] = asked["call"]!.DeepClone(), ["text"] = text[..(text.Length / 2)] },
            });
            await WriteAsync(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id.DeepClone(), ["result"] = new JsonObject { ["text"] = text, ["model"] = "canned" } });
        }

        await _asked.Writer.WriteAsync(asked);
    }

    private async Task WriteAsync(JsonObject message)
    {
        byte[] body = Encoding.UTF8.GetBytes(message.ToJsonString());
        Stream input = _server.StandardInput.BaseStream;
        await _writing.WaitAsync();
        try
        {
            await input.WriteAsync(Encoding.ASCII.GetBytes($"Content-Length: {body.Length}\r\n\r\n"));
            await input.WriteAsync(body);
            await input.FlushAsync();
        }
        catch (IOException) when (_server.HasExited)
        {
            // It was killed: nobody hears.
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Null at the end.</summary>
    private static async Task<JsonObject?> MessageAsync(Stream output)
    {
        int length = 0;
        StringBuilder line = new();
        byte[] one = new byte[1];
        while (await output.ReadAsync(one) > 0)
        {
            if (one[0] != '\n')
            {
                line.Append((char)one[0]);
                continue;
            }

            string header = line.ToString().TrimEnd('\r');
            line.Clear();
            if (header.Length == 0)
            {
                byte[] body = new byte[length];
                await output.ReadExactlyAsync(body);
                return JsonNode.Parse(body)!.AsObject();
            }

            if (header.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
            {
                length = int.Parse(header.AsSpan("Content-Length:".Length), CultureInfo.InvariantCulture);
            }
        }

        return null;
    }
}
