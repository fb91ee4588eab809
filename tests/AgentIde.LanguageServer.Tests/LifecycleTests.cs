using System.Text;
using System.Text.Json;

namespace AgentIde.LanguageServer.Tests;

public sealed class LifecycleTests
{
    [Fact]
    public async Task Initialize_is_answered_before_the_store_is_opened()
    {
        await using Session session = Session.Unstarted();
        JsonElement result = await session.Editor.AskAsync("initialize", new() { ["processId"] = null, ["rootUri"] = TestEditor.Uri(session.Root), ["capabilities"] = new System.Text.Json.Nodes.JsonObject() });
        session.OpenedStore.ShouldBeNull();
        result.GetProperty("serverInfo").GetRawText().ShouldBe("""{"name":"agentide","version":"1.2.3"}""");
        JsonElement capabilities = result.GetProperty("capabilities");
        capabilities.GetProperty("positionEncoding").GetString().ShouldBe("utf-16");
        capabilities.GetProperty("textDocumentSync").GetRawText().ShouldBe("""{"openClose":true,"change":2,"save":true}""");
        capabilities.GetProperty("executeCommandProvider").GetProperty("commands").EnumerateArray().Select(name => name.GetString()).ShouldBe(
            ["agentide.run.start", "agentide.run.stop", "agentide.run.pause", "agentide.run.continue", "agentide.run.step", "agentide.run.hint", "agentide.node.branch", "agentide.node.reject", "agentide.node.restore", "agentide.run.pullRequest", "agentide.node.compare", "agentide.node.apply", "agentide.node.open", "agentide.task.create"]);
    }

    [Fact]
    public async Task A_request_before_initialize_is_refused_with_the_protocols_code()
    {
        await using Session session = Session.Unstarted();
        StreamJsonRpc.RemoteInvocationException error = await Should.ThrowAsync<StreamJsonRpc.RemoteInvocationException>(() => session.Editor.AskAsync("agentide/runs", []));
        error.ErrorCode.ShouldBe(-32002);
    }

    [Fact]
    public async Task Shutdown_then_exit_ends_with_0()
    {
        await using Session session = await Session.StartAsync();
        (await session.Editor.AskAsync("shutdown")).ValueKind.ShouldBe(JsonValueKind.Null);
        await session.Editor.TellAsync("exit");
        (await session.Server).ShouldBe(0);
    }

    [Fact]
    public async Task Exit_without_shutdown_ends_with_1()
    {
        await using Session session = await Session.StartAsync();
        await session.Editor.TellAsync("exit");
        (await session.Server).ShouldBe(1);
    }

    [Fact]
    public async Task The_server_ends_when_the_editors_process_is_dead()
    {
        await using Session session = Session.Unstarted();
        using System.Diagnostics.Process editor = System.Diagnostics.Process.Start("sleep", "600");
        await session.Editor.AskAsync("initialize", new() { ["processId"] = editor.Id, ["rootUri"] = TestEditor.Uri(session.Root), ["capabilities"] = new System.Text.Json.Nodes.JsonObject() });
        await session.Editor.TellAsync("initialized", []);
        session.Server.IsCompleted.ShouldBeFalse();
        editor.Kill();
        (await session.Server.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe(1);
    }

    [Fact]
    public async Task What_was_shown_is_cleared_at_shutdown()
    {
        await using Session session = await Session.StartAsync();
        await using AgentIde.Testing.ScriptedRun run = await session.RunAsync();
        await session.Editor.OpenAsync(session.TaskFile);
        await session.Editor.HearDiagnosticsAsync(session.TaskFile, found => found.Count == 1);
        await session.Editor.AskAsync("shutdown");
        await session.Editor.HearDiagnosticsAsync(session.TaskFile, found => found.Count == 0);
    }

    [Theory]
    [InlineData("Content-Length: 67108865\r\n\r\n", "at most 67,108,864 are read")]
    [InlineData("Content-Length: -1\r\n\r\n", "at most 67,108,864 are read")]
    [InlineData("Content-Type: x\r\n\r\n{}", "without Content-Length")]
    public async Task A_frame_beyond_the_limits_ends_the_connection(string bytes, string said)
    {
        (int code, string log) = await ServeAsync(bytes);
        code.ShouldBe(1);
        log.ShouldContain(said);
    }

    [Fact]
    public async Task Headers_without_an_end_are_not_kept()
    {
        (int code, string log) = await ServeAsync(new string('x', 9_000));
        code.ShouldBe(1);
        log.ShouldContain("more than 8,192 bytes of headers");
    }

    [Fact]
    public async Task A_message_nested_too_deep_ends_the_connection_and_nothing_else()
    {
        string body = """{"jsonrpc":"2.0","id":1,"method":"initialize","params":""" + new string('[', 100) + new string(']', 100) + "}";
        (int code, _) = await ServeAsync($"Content-Length: {body.Length}\r\n\r\n{body}");
        code.ShouldBe(1);
    }

    private static async Task<(int Code, string Log)> ServeAsync(string bytes)
    {
        StringBuilder log = new();
        using MemoryStream input = new(Encoding.ASCII.GetBytes(bytes));
        using MemoryStream output = new();
        int code = await LanguageServerHost.RunAsync(input, output, new LanguageServerOptions("1", _ => throw new InvalidOperationException(), (_, _) => throw new InvalidOperationException(), (_, _, _, _) => Task.CompletedTask, TimeProvider.System, line => log.AppendLine(line)));
        return (code, log.ToString());
    }
}
