using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentIde.Core.Runs;
using AgentIde.Testing;

namespace AgentIde.LanguageServer.Tests;

/// <summary>Whatever comes over the wire, the server answers or ends the connection, soon, and what it answers is right.</summary>
public sealed class WireFuzzTests
{
    private static readonly bool Torture = Environment.GetEnvironmentVariable("AGENTIDE_TORTURE") == "1";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>Every method that the server takes, with parameters that are right.</summary>
    private static readonly Dictionary<string, Func<Session, JsonNode?>> Methods = new()
    {
        ["initialize"] = Initialize,
        ["initialized"] = _ => new JsonObject(),
        ["textDocument/didOpen"] = session => new JsonObject { ["textDocument"] = new JsonObject { ["uri"] = TestEditor.Uri(session.TaskFile), ["languageId"] = "yaml", ["version"] = 1, ["text"] = "metric: rmsle\n" } },
        ["textDocument/didChange"] = session => new JsonObject
        {
            ["textDocument"] = new JsonObject { ["uri"] = TestEditor.Uri(session.TaskFile), ["version"] = 2 },
            ["contentChanges"] = new JsonArray(new JsonObject { ["range"] = Range(0, 0, 0, 6), ["text"] = "Metric" }),
        },
        ["textDocument/didSave"] = session => new JsonObject { ["textDocument"] = new JsonObject { ["uri"] = TestEditor.Uri(session.TaskFile) } },
        ["textDocument/didClose"] = session => new JsonObject { ["textDocument"] = new JsonObject { ["uri"] = TestEditor.Uri(session.TaskFile) } },
        ["textDocument/hover"] = session => TestEditor.At(session.SolutionFile, 3),
        ["textDocument/codeAction"] = session => new JsonObject
        {
            ["textDocument"] = new JsonObject { ["uri"] = TestEditor.Uri(session.SolutionFile) },
            ["range"] = Range(0, 0, 0, 0),
            ["context"] = new JsonObject { ["diagnostics"] = new JsonArray(new JsonObject { ["range"] = Range(0, 0, 0, 0), ["message"] = "m", ["data"] = new JsonObject { ["run"] = "diamonds-1", ["node"] = 1 } }), ["only"] = new JsonArray("quickfix") },
        },
        ["textDocument/codeLens"] = session => new JsonObject { ["textDocument"] = new JsonObject { ["uri"] = TestEditor.Uri(session.SolutionFile) } },
        ["workspace/executeCommand"] = _ => new JsonObject { ["command"] = "agentide.run.pause", ["arguments"] = new JsonArray(new JsonObject { ["run"] = "diamonds-9", ["node"] = 1, ["docVersion"] = 1, ["task"] = "x", ["seconds"] = 1.5, ["folder"] = "x" }) },
        ["window/workDoneProgress/cancel"] = _ => new JsonObject { ["token"] = "diamonds-9#1" },
        ["agentide/runs"] = _ => new JsonObject(),
        ["agentide/events"] = _ => new JsonObject { ["run"] = "diamonds-1", ["after"] = 0 },
        ["agentide/chatPiece"] = _ => new JsonObject { ["run"] = "diamonds-1", ["call"] = 1, ["text"] = "so" },
        ["$/cancelRequest"] = _ => new JsonObject { ["id"] = 7 },
    };

    private static readonly string?[] Misfits =
    [
        "null", "[]", "[null]", "[{}]", "[[[]]]", "{}", "{\"a\":{}}", "{\"\":0}",
        "{\"textDocument\":7}", "{\"textDocument\":{\"uri\":\"\\u0000\"}}", "{\"textDocument\":{\"uri\":\"file:///\\ud800\"},\"position\":{\"line\":-1,\"character\":-1}}",
        "{\"textDocument\":{\"uri\":\"untitled:x\",\"languageId\":\"x\",\"version\":1,\"text\":\"\"},\"position\":{\"line\":2147483647,\"character\":2147483647}}", null,
    ];

    [Fact]
    public async Task Every_method_with_wrong_types_is_answered_and_the_rest_goes_on_as_before()
    {
        await using Session session = Session.OfBytes();
        await using ScriptedRun run = await BeginAsync(session);
        List<int> asked = [];
        int id = 1_000;
        foreach ((string method, Func<Session, JsonNode?> right) in Methods)
        {
            foreach (string? parameters in Misfits.Concat(Mutants(right(session)?.ToJsonString() ?? "{}")))
            {
                string rest = parameters is null ? "" : $",\"params\":{parameters}";
                asked.Add(++id);
                await session.Raw.SendAsync($$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{method}}"{{rest}}}""");
                await session.Raw.SendAsync($$"""{"jsonrpc":"2.0","method":"{{method}}"{{rest}}}""");
            }
        }

