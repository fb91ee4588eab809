using System.Globalization;
using System.Text.Json;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Core.Search;
using AgentIde.Core.Stepping.Stops;
using AgentIde.Testing;
using Microsoft.Extensions.Time.Testing;
using static AgentIde.LanguageServer.Tests.Dap.SteppingTests;

namespace AgentIde.LanguageServer.Tests.Dap;

/// <summary>Sessions over a run whose process is played by the test: what a session asks of it, and when.</summary>
public sealed class LiveTests
{
    [Fact]
    public async Task Going_back_touches_nothing_of_a_live_run_and_forward_replays_to_its_head()
    {
        await using DebugSession session = new();
        await using ScriptedRun run = await session.RunAsync();
        await run.AddValidAsync(Operator.Draft, null, "Few leaves.", "x = 1\n", 0.12);
        await session.OpenAsync(new { stopOnEntry = true });
        await session.Client.AskAsync("configurationDone");
        Describe(await session.Client.EventAsync("stopped")).ShouldBe("entry, live");

        Describe(await session.MoveAsync("stepBack")).ShouldBe("step, history 5/6");
        await run.BeginAsync(Operator.Improve, 1);
        string beginning;
        while (!(beginning = Describe(await session.MoveAsync("reverseContinue"))).Contains("/7", StringComparison.Ordinal))
        {
            // Until the new event has come here.
        }

        beginning.ShouldStartWith("step, history 1/7");
        int forwards = 1;
        while (Describe(await session.MoveAsync("next")) != "step, live")
        {
            forwards++;
        }

        forwards.ShouldBe(6);
        (await WaitingAsync(run)).ShouldBe([new PauseRequest("A test", "its own")]);
    }

