using System.Text.Json;
using System.Text.Json.Nodes;
using StreamJsonRpc;
using StreamJsonRpc.Protocol;

namespace AgentIde.LanguageServer.Tests;

/// <summary>An editor for tests: a real JSON-RPC client that keeps the texts it has open and takes workspace edits.</summary>
internal sealed class TestEditor : IDisposable
{
    private readonly ClientRpc _rpc;
    private readonly Lock _gate = new();
    private readonly List<(string Method, JsonElement Params)> _heard = [];
    private readonly Dictionary<string, (int Version, string Text)> _open = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TestEditor(Stream stream)
    {
        _rpc = new ClientRpc(new HeaderDelimitedMessageHandler(stream, stream, new SystemTextJsonFormatter()));
        foreach (string method in (string[])["textDocument/publishDiagnostics", "window/showMessage", "$/progress", "agentide/runChanged", "agentide/showDiff"])
        {
            Listen(method, static _ => null);
        }

        Listen("window/workDoneProgress/create", static _ => null);
        _rpc.AddLocalRpcMethod("workspace/codeLens/refresh", () => Hear("workspace/codeLens/refresh", default));
        Listen("window/showDocument", static _ => new JsonObject { ["success"] = true });
        _rpc.AddLocalRpcMethod(typeof(QuestionEndpoint).GetMethod(nameof(QuestionEndpoint.TakeAsync))!, new QuestionEndpoint(this), new JsonRpcMethodAttribute("window/showMessageRequest") { UseSingleObjectParameterDeserialization = true });
        Listen("workspace/applyEdit", Apply);
        Listen("agentide/githubToken", _ => Token is { } token ? new JsonObject { ["token"] = token } : RefuseTokens is { } reason ? throw new LocalRpcException(reason) : new JsonObject());
        _rpc.AddLocalRpcMethod(typeof(ChatEndpoint).GetMethod(nameof(ChatEndpoint.TakeAsync))!, new ChatEndpoint(this), new JsonRpcMethodAttribute("agentide/chat") { UseSingleObjectParameterDeserialization = true });
        _rpc.StartListening();
    }

    /// <summary>What <c>workspace/applyEdit</c> answers instead of taking the edit.</summary>
    public string? RefuseEdits { get; set; }

    /// <summary>What the person chooses where they are asked; null for nothing.</summary>
    public Func<JsonElement, string?>? Choose { get; set; }

    /// <summary>What the person does before they choose, and the server hears of before their choice.</summary>
    public Func<Task>? BeforeChoosing { get; set; }

    /// <summary>Of its session at GitHub; null where there is none.</summary>
    public string? Token { get; set; }

    /// <summary>Why it answers no question for a token.</summary>
    public string? RefuseTokens { get; set; }

    public static JsonObject WithTokens(JsonObject capabilities)
    {
        capabilities["experimental"] = new JsonObject { ["agentideGitHubToken"] = true };
        return capabilities;
    }

    public static JsonObject WithChoices(JsonObject capabilities)
    {
        capabilities["window"]!["showMessage"] = new JsonObject { ["messageActionItem"] = new JsonObject { ["additionalPropertiesSupport"] = true } };
        return capabilities;
    }

    /// <summary>What its own models say; the token is cancelled when the server cancels the request.</summary>
    public Func<JsonElement, CancellationToken, Task<JsonObject>>? Chat { get; set; }

    public static JsonObject WithChat(JsonObject capabilities)
    {
        capabilities["experimental"] = new JsonObject { ["agentideChat"] = true };
        return capabilities;
    }

    public static JsonObject Capabilities(bool markdown = true) => new()
    {
        ["workspace"] = new JsonObject
        {
            ["applyEdit"] = true,
            ["workspaceEdit"] = new JsonObject { ["documentChanges"] = true, ["resourceOperations"] = new JsonArray("create") },
            ["codeLens"] = new JsonObject { ["refreshSupport"] = true },
        },
        ["textDocument"] = new JsonObject
        {
            ["hover"] = new JsonObject { ["contentFormat"] = markdown ? new JsonArray("markdown", "plaintext") : new JsonArray("plaintext") },
            ["codeAction"] = new JsonObject { ["codeActionLiteralSupport"] = new JsonObject { ["codeActionKind"] = new JsonObject { ["valueSet"] = new JsonArray("quickfix") } } },
        },
        ["window"] = new JsonObject { ["workDoneProgress"] = true, ["showDocument"] = new JsonObject { ["support"] = true } },
    };

    public Task<JsonElement> AskAsync(string method, JsonObject parameters) => _rpc.InvokeWithParameterObjectAsync<JsonElement>(method, parameters);

    public Task<JsonElement> AskAsync(string method) => _rpc.InvokeAsync<JsonElement>(method);

