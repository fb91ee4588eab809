using System.Text.Json;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Testing;
using static AgentIde.LanguageServer.Tests.Dap.SteppingTests;

namespace AgentIde.LanguageServer.Tests.Dap;

public sealed class StopTests
{
    [Fact]
    public async Task The_check_boxes_are_failures_suspicions_bests_half_the_budget_and_each_operator()
    {
        await using DebugSession session = new();

        JsonElement capabilities = await session.InitializeAsync();

        JsonElement[] filters = [.. capabilities.GetProperty("exceptionBreakpointFilters").EnumerateArray()];
        filters.Select(filter => filter.GetProperty("filter").GetString()).ShouldBe(
            ["failure", "leak", "new-best", "half-budget", "draft", "debug", "improve", "tune", "ablate", "merge", "simplify"]);
        filters.ShouldAllBe(filter => filter.GetProperty("supportsCondition").GetBoolean());
        capabilities.EnumerateObject().Where(property => property.Name.StartsWith("support", StringComparison.Ordinal)).ShouldAllBe(property => property.Value.GetBoolean());
    }

    [Fact]
    public async Task Continue_stops_at_what_is_ticked_and_reverse_at_the_same_places()
    {
        await using DebugSession session = new();
        await ThreeNodesAsync(session);
        await session.OpenAsync();
        await session.Client.AskAsync("setExceptionBreakpoints", new { filters = new[] { "failure", "new-best", "debug" } });
        await session.Client.AskAsync("configurationDone");
        await session.Client.EventAsync("stopped");

        List<string> forwards = [], back = [];
        for (int stop = 0; stop < 5; stop++)
        {
            forwards.Add(Describe(await session.MoveAsync("continue")));
        }

        for (int stop = 0; stop < 5; stop++)
        {
            back.Add(Describe(await session.MoveAsync("reverseContinue")));
        }

        forwards.ShouldBe(
        [
            "exception, history 6/17: New best", "exception, history 11/17: Failures", "exception, history 12/17: Each Debug",
            "exception, history 15/17: New best", "step, history 17/17: the end of the run",
        ]);
        back.ShouldBe(
        [
            "exception, history 15/17: New best", "exception, history 12/17: Each Debug", "exception, history 11/17: Failures",
            "exception, history 6/17: New best", "step, history 1/17: the beginning of the run",
        ]);
    }

