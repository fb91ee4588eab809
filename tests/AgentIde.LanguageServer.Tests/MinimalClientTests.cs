using System.Text.Json;
using System.Text.Json.Nodes;
using AgentIde.Core.Runs;
using AgentIde.Testing;

namespace AgentIde.LanguageServer.Tests;

/// <summary>A client that announces next to nothing: it still reads thoughts and gives commands, and is asked nothing that it didn't announce.</summary>
public sealed class MinimalClientTests
{
    private const string Nothing = "{}";

    private const string AllFalse = """
        {"workspace":{"applyEdit":false,"workspaceEdit":{"documentChanges":false,"resourceOperations":[],"normalizesLineEndings":false},"codeLens":{"refreshSupport":false},"executeCommand":{"dynamicRegistration":false}},
        "textDocument":{"hover":{"contentFormat":[]},"codeAction":{"isPreferredSupport":false,"dataSupport":false},"publishDiagnostics":{"relatedInformation":false,"versionSupport":false,"dataSupport":false}},
        "window":{"workDoneProgress":false,"showDocument":{"support":false}},"general":{},"experimental":{"agentideChat":false}}
        """;

    private const string AllNull = """{"workspace":null,"textDocument":null,"window":null,"general":null,"experimental":null}""";

    [Theory]
    [InlineData(Nothing)]
    [InlineData(AllFalse)]
    [InlineData(AllNull)]
    [InlineData(null)]
    public async Task Diagnostics_plain_hover_bare_commands_and_their_execution_and_no_question_that_was_not_announced(string? capabilities)
    {
        await using Session session = Session.OfBytes();
        await InitializeAsync(session, capabilities);
        await using ScriptedRun run = await session.RunAsync();
        int node = await run.AddValidAsync(Operator.Draft, null, "A *mean* first", Codes.Draft, 0.2, Codes.DraftReasons);
        await run.AppendAsync([new NodeApplied(node, run.Journal[node].Code!.Value, "tasks/diamonds/solution.py")]);
        await run.AddValidAsync(Operator.Improve, node, "Trees", Codes.Improved, 0.1);
        await OpenAsync(session, session.SolutionFile, "# mine\n" + Codes.Draft);
        await OpenAsync(session, session.TaskFile, "id: diamonds\nmetric: rmsle\n");

        JsonElement published = await session.Raw.NextAsync(message => IsPublished(message, session.SolutionFile) && message.GetProperty("params").GetProperty("diagnostics").GetArrayLength() > 1);
        published.GetProperty("params").GetProperty("diagnostics").EnumerateArray().Select(one => one.GetProperty("source").GetString()).ShouldAllBe(source => source == "agentide");

        JsonElement hover = (await session.Raw.AskAsync(10, "textDocument/hover", TestEditor.At(session.SolutionFile, 4))).GetProperty("result").GetProperty("contents");
        hover.GetProperty("kind").GetString().ShouldBe("plaintext");
        hover.GetProperty("value").GetString().ShouldStartWith("Draft (node 1), model: A mean is the floor to beat\nPlan: A *mean* first\n");

        JsonElement[] actions = [.. (await session.Raw.AskAsync(11, "textDocument/codeAction", Asked(session.TaskFile))).GetProperty("result").EnumerateArray()];
        actions.ShouldNotBeEmpty();
        actions.ShouldAllBe(action => action.GetProperty("command").ValueKind == JsonValueKind.String && action.GetProperty("title").ValueKind == JsonValueKind.String);
        JsonElement stop = actions.Single(action => action.GetProperty("command").GetString() == "agentide.run.stop");
        JsonElement stopped = await session.Raw.AskAsync(12, "workspace/executeCommand", new JsonObject { ["command"] = "agentide.run.stop", ["arguments"] = JsonNode.Parse(stop.GetProperty("arguments").GetRawText()) });
        WireFuzzTests.Code(stopped).ShouldBeNull();
        (await run.Owned.TakeRequestsAsync(CancellationToken.None)).ShouldBe([new StopRequest("the editor", Choose: true)]);

        JsonElement opened = await session.Raw.AskAsync(13, "workspace/executeCommand", new JsonObject { ["command"] = "agentide.node.open", ["arguments"] = new JsonArray(new JsonObject { ["run"] = run.Run.Value, ["node"] = 2 }) });
        (await File.ReadAllTextAsync(opened.GetProperty("result").GetProperty("path").GetString()!)).ShouldBe(Codes.Improved);

        await run.FinishAsync();
        await session.Raw.NextAsync(message => WireFuzzTests.Method(message) == "window/showMessage");
        await session.Raw.AskAsync(14, "shutdown", null);
        lock (session.Raw.Heard)
        {
            session.Raw.Heard.Where(message => message.TryGetProperty("method", out _) && message.TryGetProperty("id", out _)).ShouldBeEmpty("no question was announced");
            session.Raw.Heard.Select(WireFuzzTests.Method).Where(method => method.Length > 0).Distinct().Order().ShouldBe(["agentide/runChanged", "textDocument/publishDiagnostics", "window/showMessage"]);
        }
    }