        foreach (int each in asked)
        {
            await HeardAnswerAsync(session, each);
        }

        await ShouldBlameRightlyAsync(session);
    }

    [Theory]
    [InlineData("true")]
    [InlineData("0")]
    [InlineData("1e400")]
    [InlineData("99999999999999999999")]
    [InlineData("\"\"")]
    [InlineData("\"\\ud800\"")]
    [InlineData("[1,")]
    public async Task Parameters_that_JSON_RPC_does_not_know_are_answered_or_end_the_connection(string parameters)
    {
        foreach (string method in Methods.Keys)
        {
            await using Session session = Session.OfBytes();
            await using ScriptedRun run = await BeginAsync(session);
            await session.Raw.SendAsync($$"""{"jsonrpc":"2.0","id":1000,"method":"{{method}}","params":{{parameters}}}""");
            await ShouldAnswerOrEndAsync(session);
        }
    }

    [Fact]
    public async Task Every_method_of_the_list_is_one_that_the_server_knows()
    {
        await using Session session = Session.OfBytes();
        await using ScriptedRun run = await BeginAsync(session);
        int id = 1_000;
        foreach ((string method, Func<Session, JsonNode?> right) in Methods.Where(method => method.Key != "$/cancelRequest"))
        {
            JsonElement answer = await session.Raw.AskAsync(++id, method, right(session));
            Code(answer).ShouldNotBe(-32601, method);
        }

        Code(await session.Raw.AskAsync(++id, "textDocument/unknown", new JsonObject())).ShouldBe(-32601);
        await session.Raw.TellAsync("$/unknown", new JsonObject());
        await ShouldBlameRightlyAsync(session);
    }

    [Fact]
    public async Task Damaged_bytes_end_in_an_answer_or_an_end()
    {
        using TemporaryFolder folder = new();
        MemoryRunStore store = new(folder.Path, TimeProvider.System);
        await using ScriptedRun run = await ScriptedRun.StartAsync(store);
        int node = await run.AddValidAsync(Operator.Draft, null, "A mean first", Codes.Draft, 0.2, Codes.DraftReasons);
        await run.AppendAsync([new NodeApplied(node, run.Journal[node].Code!.Value, "tasks/diamonds/solution.py")]);
        byte[] sound = Conversation(folder.Path);
        for (int seed = 1; seed <= (Torture ? 20_000 : 300); seed++)
        {
            byte[] bytes = Damage(sound, new Random(seed));
            using MemoryStream input = new(bytes);
            using MemoryStream output = new();
            Task<int> server = LanguageServerHost.RunAsync(input, output, new LanguageServerOptions(
                "1", _ => store, (_, _) => throw new RunNotStartedException("no"), (_, _, _, _) => Task.CompletedTask, TimeProvider.System, _ => { }));
            await server.WaitAsync(Deadline);
            foreach (string message in Frames(output.ToArray(), seed))
            {
                JsonDocument.Parse(message).RootElement.GetProperty("jsonrpc").GetString().ShouldBe("2.0", $"seed {seed}");
            }
        }
    }

    [Theory]
    [InlineData("Content-Length: 67108865\r\n\r\n")]
    [InlineData("Content-Length: 99999999999999999999\r\n\r\n")]
    [InlineData("Content-Length: -5\r\n\r\n")]
    [InlineData("Content-Length: 5x\r\n\r\n")]
    [InlineData("Content-Length: \r\n\r\n")]
    [InlineData("Content-Length: 0x10\r\n\r\n")]
    [InlineData("Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ")]
    [InlineData("Content-Length: 2\r\nContent-Length: 67108864\r\n\r\n{}")]
    [InlineData("Content-Length: 67108864\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("Content-Length: 0\r\n\r\n")]
    [InlineData("Content-Length: 2\n\n{}")]
    [InlineData("Content-Type: application/vscode-jsonrpc; charset=utf-16\r\nContent-Length: 4\r\n\r\n{ } ")]
    [InlineData("\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData("Content-Length: 3\r\n\r\n[0]")]
    [InlineData("Content-Length: 4\r\n\r\nnull")]
    [InlineData("Content-Length: 18\r\n\r\n{\"jsonrpc\":\"2.0\"}\n")]
    [InlineData("Content-Length: 7\r\n\r\n{\"a\":1}")]
    public async Task A_frame_that_is_none_ends_the_connection_or_is_passed_over_while_the_editor_still_waits(string bytes)
    {
        await using Session session = Session.OfBytes();
        await using ScriptedRun run = await BeginAsync(session);
        await session.Raw.WriteAsync(Encoding.ASCII.GetBytes(bytes));
        await ShouldAnswerOrEndAsync(session);
    }

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFE })]
    [InlineData(new byte[] { 0xC3, 0x28 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xF0, 0x9F, 0x98 })]
    public async Task Text_that_is_no_UTF_8_is_answered_or_ends_the_connection(byte[] text)
    {
        foreach (string method in (string[])["textDocument/hover", "textDocument/didChange", "nowhere"])
        {
            await using Session session = Session.OfBytes();
            await using ScriptedRun run = await BeginAsync(session);
            byte[] body = [.. Encoding.ASCII.GetBytes($"{{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"{method}\",\"params\":{{\"textDocument\":{{\"uri\":\""), .. text, .. "\"},\"position\":{\"line\":0,\"character\":0}}}"u8];
            await session.Raw.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes($"Content-Length: {body.Length}\r\n\r\n"), .. body]);
            await ShouldAnswerOrEndAsync(session);
        }
    }

    [Fact]
    public async Task Half_a_pair_of_UTF_16_in_a_text_counts_as_one_character_and_costs_no_blame()
    {
        await using Session session = Session.OfBytes();
        await using ScriptedRun run = await BeginAsync(session);
        string uri = TestEditor.Uri(session.SolutionFile);
        await session.Raw.SendAsync("""{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"URI","version":2},"contentChanges":[{"text":"\ud83d mine\nimport pandas as pd\n"}]}}""".Replace("URI", uri, StringComparison.Ordinal));
        JsonElement hover = await session.Raw.AskAsync(50, "textDocument/hover", TestEditor.At(session.SolutionFile, 1));
        JsonElement first = await session.Raw.AskAsync(51, "textDocument/hover", TestEditor.At(session.SolutionFile, 0));

        Value(hover).ShouldContain("(node 1)");
        Value(first).ShouldStartWith("You changed this line");
        await session.Raw.TellAsync("textDocument/didChange", new JsonObject { ["textDocument"] = new JsonObject { ["uri"] = uri, ["version"] = 3 }, ["contentChanges"] = new JsonArray(new JsonObject { ["range"] = Range(0, 0, 0, 6), ["text"] = "import pandas as pd" }) });
        Value(await session.Raw.AskAsync(52, "textDocument/hover", TestEditor.At(session.SolutionFile, 0))).ShouldContain("(node 1)");
    }

    [Theory]
    [InlineData("""{"textDocument":{"uri":"URI","version":2},"contentChanges":7}""")]
    [InlineData("""{"textDocument":{"uri":"URI","version":"two"},"contentChanges":[{"text":"mine"}]}""")]
    [InlineData("""{"textDocument":{"uri":"URI","version":2},"contentChanges":[{"text":7}]}""")]
    [InlineData("""{"textDocument":{"uri":"URI"},"contentChanges":[{"text":"mine"}]}""")]
    [InlineData("""[{"textDocument":{"uri":"URI","version":2},"contentChanges":null}]""")]
    public async Task A_change_that_can_not_be_read_leaves_a_text_that_nothing_is_said_of_until_it_is_known_again(string change)
    {
        await using Session session = Session.OfBytes();
        await using ScriptedRun run = await BeginAsync(session);
        string uri = TestEditor.Uri(session.SolutionFile);
        await session.Raw.SendAsync("""{"jsonrpc":"2.0","method":"textDocument/didChange","params":""" + change.Replace("URI", uri, StringComparison.Ordinal) + "}");
        (await session.Raw.AskAsync(50, "textDocument/hover", TestEditor.At(session.SolutionFile, 3))).GetProperty("result").ValueKind.ShouldBe(JsonValueKind.Null);
        await session.Raw.NextAsync(message => Method(message) == "textDocument/publishDiagnostics" && message.GetProperty("params").GetProperty("diagnostics").GetArrayLength() == 0);

        await session.Raw.TellAsync("textDocument/didChange", new JsonObject { ["textDocument"] = new JsonObject { ["uri"] = uri, ["version"] = 3 }, ["contentChanges"] = new JsonArray(new JsonObject { ["range"] = Range(0, 0, 0, 1), ["text"] = "I" }) });
        (await session.Raw.AskAsync(51, "textDocument/hover", TestEditor.At(session.SolutionFile, 3))).GetProperty("result").ValueKind.ShouldBe(JsonValueKind.Null);

        await session.Raw.TellAsync("textDocument/didChange", new JsonObject { ["textDocument"] = new JsonObject { ["uri"] = uri, ["version"] = 4 }, ["contentChanges"] = new JsonArray(new JsonObject { ["text"] = Codes.Draft }) });
        Value(await session.Raw.AskAsync(52, "textDocument/hover", TestEditor.At(session.SolutionFile, 3))).ShouldContain("(node 1)");
    }

    [Fact]
    public async Task Before_initialize_requests_are_refused_and_notifications_dropped_and_after_shutdown_too()
    {
        await using Session session = Session.OfBytes();
        int id = 0;
        foreach ((string method, Func<Session, JsonNode?> right) in Methods.Where(method => method.Key is not ("initialize" or "$/cancelRequest")).Append(new("shutdown", _ => null)))
        {
            await session.Raw.TellAsync(method, right(session));
            if (IsRequest(method))
            {
                Code(await session.Raw.AskAsync(++id, method, right(session))).ShouldBe(-32002, method);
            }
        }

        await using ScriptedRun run = await BeginAsync(session);
        await ShouldBlameRightlyAsync(session);
        Code(await session.Raw.AskAsync(200, "initialize", Initialize(session))).ShouldBe(-32803);
        Code(await session.Raw.AskAsync(201, "shutdown", null)).ShouldBeNull();
        id = 300;
        foreach ((string method, Func<Session, JsonNode?> right) in Methods.Where(method => IsRequest(method.Key)).Append(new("shutdown", _ => null)))
        {
            Code(await session.Raw.AskAsync(++id, method, right(session))).ShouldBe(-32600, method);
        }

        await session.Raw.TellAsync("exit", null);
        (await session.Server.WaitAsync(Deadline)).ShouldBe(0);
    }

    [Fact]
    public async Task Cancelled_requests_and_ids_that_stand_twice_are_answered_or_end_the_connection()
    {
        await using Session session = Session.OfBytes();
        await using ScriptedRun run = await BeginAsync(session);
        for (int id = 1_000; id < 1_300; id++)
        {
            await session.Raw.SendAsync(id, "textDocument/hover", TestEditor.At(session.SolutionFile, 3));
            await session.Raw.TellAsync("$/cancelRequest", new JsonObject { ["id"] = id });
            await session.Raw.TellAsync("$/cancelRequest", new JsonObject { ["id"] = id + 5_000 });
        }

        for (int id = 1_000; id < 1_300; id++)
        {
            JsonElement answer = await HeardAnswerAsync(session, id);
            (Code(answer) == -32800 || Value(answer).Contains("(node 1)", StringComparison.Ordinal)).ShouldBeTrue(answer.GetRawText());
        }

        for (int round = 0; round < 100; round++)
        {
            await session.Raw.SendAsync(1_500, "textDocument/hover", TestEditor.At(session.SolutionFile, 3));
        }

        await ShouldAnswerOrEndAsync(session);
    }

    [Fact]
    public async Task An_editor_that_hangs_up_in_the_middle_of_a_frame_leaves_no_server_behind()
    {
        for (int seed = 1; seed <= (Torture ? 500 : 20); seed++)
        {
            Random random = new(seed);
            await using Session session = Session.OfBytes();
            await using ScriptedRun run = await BeginAsync(session);
            for (int id = 1_000; id < 1_020; id++)
            {
                await session.Raw.SendAsync(id, "textDocument/hover", TestEditor.At(session.SolutionFile, 3));
            }

            byte[] frame = RawEditor.Frame(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = "textDocument/hover", ["params"] = TestEditor.At(session.SolutionFile, 3) }.ToJsonString());
            await session.Raw.WriteAsync(frame.AsMemory(0, random.Next(1, frame.Length)));
            await session.Raw.DisposeAsync();
            (await session.Server.WaitAsync(Deadline)).ShouldBe(1, $"seed {seed}");
        }
    }

    internal static async Task<ScriptedRun> BeginAsync(Session session)
    {
        Code(await session.Raw.AskAsync(1, "initialize", Initialize(session))).ShouldBeNull();
        await session.Raw.TellAsync("initialized", new JsonObject());
        ScriptedRun run = await session.RunAsync();
        int node = await run.AddValidAsync(Operator.Draft, null, "A mean first", Codes.Draft, 0.2, Codes.DraftReasons);
        await run.AppendAsync([new NodeApplied(node, run.Journal[node].Code!.Value, "tasks/diamonds/solution.py")]);
        await session.Raw.TellAsync("textDocument/didOpen", Opened(session));
        await session.Raw.NextAsync(message => Method(message) == "textDocument/publishDiagnostics" && message.GetProperty("params").GetProperty("diagnostics").GetArrayLength() > 1);
        return run;
    }

    private static JsonObject Opened(Session session) =>
        new() { ["textDocument"] = new JsonObject { ["uri"] = TestEditor.Uri(session.SolutionFile), ["languageId"] = "python", ["version"] = 1, ["text"] = Codes.Draft } };

    private static async Task ShouldAnswerOrEndAsync(Session session)
    {
        await session.Raw.SendAsync(9_999, "textDocument/hover", TestEditor.At(session.SolutionFile, 3));
        Task<JsonElement> answered = session.Raw.AnswerAsync(9_999);
        Task first = await Task.WhenAny(answered, session.Server, Task.Delay(Deadline));
        if (first == answered && answered.IsCompletedSuccessfully)
        {
            Value(await answered).ShouldContain("(node 1)");
            return;
        }

        // What it said last comes before its end.
        (await session.Server.WaitAsync(Deadline)).ShouldBe(1);
        await answered.ContinueWith(static _ => { }, TaskScheduler.Default);
    }

    private static async Task ShouldBlameRightlyAsync(Session session)
    {
        string uri = TestEditor.Uri(session.SolutionFile);
        await session.Raw.TellAsync("textDocument/didChange", new JsonObject { ["textDocument"] = new JsonObject { ["uri"] = uri, ["version"] = 90 }, ["contentChanges"] = new JsonArray(new JsonObject { ["text"] = "# mine\n" + Codes.Draft }) });
        Value(await session.Raw.AskAsync(90_000, "textDocument/hover", TestEditor.At(session.SolutionFile, 0))).ShouldStartWith("You changed this line");
        Value(await session.Raw.AskAsync(90_001, "textDocument/hover", TestEditor.At(session.SolutionFile, 4))).ShouldContain("(node 1)");
        await session.Raw.TellAsync("textDocument/didChange", new JsonObject { ["textDocument"] = new JsonObject { ["uri"] = uri, ["version"] = 91 }, ["contentChanges"] = new JsonArray(new JsonObject { ["text"] = Codes.Draft }) });
        Value(await session.Raw.AskAsync(90_002, "textDocument/hover", TestEditor.At(session.SolutionFile, 0))).ShouldContain("(node 1)");
    }

    /// <summary>An answer that may have come among others already.</summary>
    private static async Task<JsonElement> HeardAnswerAsync(Session session, int id)
    {
        lock (session.Raw.Heard)
        {
            if (session.Raw.Heard.FirstOrDefault(message => RawEditor.IsAnswer(message, id)) is { ValueKind: JsonValueKind.Object } heard)
            {
                return heard;
            }
        }

        return await session.Raw.AnswerAsync(id);
    }

    /// <summary>The parameters with each of their parts left out, or replaced by something else.</summary>
    private static IEnumerable<string> Mutants(string parameters)
    {
        int parts = Parts(JsonNode.Parse(parameters)!).Count();
        for (int part = 0; part < parts; part++)
        {
            foreach (string? other in (string?[])["null", "7", "\"x\"", "[]", "{}", "true", "1e300", "\"\\ud800\"", null])
            {
                JsonNode copy = JsonNode.Parse(parameters)!;
                (JsonNode parent, object key) = Parts(copy).ElementAt(part);
                const string Stand = "STAND-IN";
                if (parent is JsonObject fields)
                {
                    fields.Remove((string)key);
                    if (other is not null)
                    {
                        fields[(string)key] = Stand;
                    }
                }
                else
                {
                    parent.AsArray()[(int)key] = other is null ? null : Stand;
                }

                yield return copy.ToJsonString().Replace($"\"{Stand}\"", other, StringComparison.Ordinal);
            }
        }
    }

    private static IEnumerable<(JsonNode Parent, object Key)> Parts(JsonNode node) => node switch
    {
        JsonObject fields => fields.SelectMany(field => (IEnumerable<(JsonNode, object)>)[(node, field.Key), .. field.Value is { } inner ? Parts(inner) : []]),
        JsonArray items => items.SelectMany((item, index) => (IEnumerable<(JsonNode, object)>)[(node, index), .. item is not null ? Parts(item) : []]),
        _ => [],
    };

    private static byte[] Conversation(string root)
    {
        string uri = TestEditor.Uri(Path.Combine(root, "tasks/diamonds/solution.py"));
        List<byte> bytes = [];
        foreach (string body in (string[])
        [
            """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":null,"rootUri":"ROOT","capabilities":{}}}""",
            """{"jsonrpc":"2.0","method":"initialized","params":{}}""",
            """{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"URI","languageId":"python","version":1,"text":"import pandas as pd\n😀\n"}}}""",
            """{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"URI","version":2},"contentChanges":[{"range":{"start":{"line":0,"character":1},"end":{"line":1,"character":2}},"text":"x"}]}}""",
            """{"jsonrpc":"2.0","id":2,"method":"textDocument/hover","params":{"textDocument":{"uri":"URI"},"position":{"line":0,"character":0}}}""",
            """{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":2}}""",
            """{"jsonrpc":"2.0","id":3,"method":"agentide/events","params":{"run":"diamonds-1","after":0}}""",
            """{"jsonrpc":"2.0","id":"four","method":"shutdown"}""",
        ])
        {
            bytes.AddRange(RawEditor.Frame(body.Replace("URI", uri, StringComparison.Ordinal).Replace("ROOT", TestEditor.Uri(root), StringComparison.Ordinal)));
        }

        return [.. bytes];
    }

    private static byte[] Damage(byte[] sound, Random random)
    {
        List<byte> bytes = [.. sound];
        for (int times = random.Next(1, 4); times > 0 && bytes.Count > 1; times--)
        {
            int at = random.Next(bytes.Count);
            int length = Math.Min(random.Next(1, 40), bytes.Count - at);
            switch (random.Next(8))
            {
                case 0:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 1:
                    bytes.RemoveRange(at, length);
                    break;
                case 2:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 3:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 4:
                    bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count - length + 1), length));
                    break;
                case 5:
                    bytes.InsertRange(at, Enumerable.Range(0, length).Select(_ => (byte)random.Next(256)));
                    break;
                case 6:
                    bytes.InsertRange(at, Encoding.ASCII.GetBytes($"Content-Length: {random.NextInt64(long.MinValue, long.MaxValue).ToString(CultureInfo.InvariantCulture)}\r\n\r\n"));
                    break;
                default:
                    bytes.InsertRange(at, Enumerable.Repeat((byte)"[{\"0\\"[random.Next(5)], random.Next(1, 9_000)));
                    break;
            }
        }

        return [.. bytes];
    }

    private static IEnumerable<string> Frames(byte[] output, int seed)
    {
        int at = 0;
        while (at < output.Length)
        {
            int end = output.AsSpan(at).IndexOf("\r\n\r\n"u8);
            end.ShouldBeGreaterThan(0, $"seed {seed}");
            string header = Encoding.ASCII.GetString(output, at, end);
            int length = int.Parse(header.Split("\r\n").Single(line => line.StartsWith("Content-Length: ", StringComparison.Ordinal))["Content-Length: ".Length..], CultureInfo.InvariantCulture);
            at += end + 4;
            (at + length).ShouldBeLessThanOrEqualTo(output.Length, $"seed {seed}");
            yield return Encoding.UTF8.GetString(output, at, length);
            at += length;
        }
    }

    internal static JsonObject Initialize(Session session) => new()
    {
        ["processId"] = null,
        ["rootUri"] = TestEditor.Uri(session.Root),
        ["capabilities"] = new JsonObject(),
    };

    internal static JsonObject Range(int line, int character, int endLine, int endCharacter) => new()
    {
        ["start"] = new JsonObject { ["line"] = line, ["character"] = character },
        ["end"] = new JsonObject { ["line"] = endLine, ["character"] = endCharacter },
    };

    internal static string Method(JsonElement message) => message.TryGetProperty("method", out JsonElement method) ? method.GetString()! : "";

    internal static int? Code(JsonElement answer) => answer.TryGetProperty("error", out JsonElement error) ? error.GetProperty("code").GetInt32() : null;

    internal static string Value(JsonElement hover) => hover.GetProperty("result").GetProperty("contents").GetProperty("value").GetString()!;

    private static bool IsRequest(string method) =>
        method is "textDocument/hover" or "textDocument/codeAction" or "textDocument/codeLens" or "workspace/executeCommand" or "agentide/runs" or "agentide/events" or "shutdown";
}