    public Task TellAsync(string method, JsonObject? parameters = null) => parameters is null ? _rpc.NotifyAsync(method) : _rpc.NotifyWithParameterObjectAsync(method, parameters);

    public static string Uri(string path) => new System.Uri(path).AbsoluteUri;

    public string TextOf(string path)
    {
        lock (_gate)
        {
            return _open[Uri(path)].Text;
        }
    }

    public async Task<JsonElement> InitializeAsync(string root, JsonObject? capabilities = null, JsonNode? options = null)
    {
        JsonElement result = await AskAsync("initialize", new JsonObject
        {
            ["processId"] = null,
            ["clientInfo"] = new JsonObject { ["name"] = "test-editor" },
            ["rootUri"] = Uri(root),
            ["capabilities"] = capabilities ?? Capabilities(),
            ["initializationOptions"] = options,
        });
        await TellAsync("initialized", []);
        return result;
    }

    public async Task OpenAsync(string path, string? text = null)
    {
        string content = text ?? await File.ReadAllTextAsync(path);
        lock (_gate)
        {
            _open[Uri(path)] = (1, content);
        }

        await TellAsync("textDocument/didOpen", new JsonObject
        {
            ["textDocument"] = new JsonObject { ["uri"] = Uri(path), ["languageId"] = "python", ["version"] = 1, ["text"] = content },
        });
    }

    /// <summary>The person types: the whole text is what the editor has then.</summary>
    public Task TypeAsync(string path, string text)
    {
        int version;
        lock (_gate)
        {
            version = _open[Uri(path)].Version + 1;
            _open[Uri(path)] = (version, text);
        }

        return TellAsync("textDocument/didChange", new JsonObject
        {
            ["textDocument"] = new JsonObject { ["uri"] = Uri(path), ["version"] = version },
            ["contentChanges"] = new JsonArray(new JsonObject { ["text"] = text }),
        });
    }

    public async Task<string?> HoverAsync(string path, int line)
    {
        JsonElement hover = await AskAsync("textDocument/hover", At(path, line));
        return hover.ValueKind == JsonValueKind.Null ? null : hover.GetProperty("contents").GetProperty("value").GetString();
    }

    public async Task<List<JsonElement>> ActionsAsync(string path, int line = 0, params JsonElement[] diagnostics)
    {
        JsonElement actions = await AskAsync("textDocument/codeAction", new JsonObject
        {
            ["textDocument"] = new JsonObject { ["uri"] = Uri(path) },
            ["range"] = new JsonObject { ["start"] = Position(line), ["end"] = Position(line) },
            ["context"] = new JsonObject { ["diagnostics"] = new JsonArray([.. diagnostics.Select(one => JsonNode.Parse(one.GetRawText()))]) },
        });
        return [.. actions.EnumerateArray()];
    }

    /// <summary>Does what choosing an action does.</summary>
    public Task<JsonElement> ChooseAsync(IEnumerable<JsonElement> actions, string title)
    {
        JsonElement action = actions.Single(one => one.GetProperty("title").GetString()!.StartsWith(title, StringComparison.Ordinal));
        JsonElement command = action.GetProperty("command");
        return AskAsync("workspace/executeCommand", new JsonObject
        {
            ["command"] = command.GetProperty("command").GetString(),
            ["arguments"] = JsonNode.Parse(command.GetProperty("arguments").GetRawText()),
        });
    }

    public Task<JsonElement> ExecuteAsync(string command, JsonObject arguments) =>
        AskAsync("workspace/executeCommand", new JsonObject { ["command"] = command, ["arguments"] = new JsonArray(arguments) });