    [Theory]
    [InlineData(Nothing)]
    [InlineData(AllFalse)]
    [InlineData("""{"workspace":{"applyEdit":true}}""")]
    public async Task Apply_is_refused_with_the_command_that_does_it_and_nothing_is_written(string capabilities)
    {
        await using Session session = Session.OfBytes();
        await InitializeAsync(session, capabilities);
        await using ScriptedRun run = await session.RunAsync();
        await run.AddValidAsync(Operator.Draft, null, "A mean first", Codes.Draft, 0.2);
        await OpenAsync(session, session.TaskFile, "id: diamonds\nmetric: rmsle\n");
        await session.Raw.NextAsync(message => IsPublished(message, session.TaskFile) && message.GetRawText().Contains("(node 1)", StringComparison.Ordinal));
        await session.Raw.SendAsync(10, "workspace/executeCommand", new JsonObject { ["command"] = "agentide.node.apply", ["arguments"] = new JsonArray(new JsonObject { ["run"] = run.Run.Value }) });
        JsonElement shown = await session.Raw.NextAsync(message => WireFuzzTests.Method(message) == "window/showMessage");
        shown.GetProperty("params").GetProperty("message").GetString().ShouldBe("the editor can't take versioned edits. From a shell: agentide apply diamonds-1 --node 1");
        File.Exists(session.SolutionFile).ShouldBeFalse();
        session.Recorded.ShouldBeEmpty();
    }

    [Fact]
    public async Task Markdown_is_sent_to_none_that_did_not_ask_for_it_first()
    {
        await using Session session = Session.OfBytes();
        await InitializeAsync(session, """{"textDocument":{"hover":{"contentFormat":["plaintext"]}}}""");
        await using ScriptedRun run = await session.RunAsync();
        await OpenAsync(session, session.TaskFile, "metric: rmsle\n");
        await session.Raw.NextAsync(message => IsPublished(message, session.TaskFile));
        JsonElement hover = await session.Raw.AskAsync(10, "textDocument/hover", TestEditor.At(session.TaskFile, 0));
        hover.GetProperty("result").GetProperty("contents").GetProperty("kind").GetString().ShouldBe("plaintext");
    }

    private static async Task InitializeAsync(Session session, string? capabilities)
    {
        JsonObject parameters = new() { ["processId"] = null, ["rootUri"] = TestEditor.Uri(session.Root) };
        if (capabilities is not null)
        {
            parameters["capabilities"] = JsonNode.Parse(capabilities);
        }

        WireFuzzTests.Code(await session.Raw.AskAsync(1, "initialize", parameters)).ShouldBeNull();
        await session.Raw.TellAsync("initialized", new JsonObject());
    }

    private static Task OpenAsync(Session session, string path, string text) => session.Raw.TellAsync("textDocument/didOpen", new JsonObject
    {
        ["textDocument"] = new JsonObject { ["uri"] = TestEditor.Uri(path), ["languageId"] = "x", ["version"] = 1, ["text"] = text },
    });

    private static JsonObject Asked(string path) => new()
    {
        ["textDocument"] = new JsonObject { ["uri"] = TestEditor.Uri(path) },
        ["range"] = WireFuzzTests.Range(0, 0, 0, 0),
        ["context"] = new JsonObject { ["diagnostics"] = new JsonArray() },
    };

    private static bool IsPublished(JsonElement message, string path) =>
        WireFuzzTests.Method(message) == "textDocument/publishDiagnostics" && message.GetProperty("params").GetProperty("uri").GetString() == TestEditor.Uri(path);
}
