using System.Globalization;
using System.Text.Json;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Core.Search;
using AgentIde.Core.Stepping.Stops;
using AgentIde.Testing;
using static AgentIde.LanguageServer.Tests.Dap.SteppingTests;

namespace AgentIde.LanguageServer.Tests.Dap;

/// <summary>Sessions over a run that the real loop works on meanwhile.</summary>
public sealed class LiveLoopTests
{
    [Fact]
    public async Task At_the_head_steps_drive_a_paused_run_node_by_node_and_continue_lets_it_go()
    {
        await using DebugSession session = new();
        await using LiveLoop loop = await LiveLoop.StartAsync(session, nodes: 6);
        await session.OpenAsync(new { stopOnEntry = false });
        await session.Client.AskAsync("configurationDone");
        await session.Client.AskAsync("pause", new { threadId = 1 });
        Describe(await session.Client.EventAsync("stopped")).ShouldStartWith("pause, ");
        await loop.WaitForAnswerAsync();
        loop.Open();

        // Whatever had happened by then: single steps from here on reach each later step of the run, once and in order.
        List<string> texts = [];
        while (texts.Count(text => text.StartsWith("Score", StringComparison.Ordinal)) < 3)
        {
            JsonElement stopped = await session.MoveAsync("next");
            stopped.GetProperty("reason").GetString().ShouldBe("step");
            texts.Add(stopped.GetProperty("text").GetString()!);
        }

        texts.ShouldBe(texts.Distinct());
        await loop.WaitAsync(journal => journal.IsPaused || journal.Finished is not null);
        Journal paused = await loop.JournalAsync();
        (paused.IsPaused, paused.Finished).ShouldBe((true, null));
        await session.Client.AskAsync("setExceptionBreakpoints", new { filters = new[] { "failure" } });
        Describe(await session.MoveAsync("continue")).ShouldEndWith(": the end of the run");
        (await loop.Running).Nodes.Count.ShouldBe(6);
    }

    [Fact]
    public async Task Whoever_stops_on_entry_holds_the_run_and_sees_each_node_before_anything_is_done_about_it()
    {
        await using DebugSession session = new();
        await using LiveLoop loop = await LiveLoop.StartAsync(session, nodes: 4);
        await session.OpenAsync(new { stopOnEntry = true });
        await session.Client.AskAsync("setExceptionBreakpoints", new { filters = new[] { "tune" } });
        await session.Client.AskAsync("configurationDone");
        Describe(await session.Client.EventAsync("stopped")).ShouldBe("entry, live");
        await loop.WaitForAnswerAsync();
        loop.Open();
        (await loop.WaitAsync(journal => journal.IsPaused && journal[1].IsDone)).Nodes.Count.ShouldBe(1);

        string text = "";
        while (!text.StartsWith("Decide of Improve (node 2)", StringComparison.Ordinal))
        {
            text = (await session.MoveAsync("next")).GetProperty("text").GetString()!;
        }

        (await loop.WaitAsync(journal => journal.Held.Contains(2)))[2].Stage.ShouldBe(NodeStage.Think);
        (await session.MoveAsync("next")).GetProperty("text").GetString().ShouldStartWith("Edit of Improve (node 2)");
        Node proposed = (await loop.WaitAsync(journal => journal.Held.Contains(2) && journal[2].Code is not null))[2];
        (proposed.Stage, proposed.Attempts).ShouldBe((NodeStage.Execute, 0));

        await session.Client.AskAsync("disconnect");
        (await loop.Running).Nodes.Count.ShouldBe(4);
    }

    [Fact]
    public async Task The_run_itself_stands_where_a_breakpoint_was_met_and_nothing_acts_on_it_before_somebody_lets_it()
    {
        await using DebugSession session = new();
        await using LiveLoop loop = await LiveLoop.StartAsync(session, nodes: 4);
        await session.OpenAsync(new { stopOnEntry = false });
        await session.Client.AskAsync("setExceptionBreakpoints", new { filters = new[] { "improve" } });
        await session.Client.AskAsync("configurationDone");
        await loop.WaitForAnswerAsync();
        loop.Open();

        Describe(await session.Client.EventAsync("stopped")).ShouldEndWith(": Each Improve");
        Journal held = await loop.WaitAsync(journal => journal.IsPaused);
        (held.Nodes.Count, held.Held.Single(), held[2].Stage).ShouldBe((2, 2, NodeStage.Think));
        (await session.MoveAsync("next")).GetProperty("text").GetString().ShouldBe("Edit of Improve (node 2): plan 2");
        await loop.WaitAsync(journal => journal.Held.Contains(2) && journal[2].Stage == NodeStage.Execute);
        (await session.Client.AskAsync("threads")).GetProperty("threads")[0].GetProperty("name").GetString().ShouldStartWith("worker 1: Improve (node 2), ");

        await session.Client.AskAsync("setExceptionBreakpoints", new { filters = Array.Empty<string>() });
        Describe(await session.MoveAsync("continue")).ShouldEndWith(": the end of the run");
        (await loop.Running).Nodes.Count.ShouldBe(4);
    }

    /// <summary>The run loop itself, whose engineer waits until the test lets it go.</summary>
    private sealed class LiveLoop(DebugSession session, OwnedRun owned, TaskCompletionSource gate, Task<Journal> running) : IAsyncDisposable
    {
        public Task<Journal> Running => running;

        public static async Task<LiveLoop> StartAsync(DebugSession session, int nodes)
        {
            TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
            ScriptedEngineer engineer = new(async (assignment, cancellationToken) =>
            {
                await gate.Task.WaitAsync(cancellationToken);
                return new Proposal($"plan {assignment.Node}", (10.0 / assignment.Node).ToString(CultureInfo.InvariantCulture), [], null);
            });
            ScriptedLoop loop = new(session.Store, engineer, TimeProvider.System)
            {
                Choose = (journal, _) => journal.Best is { } best ? new Decision(Operator.Improve, [best], "the best") : new Decision(Operator.Draft, [], "the first"),
            };
            OwnedRun owned = await session.Store.CreateAsync("sample", CancellationToken.None);
            return new LiveLoop(session, owned, gate, loop.RunAsync(owned, new Budget(nodes, 600)));
        }

        public void Open() => gate.TrySetResult();

        public async Task<Journal> JournalAsync() => Journal.Empty.Apply((await session.Store.ReadAsync(owned.Run, 0, int.MaxValue, CancellationToken.None)).Events);

        public async Task<Journal> WaitAsync(Func<Journal, bool> until)
        {
            WaitLimit limit = new();
            Journal journal;
            while ((journal = await JournalAsync()) is not null && !until(journal) && limit.Lasts())
            {
                await session.Store.WaitForNewsAsync(owned.Run, journal.Seq, Liveness.Live, limit.Token);
            }

            return journal!;
        }

        /// <summary>Until the loop has taken what it was asked.</summary>
        public Task WaitForAnswerAsync() => session.Store.WaitForAnswerAsync(owned.Run, new WaitLimit().Token);

        public async ValueTask DisposeAsync()
        {
            gate.TrySetResult();
            await owned.DisposeAsync();
        }
    }
}
