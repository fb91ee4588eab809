using System.Text.Json;
using AgentIde.Testing;
using static AgentIde.LanguageServer.Tests.Dap.SteppingTests;

namespace AgentIde.LanguageServer.Tests.Dap;

/// <summary>What nvim-dap asks, in its words and its order: it can't be installed where this is tested.</summary>
public sealed class NvimDapTests
{
    [Fact]
    public async Task Its_session_is_stopped_looked_at_stepped_and_left()
    {
        await using DebugSession session = new(resumeRun: static (_, _) => Task.CompletedTask);
        session.Write("tasks/diamonds/task.yaml", "id: diamonds\n");
        await ThreeNodesAsync(session);
        DebugClient client = session.Client;
        await client.AskAsync("initialize", new
        {
            clientID = "neovim",
            clientName = "neovim",
            adapterID = "nvim-dap",
            pathFormat = "path",
            columnsStartAt1 = true,
            linesStartAt1 = true,
            supportsRunInTerminalRequest = true,
            supportsVariableType = true,
            supportsProgressReporting = true,
            supportsStartDebuggingRequest = true,
            locale = "en_US.UTF-8",
        });
        await client.AskAsync("attach", new { name = "AgentIde: newest run", type = "agentide", request = "attach", run = "last", stopOnEntry = false });
        await client.EventAsync("initialized");
        await client.AskAsync("setExceptionBreakpoints", new { filters = new[] { "failure" } });
        await client.AskAsync("configurationDone");
        Describe(await client.EventAsync("stopped")).ShouldBe("exception, history 11/17: Failures");

        JsonElement thread = (await client.AskAsync("threads")).GetProperty("threads").EnumerateArray().ShouldHaveSingleItem();
        int id = thread.GetProperty("id").GetInt32();
        (await client.AskAsync("exceptionInfo", new { threadId = id })).GetProperty("exceptionId").GetString().ShouldBe("KeyError");
        JsonElement frame = (await client.AskAsync("stackTrace", new { threadId = id })).GetProperty("stackFrames")[0];
        int frameId = frame.GetProperty("id").GetInt32();
        foreach (JsonElement scope in (await client.AskAsync("scopes", new { frameId })).GetProperty("scopes").EnumerateArray())
        {
            (await client.AskAsync("variables", new { variablesReference = scope.GetProperty("variablesReference").GetInt32() })).GetProperty("variables").ValueKind.ShouldBe(JsonValueKind.Array);
        }

        string path = frame.GetProperty("source").GetProperty("path").GetString()!;
        JsonElement set = await client.AskAsync("setBreakpoints", new
        {
            source = new { path, name = "solution.py" },
            sourceModified = false,
            breakpoints = new object[] { new { line = 2, condition = "operator == debug" } },
            lines = new[] { 2 },
        });
        set.GetProperty("breakpoints")[0].GetProperty("verified").GetBoolean().ShouldBeTrue();
        (await client.RefusedAsync("evaluate", new { expression = "leaves", frameId, context = "hover" })).ShouldStartWith("There is no name `leaves`");
        (await client.AskAsync("evaluate", new { expression = "line", frameId, context = "repl" })).GetProperty("result").GetString().ShouldBe("2");
        Describe(await session.MoveAsync("continue", id)).ShouldBe("breakpoint, history 13/17: line 2 of node 2");
        Describe(await session.MoveAsync("next", id, "statement")).ShouldBe("step, history 14/17");
        Describe(await session.MoveAsync("stepBack", id)).ShouldBe("step, history 13/17");
        Describe(await session.MoveAsync("reverseContinue", id)).ShouldBe("exception, history 11/17: Failures");
        int here = (await client.AskAsync("stackTrace", new { threadId = id })).GetProperty("stackFrames")[0].GetProperty("id").GetInt32();
        (await client.AskAsync("setExpression", new { expression = "plan", value = "blend both", frameId = here })).GetProperty("value").GetString().ShouldBe("blend both");
        JsonElement started = await client.RequestAsync("startDebugging");
        (started.GetProperty("configuration").GetProperty("type").GetString(), started.GetProperty("configuration").GetProperty("run").GetString()).ShouldBe(("agentide", "diamonds-2"));
        (await client.RefusedAsync("terminateThreads", new { threadIds = new[] { id } })).ShouldBe("Nobody works on diamonds-1: there is nothing to give up.");
        await client.AskAsync("disconnect", new { restart = false, terminateDebuggee = false });
        (await session.Adapter).ShouldBe(0);
    }
}