    [Fact]
    public async Task A_failure_shows_its_traceback_and_its_line()
    {
        await using DebugSession session = new();
        await ThreeNodesAsync(session);
        await session.OpenAsync();
        await session.Client.AskAsync("setExceptionBreakpoints", new { filters = new[] { "failure" } });
        await session.Client.AskAsync("configurationDone");
        await session.Client.EventAsync("stopped");

        (await session.MoveAsync("continue")).GetProperty("text").GetString().ShouldBe("Score of Improve (node 2): failed: KeyError: 'z'");
        JsonElement info = await session.Client.AskAsync("exceptionInfo", new { threadId = 1 });

        (info.GetProperty("exceptionId").GetString(), info.GetProperty("description").GetString(), info.GetProperty("breakMode").GetString()).ShouldBe(("KeyError", "KeyError: 'z'", "always"));
        info.GetProperty("details").GetProperty("stackTrace").GetString().ShouldBe("Traceback (most recent call last):\n  File \"solution.py\", line 2\nKeyError: 'z'");
        (await session.StackAsync())[0].GetProperty("line").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task A_suspicion_shows_what_the_review_found()
    {
        await using DebugSession session = new();
        await using (ScriptedRun run = await session.RunAsync())
        {
            await run.AddValidAsync(Operator.Draft, null, "Leak.", "x = 1\ny = 2\n", 0.01);
            await run.AppendAsync([new NodeReviewed(1, "It reads the answers.", true, [new ReviewFinding(1, 2, "leak", "the label is a feature")])]);
        }

        await session.OpenAsync(new { at = "start" });
        await session.Client.AskAsync("setExceptionBreakpoints", new { filters = new[] { "leak" } });
        await session.Client.AskAsync("configurationDone");
        await session.Client.EventAsync("stopped");
        Describe(await session.MoveAsync("continue")).ShouldBe("exception, history 7/7: Suspicions");
        JsonElement info = await session.Client.AskAsync("exceptionInfo", new { threadId = 1 });
        info.GetProperty("details").GetProperty("stackTrace").GetString().ShouldBe("lines 1 to 2: leak: the label is a feature");
    }

    [Fact]
    public async Task A_condition_decides_whether_a_ticked_box_stops()
    {
        await using DebugSession session = new();
        await ThreeNodesAsync(session);
        await session.OpenAsync();

        JsonElement set = await session.Client.AskAsync("setExceptionBreakpoints", new
        {
            filters = Array.Empty<string>(),
            filterOptions = new[] { new { filterId = "new-best", condition = "score < 0.11" }, new { filterId = "failure", condition = "line >" }, new { filterId = "rain", condition = "score < 1" } },
        });

        JsonElement[] breakpoints = [.. set.GetProperty("breakpoints").EnumerateArray()];
        breakpoints.Select(breakpoint => breakpoint.GetProperty("verified").GetBoolean()).ShouldBe([true, false, false]);
        breakpoints[1].GetProperty("message").GetString()!.ShouldContain("line >");
        breakpoints[2].GetProperty("message").GetString().ShouldBe("There is no filter 'rain'.");
        await session.Client.AskAsync("configurationDone");
        await session.Client.EventAsync("stopped");
        Describe(await session.MoveAsync("continue")).ShouldBe("exception, history 15/17: New best");
        JsonElement info = await session.Client.AskAsync("exceptionInfo", new { threadId = 1 });
        info.GetProperty("exceptionId").GetString().ShouldBe("New best");
        info.GetProperty("description").GetString()!.ShouldStartWith("score < 0.11: RMSLE 0.1");
    }

    [Fact]
    public async Task A_breakpoint_on_a_line_stops_in_each_node_that_has_the_line_and_where_it_fails()
    {
        await using DebugSession session = new();
        await ThreeNodesAsync(session);
        await session.OpenAsync();
        string file = await FileOfAsync(session, 3);

        JsonElement breakpoint = await SetAsync(session, file, new { line = 2 });

        (breakpoint.GetProperty("verified").GetBoolean(), breakpoint.GetProperty("line").GetInt32(), breakpoint.GetProperty("message").GetString()).ShouldBe((true, 2, "Stops where a node has what is line 2 of node 2"));
        await session.Client.AskAsync("configurationDone");
        await session.Client.EventAsync("stopped");
        JsonElement first = await session.MoveAsync("continue");
        Describe(first).ShouldBe("breakpoint, history 8/17: line 2 of node 2");
        first.GetProperty("hitBreakpointIds").EnumerateArray().Select(id => id.GetInt32()).ShouldBe([breakpoint.GetProperty("id").GetInt32()]);
        (await session.StackAsync())[0].GetProperty("line").GetInt32().ShouldBe(2);
        Describe(await session.MoveAsync("continue")).ShouldBe("breakpoint, history 11/17: line 2 of node 2");
        Describe(await session.MoveAsync("continue")).ShouldBe("breakpoint, history 13/17: line 2 of node 2");
        Describe(await session.MoveAsync("continue")).ShouldBe("step, history 17/17: the end of the run");
        Describe(await session.MoveAsync("reverseContinue")).ShouldBe("breakpoint, history 13/17: line 2 of node 2");
    }

    [Theory]
    [InlineData("2", "history 11/17")]
    [InlineData(">= 3", "history 13/17")]
    [InlineData("% 2", "history 11/17")]
    [InlineData("> 9", "history 17/17")]
    public async Task Hits_are_counted_from_the_beginning_of_the_run(string hits, string place)
    {
        await using DebugSession session = new();
        await ThreeNodesAsync(session);
        await session.OpenAsync();
        await SetAsync(session, await FileOfAsync(session, 2), new { line = 2, hitCondition = hits });
        await session.Client.AskAsync("configurationDone");
        await session.Client.EventAsync("stopped");

        Describe(await session.MoveAsync("continue")).ShouldContain(place);
        Describe(await session.MoveAsync("continue")).ShouldContain("history 17/17");
        Describe(await session.MoveAsync("reverseContinue")).ShouldContain(hits == "> 9" ? "history 1/17" : place);
    }

    [Fact]
    public async Task A_breakpoint_without_an_anchor_says_why()
    {
        await using DebugSession session = new();
        await ThreeNodesAsync(session);
        await session.OpenAsync();
        string node = await FileOfAsync(session, 1);

        (await ReasonAsync(session, node, new { line = 40 })).ShouldBe("There is no such line.");
        (await ReasonAsync(session, node, new { line = 4 })).ShouldBe("Nothing stands on this line.");
        (await ReasonAsync(session, node.Replace("view/1/", "view/9/", StringComparison.Ordinal), new { line = 1 })).ShouldBe("diamonds-1 has no node 9 yet.");
        (await ReasonAsync(session, node.Replace("diamonds-1", "cats-1", StringComparison.Ordinal), new { line = 1 })).ShouldBe("This is a file of cats-1, and the session is about diamonds-1.");
        (await ReasonAsync(session, node.Replace("solution.py", "thought.md", StringComparison.Ordinal), new { line = 1 })).ShouldBe("Breakpoints stand on lines of code.");
        (await ReasonAsync(session, session.Write("tasks/diamonds/solution.py", "import pandas as pd\n"), new { line = 1 })).ShouldStartWith("No node of diamonds-1 was written into this file yet");
        (await ReasonAsync(session, session.Write("notes.py", "x = 1\n"), new { line = 1 })).ShouldStartWith("diamonds-1 wrote nothing into this file");
        (await ReasonAsync(session, node, new { line = 2, condition = "score <" })).ShouldContain("score <");
        (await ReasonAsync(session, node, new { line = 2, hitCondition = "often" })).ShouldBe("'often' is no number of hits: write 3, >= 3, < 3 or % 3.");
        (await ReasonAsync(session, node, new { line = 2, logMessage = "{scroe}" })).ShouldContain("scroe");
    }

    [Fact]
    public async Task A_breakpoint_in_the_solution_file_is_of_the_node_that_wrote_the_line_and_not_of_a_persons()
    {
        await using DebugSession session = new();
        string solution = session.Write("tasks/diamonds/solution.py", "import pandas as pd\n# mine\nleaves = 31\nprint(leaves)\n");
        await using (ScriptedRun run = await session.RunAsync())
        {
            const string Code = "import pandas as pd\nleaves = 31\nprint(leaves)\n";
            await run.AddValidAsync(Operator.Draft, null, "Few leaves.", Code, 0.12);
            await run.AddValidAsync(Operator.Improve, 1, "More leaves.", Code.Replace("31", "63", StringComparison.Ordinal), 0.11);
            await run.AppendAsync([new NodeApplied(1, Digest.Of(Code), "tasks/diamonds/solution.py")]);
        }

        await session.OpenAsync(new { at = "start" });
        (await ReasonAsync(session, solution, new { line = 2 })).ShouldBe("This line is yours: no node wrote it.");
        (await SetAsync(session, solution, new { line = 4 })).GetProperty("message").GetString().ShouldBe("Stops where a node has what is line 3 of node 1");
        await session.Client.AskAsync("configurationDone");
        await session.Client.EventAsync("stopped");
        Describe(await session.MoveAsync("continue")).ShouldContain("history 3/");
        Describe(await session.MoveAsync("continue")).ShouldContain("history 8/");
    }

    [Fact]
    public async Task A_breakpoint_in_the_result_of_the_run_is_of_the_chosen_nodes_program()
    {
        await using DebugSession session = new();
        await ThreeNodesAsync(session);
        await session.OpenAsync(new { at = "start" });
        string program = await File.ReadAllTextAsync(await FileOfAsync(session, 3));
        string result = session.Write(".agentide/runs/diamonds-1/out/solution.py", program), copy = session.Write("final/solution.py", program);

        foreach (string file in new[] { result, copy })
        {
            (await SetAsync(session, file, new { line = 2 })).GetProperty("message").GetString().ShouldBe("Stops where a node has what is line 2 of node 2");
        }

        (await ReasonAsync(session, session.Write(".agentide/runs/cats-1/out/solution.py", program), new { line = 2 })).ShouldBe("This is a file of cats-1, and the session is about diamonds-1.");
        (await ReasonAsync(session, session.Write("final/mine.py", program + "x = 1\n"), new { line = 2 })).ShouldStartWith("diamonds-1 wrote nothing into this file");
        await session.Client.AskAsync("configurationDone");
        await session.Client.EventAsync("stopped");
        Describe(await session.MoveAsync("continue")).ShouldBe("breakpoint, history 8/17: line 2 of node 2");
    }

    [Fact]
    public async Task A_log_point_prints_its_line_at_each_hit_and_stops_nowhere()
    {
        await using DebugSession session = new();
        await ThreeNodesAsync(session);
        await session.OpenAsync();
        await SetAsync(session, await FileOfAsync(session, 2), new { line = 2, logMessage = "node {node} of {nodes} is a {operator}" });
        await session.Client.AskAsync("configurationDone");
        await session.Client.EventAsync("stopped");

        Describe(await session.MoveAsync("continue")).ShouldBe("step, history 17/17: the end of the run");

        string[] lines = [.. session.Client.Heard.Where(message => message.TryGetProperty("event", out JsonElement name) && name.GetString() == "output").Select(message => message.GetProperty("body").GetProperty("output").GetString()!)];
        lines.ShouldBe(["node 2 of 2 is a improve\n", "node 2 of 2 is a improve\n", "node 3 of 3 is a debug\n"]);
    }

    [Fact]
    public async Task What_asks_for_a_score_waits_until_the_node_has_one_both_ways()
    {
        await using DebugSession session = new();
        await ThreeNodesAsync(session);
        await session.OpenAsync();
        await SetAsync(session, await FileOfAsync(session, 2), new { line = 2, logMessage = "node {node}: {score}, {failure}" });
        await SetAsync(session, await FileOfAsync(session, 1), new { line = 1, condition = "parent.score < 1 && failure == exception" });
        await session.Client.AskAsync("setExceptionBreakpoints", new { filters = Array.Empty<string>(), filterOptions = new[] { new { filterId = "draft", condition = "score < 0.2" }, new { filterId = "debug", condition = "operator == debug" } } });
        await session.Client.AskAsync("configurationDone");
        await session.Client.EventAsync("stopped");

        string[] places = ["history 6/17: Each Draft", "history 11/17: line 1 of node 1", "history 12/17: Each Debug"];
        foreach (string place in places)
        {
            Describe(await session.MoveAsync("continue")).ShouldEndWith(place);
        }

        Describe(await session.MoveAsync("continue")).ShouldEndWith("the end of the run");
        foreach (string place in places.Reverse())
        {
            Describe(await session.MoveAsync("reverseContinue")).ShouldEndWith(place);
        }

        string[] lines = [.. session.Client.Heard.Where(message => message.TryGetProperty("event", out JsonElement name) && name.GetString() == "output").Select(message => message.GetProperty("body").GetProperty("output").GetString()!)];
        lines.ShouldBe(["node 2: none, exception\n", "node 3: 0.10000, none\n"]);
    }

    [Fact]
    public async Task A_step_over_stops_at_what_it_passes()
    {
        await using DebugSession session = new();
        await ThreeNodesAsync(session);
        await session.OpenAsync(new { at = 8 });
        await session.Client.AskAsync("setExceptionBreakpoints", new { filters = new[] { "failure" } });
        await session.Client.AskAsync("configurationDone");
        await session.Client.EventAsync("stopped");

        Describe(await session.MoveAsync("stepOut")).ShouldBe("exception, history 11/17: Failures");
        Describe(await session.MoveAsync("stepBack")).ShouldBe("step, history 8/17");
    }

    private static async Task<string> FileOfAsync(DebugSession session, int node)
    {
        ReadOnlyMemory<byte> code = await session.Store.ReadBlobAsync(RunId.Parse("diamonds-1"), (await JournalAsync(session))[node].Code!.Value, CancellationToken.None);
        return await session.Store.WriteViewAsync(RunId.Parse("diamonds-1"), node, "solution.py", code, CancellationToken.None);
    }

    private static async Task<Journal> JournalAsync(DebugSession session) =>
        Journal.Empty.Apply((await session.Store.ReadAsync(RunId.Parse("diamonds-1"), 0, int.MaxValue, CancellationToken.None)).Events);

    private static async Task<JsonElement> SetAsync(DebugSession session, string path, object breakpoint) =>
        (await session.Client.AskAsync("setBreakpoints", new { source = new { path }, breakpoints = new[] { breakpoint } })).GetProperty("breakpoints").EnumerateArray().ShouldHaveSingleItem();

    private static async Task<string> ReasonAsync(DebugSession session, string path, object breakpoint)
    {
        JsonElement set = await SetAsync(session, path, breakpoint);
        set.GetProperty("verified").GetBoolean().ShouldBeFalse();
        return set.GetProperty("message").GetString()!;
    }
}