    /// <summary>The first message of the kind that fits, among those heard and those to come.</summary>
    public async Task<JsonElement> HearAsync(string method, Func<JsonElement, bool> fits)
    {
        while (true)
        {
            Task more;
            lock (_gate)
            {
                foreach ((string heard, JsonElement parameters) in _heard)
                {
                    if (heard == method && fits(parameters))
                    {
                        return parameters;
                    }
                }

                more = _more.Task;
            }

            await more.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    /// <summary>Completes when more messages of the kind have come than there were.</summary>
    public async Task HearAnotherAsync(string method, int before)
    {
        while (Heard(method).Count == before)
        {
            Task more;
            lock (_gate)
            {
                more = _more.Task;
            }

            if (Heard(method).Count == before)
            {
                await more.WaitAsync(TimeSpan.FromSeconds(30));
            }
        }
    }

    public Task<JsonElement> HearDiagnosticsAsync(string path, Func<List<JsonElement>, bool> fits) =>
        HearAsync("textDocument/publishDiagnostics", published => published.GetProperty("uri").GetString() == Uri(path) && fits([.. published.GetProperty("diagnostics").EnumerateArray()]));

    public List<JsonElement> Heard(string method)
    {
        lock (_gate)
        {
            return [.. _heard.Where(heard => heard.Method == method).Select(heard => heard.Params)];
        }
    }

    public void Forget()
    {
        lock (_gate)
        {
            _heard.Clear();
        }
    }

    public void Dispose() => _rpc.Dispose();

    public static JsonObject At(string path, int line) => new() { ["textDocument"] = new JsonObject { ["uri"] = Uri(path) }, ["position"] = Position(line) };

    private static JsonObject Position(int line) => new() { ["line"] = line, ["character"] = 0 };

    private void Listen(string method, Func<JsonElement, JsonNode?> answer)
    {
        Endpoint endpoint = new(this, method, answer);
        _rpc.AddLocalRpcMethod(typeof(Endpoint).GetMethod(nameof(Endpoint.Take))!, endpoint, new JsonRpcMethodAttribute(method) { UseSingleObjectParameterDeserialization = true });
    }

    private JsonObject Apply(JsonElement parameters)
    {
        if (RefuseEdits is { } reason)
        {
            return new JsonObject { ["applied"] = false, ["failureReason"] = reason };
        }

        foreach (JsonElement change in parameters.GetProperty("edit").GetProperty("documentChanges").EnumerateArray())
        {
            if (change.TryGetProperty("kind", out _))
            {
                continue;
            }

            JsonElement identifier = change.GetProperty("textDocument");
            string uri = identifier.GetProperty("uri").GetString()!;
            (int Version, string Text) document;
            lock (_gate)
            {
                document = _open.TryGetValue(uri, out var known) ? known : (0, File.Exists(new System.Uri(uri).LocalPath) ? File.ReadAllText(new System.Uri(uri).LocalPath) : "");
            }

            int? expected = identifier.GetProperty("version").ValueKind == JsonValueKind.Null ? null : identifier.GetProperty("version").GetInt32();
            if (expected is { } version && version != document.Version)
            {
                return new JsonObject { ["applied"] = false, ["failureReason"] = "the document has changed" };
            }

            string text = change.GetProperty("edits").EnumerateArray().Aggregate(document.Text, Splice);
            string path = new System.Uri(uri).LocalPath;
            _ = document.Version == 0 ? OpenAsync(path, text) : TypeAsync(path, text);
        }

        return new JsonObject { ["applied"] = true };
    }

    private static string Splice(string text, JsonElement edit)
    {
        int Offset(JsonElement position)
        {
            int offset = 0;
            for (int line = position.GetProperty("line").GetInt32(); line > 0; line--)
            {
                offset = text.IndexOf('\n', offset) + 1;
            }

            return offset + position.GetProperty("character").GetInt32();
        }

        JsonElement range = edit.GetProperty("range");
        return string.Concat(text.AsSpan(0, Offset(range.GetProperty("start"))), edit.GetProperty("newText").GetString(), text.AsSpan(Offset(range.GetProperty("end"))));
    }

    /// <summary>Leaves out the parameters that a method has none of, as other clients do.</summary>
    private sealed class ClientRpc(IJsonRpcMessageHandler handler) : JsonRpc(handler)
    {
        protected override ValueTask SendAsync(JsonRpcMessage message, CancellationToken cancellationToken)
        {
            if (message is JsonRpcRequest { ArgumentsList.Count: 0 } request)
            {
                request.Arguments = null;
            }

            return base.SendAsync(message, cancellationToken);
        }
    }

    private sealed class QuestionEndpoint(TestEditor editor)
    {
        public async Task<JsonObject?> TakeAsync(JsonElement parameters)
        {
            JsonElement kept = parameters.Clone();
            editor.Hear("window/showMessageRequest", kept);
            await (editor.BeforeChoosing?.Invoke() ?? Task.CompletedTask);
            return editor.Choose?.Invoke(kept) is { } title ? new JsonObject { ["title"] = title } : null;
        }
    }

    private sealed class ChatEndpoint(TestEditor editor)
    {
        public Task<JsonObject> TakeAsync(JsonElement parameters, CancellationToken cancellationToken)
        {
            JsonElement kept = parameters.Clone();
            editor.Hear("agentide/chat", kept);
            return editor.Chat!(kept, cancellationToken);
        }
    }

    private void Hear(string method, JsonElement parameters)
    {
        lock (_gate)
        {
            _heard.Add((method, parameters));
            _more.TrySetResult();
            _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private sealed class Endpoint(TestEditor editor, string method, Func<JsonElement, JsonNode?> answer)
    {
        public JsonNode? Take(JsonElement parameters)
        {
            JsonElement kept = parameters.Clone();
            lock (editor._gate)
            {
                editor._heard.Add((method, kept));
            }

            JsonNode? result = answer(kept);
            lock (editor._gate)
            {
                editor._more.TrySetResult();
                editor._more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            return result;
        }
    }
}
