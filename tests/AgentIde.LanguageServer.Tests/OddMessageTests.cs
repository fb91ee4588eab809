using System.Text.Json;
using System.Text.Json.Nodes;
using AgentIde.Core.Runs;
using AgentIde.Testing;

namespace AgentIde.LanguageServer.Tests;

/// <summary>A message that came whole but that JSON-RPC has not is told so, and the session goes on.</summary>
public sealed class OddMessageTests
{
    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":70,"method":"agentide/runs","params":5}""", "70", "The params of a message are an object or a list.")]
    [InlineData("""{"jsonrpc":"2.0","id":"seventy","method":"agentide/runs","params":"x"}""", "\"seventy\"", "The params of a message are an object or a list.")]
    [InlineData("""{"jsonrpc":"2.0","id":{"a":1},"method":"agentide/runs"}""", "null", "The id of a message is a string or a whole number of 64 bits.")]
    [InlineData("""{"jsonrpc":"2.0","id":[1],"method":"agentide/runs"}""", "null", "The id of a message is a string or a whole number of 64 bits.")]
    [InlineData("""{"jsonrpc":"2.0","id":1.5,"method":"agentide/runs"}""", "null", "The id of a message is a string or a whole number of 64 bits.")]
    [InlineData("""{"jsonrpc":"2.0","id":1180591620717411303424,"method":"agentide/runs"}""", "null", "The id of a message is a string or a whole number of 64 bits.")]
    [InlineData("""{"jsonrpc":"2.0","id":"\ud800","method":"agentide/runs"}""", "null", "The id of a message is a string or a whole number of 64 bits.")]
    [InlineData("""{"jsonrpc":"2.0","id":70,"method":7}""", "70", "The names of a message are strings.")]
    [InlineData("""{"jsonrpc":2,"id":70,"method":"agentide/runs"}""", "70", "The names of a message are strings.")]
    [InlineData("""[{"jsonrpc":"2.0","id":70,"method":"agentide/runs"}]""", "null", "A message is one object; there are no batches.")]
    [InlineData("{}", "null", "A message has a method, a result or an error.")]
    public async Task A_request_that_is_none_is_refused_with_the_protocols_code(string body, string id, string says)
    {
        await using Session session = Session.OfBytes();
        await using ScriptedRun run = await WireFuzzTests.BeginAsync(session);
        await session.Raw.SendAsync(body);
        await ShouldGoOnAsync(session);
        JsonElement answer = Refusals(session).ShouldHaveSingleItem();
        (answer.GetProperty("id").GetRawText(), answer.GetProperty("error").GetProperty("message").GetString()).ShouldBe((id, says));
        session.Log.ShouldContain($"The editor sent what is no message: {says}");
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","method":"textDocument/didSave","params":5}""")]
    [InlineData("""{"jsonrpc":"2.0","id":777,"result":5}""")]
    [InlineData("""{"jsonrpc":"2.0","id":"zz","error":{"code":1,"message":"x"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"x"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":{"a":1},"result":5}""")]
    public async Task What_nobody_waits_for_an_answer_to_is_passed_over(string body)
    {
        await using Session session = Session.OfBytes();
        await using ScriptedRun run = await WireFuzzTests.BeginAsync(session);
        await session.Raw.SendAsync(body);
        await ShouldGoOnAsync(session);
        Refusals(session).ShouldBeEmpty();
        session.Log.ShouldContain(line => line.StartsWith("The editor sent what is no message: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_client_that_answers_twice_is_heard_once()
    {
        await using Session session = Session.OfBytes();
        await using ScriptedRun run = await BeginWithEditsAsync(session);
        await session.Raw.SendAsync(50, "workspace/executeCommand", Apply(1));
        JsonElement asked = await session.Raw.NextAsync(message => WireFuzzTests.Method(message) == "workspace/applyEdit");
        string answer = $$$"""{"jsonrpc":"2.0","id":{{{asked.GetProperty("id").GetRawText()}}},"result":{"applied":true}}""";
        await session.Raw.SendAsync(answer);
        await session.Raw.SendAsync(answer);
        await session.Raw.NextAsync(message => Said(message)?.StartsWith("Node 1 of diamonds-1 is in solution.py", StringComparison.Ordinal) == true);
        await ShouldGoOnAsync(session);
        session.Log.ShouldContain(line => line.Contains("or which was answered before", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_client_that_does_not_answer_an_edit_is_told_and_the_server_ends_when_it_leaves()
    {
        await using Session session = Session.OfBytes();
        await using ScriptedRun run = await BeginWithEditsAsync(session);
        await session.Raw.SendAsync(50, "workspace/executeCommand", Apply(1));
        await session.Raw.NextAsync(message => WireFuzzTests.Method(message) == "workspace/applyEdit");
        await session.Raw.SendAsync(51, "workspace/executeCommand", Apply(2));
        await session.Raw.NextAsync(message => Said(message) ==
            "Apply node 2 again in a moment: the editor has not said yet whether it took the edit of solution.py with node 1. If it never does, restart the server.");
        WireFuzzTests.Code(await session.Raw.AskAsync(52, "shutdown", null)).ShouldBeNull();
        await session.Raw.TellAsync("exit", null);
        (await session.Server.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe(0);
    }

    private static JsonObject Apply(int node) => new() { ["command"] = "agentide.node.apply", ["arguments"] = new JsonArray(new JsonObject { ["run"] = "diamonds-1", ["node"] = node }) };

    private static string? Said(JsonElement message) => WireFuzzTests.Method(message) == "window/showMessage" ? message.GetProperty("params").GetProperty("message").GetString() : null;

    /// <summary>Two nodes, and an empty solution that is open in an editor that takes edits.</summary>
    private static async Task<ScriptedRun> BeginWithEditsAsync(Session session)
    {
        JsonObject initialize = WireFuzzTests.Initialize(session);
        initialize["capabilities"] = JsonNode.Parse("""{"workspace":{"applyEdit":true,"workspaceEdit":{"documentChanges":true,"resourceOperations":["create"]}}}""");
        await session.Raw.AskAsync(1, "initialize", initialize);
        await session.Raw.TellAsync("initialized", new JsonObject());
        ScriptedRun run = await session.RunAsync();
        await run.AddValidAsync(Operator.Draft, null, "A mean first", Codes.Draft, 0.2, Codes.DraftReasons);
        await run.AddValidAsync(Operator.Improve, 1, "Trees", Codes.Improved, 0.1, Codes.ImprovedReasons);
        await session.Raw.NextAsync(message => WireFuzzTests.Method(message) == "agentide/runChanged" && message.GetProperty("params").GetProperty("seq").GetInt64() == run.Journal.Seq);
        await session.Raw.TellAsync("textDocument/didOpen", new JsonObject { ["textDocument"] = new JsonObject { ["uri"] = TestEditor.Uri(session.SolutionFile), ["languageId"] = "python", ["version"] = 1, ["text"] = "" } });
        return run;
    }

    /// <summary>What comes after is answered rightly.</summary>
    private static async Task ShouldGoOnAsync(Session session)
    {
        JsonElement runs = await session.Raw.AskAsync(9_000, "agentide/runs", null);
        runs.GetProperty("result").GetProperty("runs").GetArrayLength().ShouldBe(1);
    }

    private static List<JsonElement> Refusals(Session session)
    {
        lock (session.Raw.Heard)
        {
            return [.. session.Raw.Heard.Where(message => WireFuzzTests.Code(message) == -32600)];
        }
    }
}
