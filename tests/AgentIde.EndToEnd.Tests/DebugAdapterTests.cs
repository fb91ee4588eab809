using System.Diagnostics;
using System.Text.Json;
using AgentIde.Core.Runs;
using AgentIde.Storage;
using AgentIde.Testing;

namespace AgentIde.EndToEnd.Tests;

/// <summary>The published adapter over standard input and output, on a run with a real engineer in a real sandbox.</summary>
public sealed class DebugAdapterTests
{
    [Fact]
    public async Task A_run_is_started_stepped_branched_and_ended_by_a_debugger()
    {
        using TemporaryFolder folder = new();
        string task = SmallTask.Create(folder["task"]);
        using Process process = Product.Start(folder.Path, "dap");
        await using DebugClient client = new(process.StandardOutput.BaseStream, process.StandardInput.BaseStream);
        await client.AskAsync("initialize", new { adapterID = "agentide", clientName = "A debugger" });
        await client.AskAsync("launch", new { task, nodes = 12, seconds = 120, stopOnEntry = false });
        await client.EventAsync("initialized");
        await client.AskAsync("setExceptionBreakpoints", new { filters = Array.Empty<string>(), filterOptions = new[] { new { filterId = "new-best", condition = "node == 1" } } });
        await client.AskAsync("configurationDone");

        // The first node has a score: the session stops there and the run is asked to wait.
        JsonElement best = await client.EventAsync("stopped");
        best.GetProperty("reason").GetString().ShouldBe("exception");
        best.GetProperty("text").GetString()!.ShouldStartWith("Score of Draft (node 1): ");
        JsonElement frame = (await client.AskAsync("stackTrace", new { threadId = 1 })).GetProperty("stackFrames")[0];
        string file = frame.GetProperty("source").GetProperty("path").GetString()!;
        (await File.ReadAllTextAsync(file)).ShouldContain("import");
        (await client.AskAsync("evaluate", new { expression = "score > 0 && newBest", context = "watch" })).GetProperty("result").GetString().ShouldBe("true");

        // The past is changed while the run is live: the session goes to where the branch begins.
        await client.AskAsync("restartFrame", new { frameId = frame.GetProperty("id").GetInt32() });
        JsonElement branch = await client.EventAsync("stopped");
        branch.GetProperty("reason").GetString().ShouldBe("restart");
        branch.GetProperty("text").GetString()!.ShouldContain("A debugger asked to go on from node 1");
        string scored = "";
        for (int step = 0; !scored.StartsWith("Score of ", StringComparison.Ordinal) && step < 20; step++)
        {
            await client.AskAsync("next", new { threadId = 1 });
            scored = (await client.EventAsync("stopped")).GetProperty("text").GetString()!;
        }

        scored.ShouldStartWith("Score of ");
        await client.AskAsync("stepBack", new { threadId = 1 });
        (await client.EventAsync("stopped")).GetProperty("description").GetString()!.ShouldStartWith("history ");
        await client.AskAsync("terminate");
        await client.EventAsync("terminated");
        await client.AskAsync("disconnect");
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0);

        using SqliteRunStore store = new(folder.Path, TimeProvider.System);
        RunId run = (await store.ListAsync(CancellationToken.None))[0].Run;
        Journal journal = Journal.Empty.Apply((await store.ReadAsync(run, 0, int.MaxValue, CancellationToken.None)).Events);
        journal.Finished.ShouldNotBeNull().Ending.ShouldBe(RunEnding.Stopped);
        journal.Nodes.Count.ShouldBeLessThan(12);
        journal.Nodes.ShouldContain(node => node.Parents.SequenceEqual(new[] { 1 }) && node.Why.Contains("A debugger", StringComparison.Ordinal));
        (await store.CheckAsync(run, CancellationToken.None)).ShouldBeEmpty();
    }
}