    [Fact]
    public async Task A_run_that_somebody_else_has_paused_stays_so_by_attaching_stepping_and_leaving()
    {
        await using DebugSession session = new();
        await using ScriptedRun run = await session.RunAsync();
        await run.AddValidAsync(Operator.Draft, null, "Few leaves.", "x = 1\n", 0.12);
        await run.AppendAsync([new RunPaused("A person")]);
        await session.OpenAsync();
        await session.Client.AskAsync("configurationDone");
        Describe(await session.Client.EventAsync("stopped")).ShouldBe("entry, live");
        (await WaitingAsync(run)).ShouldBeEmpty();

        await session.Client.AskAsync("next", new { threadId = 1 });
        await session.Store.WaitForRequestAsync<StepRequest>(run.Run, CancellationToken.None);
        (await WaitingAsync(run)).ShouldBe([new StepRequest("A test")]);
        await AnswerAsync(run, new RunContinued("A test"));
        await run.BeginAsync(Operator.Improve, 1);
        await run.AppendAsync([new RunPaused("A test")]);
        await session.Client.EventAsync("stopped");
        await session.Client.AskAsync("disconnect");
        (await WaitingAsync(run)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_breakpoint_in_a_run_that_somebody_else_has_paused_and_that_was_let_take_a_step_leaves_it_theirs()
    {
        await using DebugSession session = new();
        await using ScriptedRun run = await session.RunAsync();
        await run.AddValidAsync(Operator.Draft, null, "Few leaves.", "x = 1\n", 0.12);
        await run.AppendAsync([new RunPaused("A person")]);
        await session.OpenAsync();
        await session.Client.AskAsync("setExceptionBreakpoints", new { filters = new[] { "improve" } });
        await session.Client.AskAsync("configurationDone");
        await session.Client.EventAsync("stopped");

        await session.Client.AskAsync("next", new { threadId = 1 });
        await session.Store.WaitForRequestAsync<StepRequest>(run.Run, CancellationToken.None);
        await AnswerAsync(run, new RunContinued("A test"));
        await run.BeginAsync(Operator.Improve, 1);
        await run.AppendAsync([new RunPaused("A test", 2, "Each Improve")]);
        (await session.Client.EventAsync("stopped")).GetProperty("description").GetString().ShouldEndWith(": Each Improve");
        await session.Client.AskAsync("disconnect");
        (await session.Adapter).ShouldBe(0);
        (await WaitingAsync(run)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_live_stop_asks_the_run_to_wait_and_whoever_leaves_lets_it_go_on()
    {
        await using DebugSession session = new();
        await using ScriptedRun run = await session.RunAsync();
        await session.OpenAsync();
        await session.Client.AskAsync("setExceptionBreakpoints", new { filterOptions = new[] { new { filterId = "new-best", condition = "score < 0.2" } }, filters = Array.Empty<string>() });
        await session.Client.AskAsync("configurationDone");
        (await session.Client.AskAsync("threads")).GetProperty("threads").GetArrayLength().ShouldBe(1);

        await run.AddValidAsync(Operator.Draft, null, "Few leaves.", "x = 1\n", 0.12);

        Describe(await session.Client.EventAsync("stopped")).ShouldBe("exception, live: New best");
        (await WaitingAsync(run)).ShouldBe([new PauseRequest("A test", "its own")]);
        await AnswerAsync(run, new RunPaused("A test"));
        await session.Client.AskAsync("disconnect");
        (await session.Adapter).ShouldBe(0);
        (await WaitingAsync(run)).ShouldBe([new ContinueRequest("A test")]);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public async Task A_pause_that_somebody_else_lent_for_a_step_is_still_taken_back_by_leaving(int nodes, bool isTakenBack)
    {
        await using DebugSession session = new();
        await using ScriptedRun run = await session.RunAsync();
        await run.AddValidAsync(Operator.Draft, null, "Few leaves.", "x = 1\n", 0.12);
        await session.OpenAsync();
        await session.Client.AskAsync("configurationDone");
        await session.Client.AskAsync("pause", new { threadId = 1 });
        await session.Client.EventAsync("stopped");
        await AnswerAsync(run, new RunPaused("A test"));

        await run.AppendAsync([new RunContinued("nvim")]);
        for (int node = 0; node < nodes; node++)
        {
            await run.AddValidAsync(Operator.Draft, null, "Another.", $"x = {node}\n", 0.13);
        }

        await run.AppendAsync([new RunPaused("nvim")]);
        long head = (await session.Store.ReadAsync(run.Run, 0, 1, CancellationToken.None)).Head;
        WaitLimit limit = new();
        while (!Describe(await session.MoveAsync("stepBack")).Contains($"/{head}", StringComparison.Ordinal) && limit.Lasts())
        {
        }

        await run.Owned.RemoveRequestsAsync(await run.Owned.ReadRequestsAsync(CancellationToken.None), CancellationToken.None);
        await session.Client.AskAsync("disconnect");
        (await session.Adapter).ShouldBe(0);
        (await WaitingAsync(run)).ShouldBe(isTakenBack ? [new ContinueRequest("A test")] : []);
    }

    [Fact]
    public async Task The_process_of_a_live_run_is_told_what_to_hold_it_at_while_the_session_stands_at_its_head()
    {
        await using DebugSession session = new();
        await using ScriptedRun run = await session.RunAsync();
        await run.BeginAsync(Operator.Draft, null);
        await session.OpenAsync();
        await session.Client.AskAsync("setExceptionBreakpoints", new { filters = new[] { "failure" } });
        (await WatchedAsync(run)).ShouldBeEmpty();
        await session.Client.AskAsync("configurationDone");
        await session.Store.WaitForRequestAsync(run.Run, CancellationToken.None);
        StopSpec failure = new("failure"), best = new("new-best", Condition: "score < 0.2");
        (await WatchedAsync(run)).ShouldBe([$"{failure}"]);

        await session.Client.AskAsync("setExceptionBreakpoints", new { filters = new[] { "failure" }, filterOptions = new[] { new { filterId = "new-best", condition = "score < 0.2" } } });
        (await WatchedAsync(run)).ShouldBe([$"{failure}", $"{failure}; {best}"]);
        await session.Client.AskAsync("pause", new { threadId = 1 });
        await session.Client.EventAsync("stopped");
        Describe(await session.MoveAsync("stepBack")).ShouldStartWith("step, history");
        (await WatchedAsync(run)).ShouldBe([$"{failure}", $"{failure}; {best}", ""]);
    }

    [Fact]
    public async Task A_node_that_the_process_holds_goes_on_by_one_step_and_whoever_leaves_lets_the_run_go()
    {
        await using DebugSession session = new();
        await using ScriptedRun run = await session.RunAsync();
        await session.OpenAsync();
        await session.Client.AskAsync("setExceptionBreakpoints", new { filters = new[] { "draft" } });
        await session.Client.AskAsync("configurationDone");
        await session.Store.WaitForRequestAsync(run.Run, CancellationToken.None);
        await run.BeginAsync(Operator.Draft, null);
        await run.AppendAsync([new RunPaused("A test", 1, "Each Draft")]);
        await session.Client.EventAsync("stopped", stopped => stopped.GetProperty("description").GetString()!.EndsWith(": Each Draft", StringComparison.Ordinal));

        // What was asked up to here is answered; then over the pause itself, which is no step of a node, to what the node does next.
        await run.Owned.RemoveRequestsAsync(await run.Owned.ReadRequestsAsync(CancellationToken.None), CancellationToken.None);
        await session.Client.AskAsync("next", new { threadId = 1 });
        await session.Store.WaitForRequestAsync<StepRequest>(run.Run, CancellationToken.None);
        (await WaitingAsync(run)).ShouldBe([new StepRequest("A test", 1)]);
        await AnswerAsync(run, new RunContinued("A test", 1));
        Blob code = Blob.Of("x = 1\n");
        await run.AppendAsync([new NodeProposed(1, "One.", code.Digest, [], null, null), new RunPaused("A test", 1)], code);
        (await session.Client.EventAsync("stopped")).GetProperty("text").GetString().ShouldBe("Edit of Draft (node 1): One.");

        await session.Client.AskAsync("disconnect");
        (await session.Adapter).ShouldBe(0);
        (await WaitingAsync(run)).ShouldBe([new ContinueRequest("A test")]);
        (await WatchedAsync(run)).ShouldBe([""]);
    }

    [Fact]
    public async Task A_session_that_holds_a_run_says_that_it_is_there_and_one_that_leaves_it_waiting_makes_the_pause_a_persons()
    {
        FakeTimeProvider clock = new();
        await using DebugSession session = new(time: clock);
        await using ScriptedRun run = await session.RunAsync();
        await session.OpenAsync(new { stopOnEntry = true });
        await session.Client.AskAsync("configurationDone");
        await session.Client.EventAsync("stopped");
        await AnswerAsync(run, new RunPaused("A test"));
        (await WatchedAsync(run)).ShouldBeEmpty();

        WaitLimit limit = new();
        while ((await WatchedAsync(run)).Length == 0 && limit.Lasts())
        {
            clock.Advance(TimeSpan.FromSeconds(20));
            await session.Client.AskAsync("threads");
        }

        (await WatchedAsync(run))[0].ShouldBe("");
        await session.Client.AskAsync("disconnect", new { suspendDebuggee = true });
        (await session.Adapter).ShouldBe(0);
        (await WaitingAsync(run)).ShouldBe([new PauseRequest("A test")]);
    }

    [Fact]
    public async Task Terminating_a_thread_gives_up_what_its_worker_is_at()
    {
        await using DebugSession session = new();
        await using ScriptedRun run = await session.RunAsync();
        await run.BeginAsync(Operator.Draft, null);
        await session.OpenAsync();
        await session.Client.AskAsync("configurationDone");

        await session.Client.AskAsync("terminateThreads", new { threadIds = new[] { 1 } });
        (await WaitingAsync(run)).ShouldBe([new AbandonRequest("A test", 1)]);
        (await session.Client.EventAsync("output")).GetProperty("output").GetString().ShouldBe("diamonds-1: what node 1 does is given up.\n");
        (await session.Client.RefusedAsync("terminateThreads", new { threadIds = new[] { 2 } })).ShouldBe("Worker 2 is at nothing that could be given up.");
    }

    [Fact]
    public async Task Pause_answers_at_once_and_says_what_is_under_way()
    {
        await using DebugSession session = new();
        await using ScriptedRun run = await session.RunAsync();
        await run.BeginAsync(Operator.Draft, null);
        await session.OpenAsync();
        await session.Client.AskAsync("configurationDone");

        await session.Client.AskAsync("pause", new { threadId = 1 });

        Describe(await session.Client.EventAsync("stopped")).ShouldBe("pause, live");
        (await session.Client.EventAsync("output")).GetProperty("output").GetString().ShouldBe("diamonds-1 waits before its next node: node 1 is under way. Terminate its thread, or agentide abandon diamonds-1 1, gives up what it does.\n");
        (await WaitingAsync(run)).ShouldBe([new PauseRequest("A test", "its own")]);
        (await session.Client.AskAsync("pause", new { threadId = 1 })).ValueKind.ShouldBe(JsonValueKind.Undefined);
    }

    [Fact]
    public async Task What_somebody_else_asks_of_the_run_meanwhile_is_not_undone()
    {
        await using DebugSession session = new();
        await using ScriptedRun run = await session.RunAsync();
        await run.BeginAsync(Operator.Draft, null);
        await session.OpenAsync();
        await session.Client.AskAsync("setExceptionBreakpoints", new { filters = new[] { "failure" } });
        await session.Client.AskAsync("configurationDone");

        await run.AppendAsync([new RunPaused("nvim")]);
        await run.FailAsync(1, "KeyError: 'z'");

        Describe(await session.Client.EventAsync("stopped")).ShouldBe("exception, live: Failures");
        (await WaitingAsync(run)).ShouldBeEmpty();
        await session.Client.AskAsync("disconnect");
        (await session.Adapter).ShouldBe(0);
        (await WaitingAsync(run)).ShouldBeEmpty();
    }

    [Fact]
    public async Task One_key_is_one_request_however_much_happens_before_it_is_answered()
    {
        await using DebugSession session = new();
        await using ScriptedRun run = await session.RunAsync();
        await run.AddValidAsync(Operator.Draft, null, "Few leaves.", "x = 1\n", 0.12);
        await run.AppendAsync([new RunPaused("nvim")]);
        await session.OpenAsync(new { at = 6, stopOnEntry = true });
        await session.Client.AskAsync("configurationDone");
        await session.Client.EventAsync("stopped");

        await session.Client.AskAsync("next", new { threadId = 1 });
        await session.Store.WaitForRequestAsync<StepRequest>(run.Run, CancellationToken.None);
        await run.AppendAsync([new RunPaused("nvim")]);
        await session.Client.AskAsync("threads");
        await AnswerAsync(run, new RunContinued("A test"));
        await run.BeginAsync(Operator.Improve, 1);

        JsonElement stopped = await session.Client.EventAsync("stopped");
        (Describe(stopped), stopped.GetProperty("text").GetString()).ShouldBe(("step, live", "Decide of Improve (node 2): chosen: the policy's turn"));
        (await WaitingAsync(run)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_frame_is_restarted_by_a_branch_that_the_session_goes_to()
    {
        await using DebugSession session = new();
        await using ScriptedRun run = await session.RunAsync();
        await run.AddValidAsync(Operator.Draft, null, "Few leaves.", "x = 1\n", 0.12);
        await run.AddValidAsync(Operator.Improve, 1, "More leaves.", "x = 2\n", 0.13);
        await session.OpenAsync(new { at = 5, stopOnEntry = true });
        await session.Client.AskAsync("setExceptionBreakpoints", new { filters = new[] { "new-best" } });
        await session.Client.AskAsync("configurationDone");
        await session.Client.EventAsync("stopped");
        JsonElement frame = (await session.StackAsync())[0];
        frame.GetProperty("canRestart").GetBoolean().ShouldBeTrue();

        await session.Client.AskAsync("restartFrame", new { frameId = frame.GetProperty("id").GetInt32() });
        await session.Client.EventAsync("continued");
        await session.Store.WaitForRequestAsync(run.Run, CancellationToken.None);
        (await WaitingAsync(run)).ShouldBe([new BranchRequest("A test", 1, null)]);
        await AnswerAsync(run, new BranchAsked(1, "A test", null));
        await run.AppendAsync([new NodeStarted(3, Operator.Improve, [1], "A test asked to go on from node 1.", [], Asked: 1)]);

        JsonElement stopped = await session.Client.EventAsync("stopped");
        Describe(stopped).ShouldBe("restart, live: a branch of node 1");
        stopped.GetProperty("text").GetString().ShouldBe("Decide of Improve (node 3): chosen: A test asked to go on from node 1.");
        (await session.StackAsync()).Length.ShouldBe(2);
    }

    [Theory]
    [InlineData(false, "entry, live")]
    [InlineData(true, "entry, history 7/8")]
    public async Task A_session_about_the_next_node_of_a_run_stands_where_it_begins_and_holds_the_run(bool hasBegun, string place)
    {
        await using DebugSession session = new();
        await using ScriptedRun run = await session.RunAsync();
        await run.AddValidAsync(Operator.Draft, null, "Few leaves.", "x = 1\n", 0.12);
        if (hasBegun)
        {
            await run.ProposeAsync(Operator.Improve, 1, "More leaves.", "x = 2\n");
        }

        await session.OpenAsync(new { node = 2, stopOnEntry = true });
        await session.Client.AskAsync("configurationDone");
        if (!hasBegun)
        {
            await session.Store.WaitForRequestAsync<WatchRequest>(run.Run, CancellationToken.None);
            (await WatchedAsync(run)).ShouldHaveSingleItem().ShouldContain(StopFilter.EachNode.Id);
            await AnswerAsync(run, new HintGiven("A person", "Mind the zeros."));
            await run.BeginAsync(Operator.Improve, 1);
        }

        JsonElement stopped = await session.Client.EventAsync("stopped");
        (Describe(stopped), stopped.GetProperty("text").GetString()).ShouldBe((place, "Decide of Improve (node 2): chosen: the policy's turn"));
        (await WaitingAsync(run)).ShouldBe([new PauseRequest("A test", "its own")]);
    }

    [Fact]
    public async Task Another_hint_for_a_node_is_a_branch_with_it_and_the_engineer_can_be_told()
    {
        await using DebugSession session = new();
        await using ScriptedRun run = await session.RunAsync();
        await run.AddValidAsync(Operator.Draft, null, "Few leaves.", "x = 1\n", 0.12);
        await session.OpenAsync(new { at = 6, stopOnEntry = true });
        await session.Client.AskAsync("configurationDone");
        await session.Client.EventAsync("stopped");
        JsonElement frame = (await session.StackAsync())[0];
        JsonElement[] scopes = [.. (await session.Client.AskAsync("scopes", new { frameId = frame.GetProperty("id").GetInt32() })).GetProperty("scopes").EnumerateArray()];
        scopes.Select(scope => scope.GetProperty("name").GetString()).ShouldBe(["Node", "Execution", "Model", "Search"]);
        int node = scopes[0].GetProperty("variablesReference").GetInt32(), search = scopes[3].GetProperty("variablesReference").GetInt32();

        (await session.Client.AskAsync("setVariable", new { variablesReference = node, name = "hint", value = "try a log target" })).GetProperty("value").GetString().ShouldBe("try a log target");
        await session.Client.AskAsync("setVariable", new { variablesReference = search, name = "tell the engineer", value = "mind the zeros" });

        (await WaitingAsync(run)).ShouldBe([new PauseRequest("A test", "its own"), new BranchRequest("A test", 1, "try a log target"), new HintRequest("A test", "mind the zeros")]);
        (await session.Client.RefusedAsync("setVariable", new { variablesReference = node, name = "score", value = "0" })).ShouldStartWith("score is what happened");
        (await session.Client.RefusedAsync("setVariable", new { variablesReference = node, name = "hint", value = " " })).ShouldBe("The hint is empty.");
    }

    [Fact]
    public async Task A_branch_of_an_interrupted_run_is_recorded_and_waits_and_brings_its_node_where_none_is_left()
    {
        await using DebugSession session = new();
        await using (ScriptedRun run = await session.RunAsync(nodes: 1))
        {
            await run.AddValidAsync(Operator.Draft, null, "Few leaves.", "x = 1\n", 0.12);
        }

        await session.AttachAsync(new { at = 6 });
        await session.Client.AskAsync("restartFrame", new { frameId = (await session.StackAsync())[0].GetProperty("id").GetInt32() });

        Describe(await session.Client.EventAsync("stopped")).ShouldStartWith("restart, history 6/");
        (await session.Client.EventAsync("output")).GetProperty("output").GetString().ShouldBe("diamonds-1: a branch of node 1 comes next, and the run gets a node more for it (2 in all) once the run goes on: agentide run --resume diamonds-1.\n");
        (await session.Store.ReadAsync(RunId.Parse("diamonds-1"), 6, 10, CancellationToken.None)).Events.Select(recorded => recorded.Event switch
        {
            BudgetChanged changed => changed.Budget.Nodes,
            BranchAsked asked => -asked.Node,
            _ => 0,
        }).ShouldBe([2, -1]);
    }

    [Fact]
    public async Task Terminate_ends_the_run_with_its_best_and_the_session_with_the_run()
    {
        await using DebugSession session = new();
        ScriptedRun run = await session.RunAsync();
        await run.AddValidAsync(Operator.Draft, null, "Few leaves.", "x = 1\n", 0.12);
        await session.OpenAsync();
        await session.Client.AskAsync("configurationDone");

        await session.Client.AskAsync("terminate");
        await session.Store.WaitForRequestAsync(run.Run, CancellationToken.None);
        (await WaitingAsync(run)).ShouldBe([new StopRequest("A test", Choose: true)]);
        await run.FinishAsync();

        await session.Client.EventAsync("terminated");
    }

    [Fact]
    public async Task The_cursor_is_told_for_a_chart_that_follows_it()
    {
        await using DebugSession session = new();
        await ThreeNodesAsync(session);
        await session.AttachAsync(new { node = 2 });

        JsonElement cursor = await session.Client.EventAsync("agentide/cursor");

        (cursor.GetProperty("run").GetString(), cursor.GetProperty("seq").GetInt64(), cursor.GetProperty("head").GetInt64(), cursor.GetProperty("live").GetBoolean(), cursor.GetProperty("node").GetInt32())
            .ShouldBe(("diamonds-1", 7, 17, false, 2));
    }

    /// <summary>What was asked, but for what is to be stopped at.</summary>
    private static async Task<RunRequest[]> WaitingAsync(ScriptedRun run) => [.. (await run.Owned.ReadRequestsAsync(CancellationToken.None)).Select(waiting => waiting.Request).Where(request => request is not WatchRequest)
        .Select(request => request is PauseRequest { Session: not null } pause ? pause with { Session = "its own" } : request)];

    private static async Task<string[]> WatchedAsync(ScriptedRun run) =>
        [.. (await run.Owned.ReadRequestsAsync(CancellationToken.None)).Select(waiting => waiting.Request).OfType<WatchRequest>().Select(watch => string.Join("; ", watch.Stops))];

    /// <summary>What the run's process would do: record what was asked, and take it away.</summary>
    private static async Task AnswerAsync(ScriptedRun run, RunEvent answer)
    {
        await run.AppendAsync([answer]);
        await run.Owned.RemoveRequestsAsync(await run.Owned.ReadRequestsAsync(CancellationToken.None), CancellationToken.None);
    }
}
