using System.Text.Json;
using System.Text.Json.Nodes;
using AgentIde.Core.Runs;
using AgentIde.Testing;

namespace AgentIde.LanguageServer.Tests;

public sealed class TreeTests
{
    [Fact]
    public async Task Runs_and_nodes_have_the_shapes_that_the_tree_is_built_on()
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await session.RunAsync();
        await run.AddValidAsync(Operator.Draft, null, "A mean first", Codes.Draft, 0.2);
        await run.AddValidAsync(Operator.Improve, 1, "Trees", Codes.Improved, 0.0931);
        int buggy = await run.ProposeAsync(Operator.Improve, 2, "Breaks", "x\n");
        await run.FailAsync(buggy, "NameError: name 'x' is not defined", 1);
        await run.BeginAsync(Operator.Debug, buggy);
        await session.Editor.HearAsync("agentide/runChanged", changed => changed.GetProperty("seq").GetInt64() == run.Journal.Seq);
        JsonElement events = await session.Editor.AskAsync("agentide/events", new JsonObject { ["run"] = "diamonds-1", ["after"] = 0 });
        JsonNode view = JsonNode.Parse(events.GetProperty("view").GetRawText())!;
        view["seconds"]!.GetValue<double>().ShouldBeGreaterThanOrEqualTo(0);
        view["seconds"] = 0;
        view.ToJsonString().ShouldBe(
            $$$"""{"run":"diamonds-1","task":"diamonds","title":"Diamond price","metric":"RMSLE","direction":"lower-is-better","liveness":"live","nodes":4,"validNodes":2,"budgetNodes":20,"best":{"node":2,"score":0.0931,"standardError":0.0004},"seconds":0,"solutionFile":"{{{session.SolutionFile}}}","now":"Debug node 3 (thinking)"}""");
        events.GetProperty("nodes").EnumerateArray().Select(WithoutTime).ShouldBe(
        [
            """{"node":1,"parents":[],"operator":"draft","plan":"A mean first","state":"valid","score":0.2,"standardError":0.0004,"claim":0.199,"seconds":1.5,"best":false}""",
            """{"node":2,"parents":[1],"operator":"improve","plan":"Trees","state":"valid","score":0.0931,"standardError":0.0004,"gain":0.1069,"gainError":0.0003,"claim":0.0921,"seconds":1.5,"best":true}""",
            """{"node":3,"parents":[2],"operator":"improve","plan":"Breaks","state":"buggy","failure":"NameError: name \u0027x\u0027 is not defined","best":false}""",
            """{"node":4,"parents":[3],"operator":"debug","plan":"","state":"thinking","best":false}""",
        ]);
        events.GetProperty("seq").GetInt64().ShouldBe(run.Journal.Seq);
        events.TryGetProperty("more", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_run_that_is_being_made_is_not_read_before_it_has_begun()
    {
        await using Session session = Session.Unstarted();
        await using OwnedRun made = await session.Store.CreateAsync("diamonds", CancellationToken.None);
        session.Store.Break(made.Run);
        await session.Editor.InitializeAsync(session.Root, TestEditor.Capabilities());
        await session.Editor.AskAsync("agentide/runs");

        // It is found by a later look at the store than the first, which came upon the other.
        await using ScriptedRun run = await session.RunAsync();
        await session.Editor.HearAsync("agentide/runChanged", changed => changed.GetProperty("run").GetString() == "diamonds-2");
        session.Editor.Heard("window/showMessage").ShouldBeEmpty();
    }

    [Fact]
    public async Task Only_what_has_changed_comes_again_and_that_is_also_the_node_that_was_the_best()
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await session.RunAsync();
        await run.AddValidAsync(Operator.Draft, null, "A mean first", Codes.Draft, 0.2);
        await run.AddValidAsync(Operator.Draft, null, "Another", Codes.Improved, 0.3);
        long before = run.Journal.Seq;
        await run.AddValidAsync(Operator.Improve, 1, "Trees", "x = 1\n", 0.1);
        await session.Editor.HearAsync("agentide/runChanged", changed => changed.GetProperty("seq").GetInt64() == run.Journal.Seq);
        JsonElement events = await session.Editor.AskAsync("agentide/events", new JsonObject { ["run"] = "diamonds-1", ["after"] = before });
        events.GetProperty("nodes").EnumerateArray().Select(node => (node.GetProperty("node").GetInt32(), node.GetProperty("best").GetBoolean())).ShouldBe([(1, false), (3, true)]);
    }

    [Fact]
    public async Task A_large_run_comes_in_pages_and_no_node_is_missing()
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await session.RunAsync(nodes: 3_000);
        List<RunEvent> events = [];
        for (int node = 1; node <= 2_500; node++)
        {
            events.Add(new NodeStarted(node, Operator.Draft, [], "more", []));
            events.Add(new NodeScored(node, new Score(1.0 / node, ScoreKind.Verified, 0.001, null, [])));
        }

        await run.AppendAsync([.. events]);
        await session.Editor.HearAsync("agentide/runChanged", changed => changed.GetProperty("seq").GetInt64() == run.Journal.Seq);
        Dictionary<int, bool> seen = [];
        long after = 0;
        int pages = 0;
        bool more = true;
        while (more)
        {
            JsonElement page = await session.Editor.AskAsync("agentide/events", new JsonObject { ["run"] = "diamonds-1", ["after"] = after });
            page.GetProperty("nodes").GetArrayLength().ShouldBeLessThanOrEqualTo(1_000);
            foreach (JsonElement node in page.GetProperty("nodes").EnumerateArray())
            {
                seen[node.GetProperty("node").GetInt32()] = node.GetProperty("best").GetBoolean();
            }

            long next = page.GetProperty("seq").GetInt64();
            next.ShouldBeGreaterThan(after);
            after = next;
            more = page.TryGetProperty("more", out JsonElement there) && there.GetBoolean();
            pages++;
        }

        pages.ShouldBe(3);
        after.ShouldBe(run.Journal.Seq);
        seen.Count.ShouldBe(2_500);
        seen.Where(node => node.Value).Select(node => node.Key).ShouldBe([2_500]);
    }

    [Fact]
    public async Task What_a_run_spends_on_models_stands_in_its_view_and_each_call_changes_its_node()
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await session.RunAsync();
        int node = await run.BeginAsync(Operator.Draft, null);
        await run.AppendAsync([new CallReserved(node, 1, "strong", Digest.Of("prompt"), new TokenUsage(5_000, 0, 8_000, 0), 0.6m, new DateOnly(2026, 5, 1))], Blob.Of("prompt"));
        long before = run.Journal.Seq;
        await run.AppendAsync([new CallEnded(node, 1, null, null, CallProblem.Busy, "Too many requests.", new TokenUsage(5_000, 0, 4_000, 0), 0.42m, 3)]);
        await session.Editor.HearAsync("agentide/runChanged", changed => changed.GetProperty("seq").GetInt64() == run.Journal.Seq);
        JsonElement events = await session.Editor.AskAsync("agentide/events", new JsonObject { ["run"] = "diamonds-1", ["after"] = before });
        events.GetProperty("view").GetProperty("spent").GetString().ShouldBe("$0.42, 9k tokens, 1 call");
        events.GetProperty("nodes").EnumerateArray().ShouldHaveSingleItem().GetProperty("node").GetInt32().ShouldBe(node);
    }

    [Fact]
    public async Task A_budget_for_models_that_is_nearly_spent_is_told_once_and_stands_in_the_view()
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await session.RunAsync();
        await run.AppendAsync([new RunResumed("with a cap", null, run.Journal.Settings!.Budget with { Dollars = 0.5m })]);
        int node = await run.BeginAsync(Operator.Draft, null);
        for (int call = 1; call <= 3; call++)
        {
            await run.AppendAsync([new CallReserved(node, call, "strong", Digest.Of("prompt"), new TokenUsage(100, 0, 100, 0), 0.2m, new DateOnly(2026, 5, 1))], Blob.Of("prompt"));
            await run.AppendAsync([new CallEnded(node, call, null, null, CallProblem.Busy, "Too many requests.", new TokenUsage(100, 0, 0, 0), call == 1 ? 0.4m : 0.01m, 3)]);
            await session.Editor.HearAsync("agentide/runChanged", changed => changed.GetProperty("seq").GetInt64() == run.Journal.Seq);
        }

        JsonElement view = (await session.Editor.AskAsync("agentide/runs")).GetProperty("runs")[0];
        view.GetProperty("cost").GetString().ShouldBe("$0.42 of $0.50");
        view.GetProperty("warning").GetString()!.ShouldStartWith("84 % of the budget for models is spent");
        await session.Editor.HearAsync("window/showMessage", said => said.GetProperty("message").GetString()!.StartsWith("diamonds-1: 8", StringComparison.Ordinal));
        JsonElement warning = session.Editor.Heard("window/showMessage").ShouldHaveSingleItem();
        (warning.GetProperty("type").GetInt32(), warning.GetProperty("message").GetString()!.Contains("of the budget for models is spent", StringComparison.Ordinal)).ShouldBe((2, true));
    }

    [Fact]
    public async Task A_live_run_has_a_progress_bar_whose_cancel_pauses_it()
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await session.RunAsync(nodes: 4);
        JsonElement begun = await session.Editor.HearAsync("$/progress", progress => Kind(progress) == "begin");
        string token = begun.GetProperty("token").GetString()!;
        session.Editor.Heard("window/workDoneProgress/create").Single().GetProperty("token").GetString().ShouldBe(token);
        await run.AddValidAsync(Operator.Draft, null, "A mean first", Codes.Draft, 0.2);
        JsonElement report = await session.Editor.HearAsync("$/progress", progress => Kind(progress) == "report" && progress.GetProperty("value").GetProperty("percentage").GetInt32() == 25);
        report.GetProperty("value").GetProperty("message").GetString().ShouldBe("node 1 of 4, best RMSLE 0.20000 ± 0.00040 (node 1)");
        await session.Editor.TellAsync("window/workDoneProgress/cancel", new JsonObject { ["token"] = token });
        await session.Store.WaitForRequestAsync(run.Run, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
        (await run.Owned.TakeRequestsAsync(CancellationToken.None)).ShouldBe([new PauseRequest("test-editor")]);
        await run.AppendAsync([new RunPaused("test-editor")]);
        await session.Editor.HearAsync("$/progress", progress => Kind(progress) == "end");
        await run.AppendAsync([new RunContinued("test-editor")]);
        JsonElement again = await session.Editor.HearAsync("$/progress", progress => Kind(progress) == "begin" && progress.GetProperty("token").GetString() != token);
        await run.FinishAsync();
        await session.Editor.HearAsync("$/progress", progress => Kind(progress) == "end" && progress.GetProperty("token").GetString() == again.GetProperty("token").GetString());
        JsonElement said = await session.Editor.HearAsync("window/showMessage", _ => true);
        said.GetProperty("message").GetString()!.ShouldStartWith("diamonds-1: node 1 of 4, best RMSLE 0.20000 ± 0.00040 (node 1); finished: all nodes are spent.");
    }

    [Fact]
    public async Task Each_node_says_when_it_was_done_and_what_the_run_had_spent_by_then_and_whether_a_person_rejected_it()
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await session.RunAsync();
        int first = await run.BeginAsync(Operator.Draft, null);
        await run.AppendAsync([new CallReserved(first, 1, "strong", Digest.Of("prompt"), new TokenUsage(5_000, 0, 8_000, 0), 0.6m, new DateOnly(2026, 5, 1))], Blob.Of("prompt"));
        await run.AppendAsync([new CallEnded(first, 1, null, null, CallProblem.Busy, "Too many requests.", new TokenUsage(5_000, 0, 4_000, 0), 0.42m, 3)]);
        await run.FailAsync(first, "No answer.", null);
        int second = await run.AddValidAsync(Operator.Draft, null, "A mean first", Codes.Draft, 0.2);
        await run.AppendAsync([new NodeRejected(second, "ana", "leaks")]);
        int third = await run.BeginAsync(Operator.Draft, null);
        await session.Editor.HearAsync("agentide/runChanged", changed => changed.GetProperty("seq").GetInt64() == run.Journal.Seq);
        JsonElement events = await session.Editor.AskAsync("agentide/events", new JsonObject { ["run"] = "diamonds-1", ["after"] = 0 });
        JsonElement[] nodes = [.. events.GetProperty("nodes").EnumerateArray()];
        nodes.Select(node => (node.TryGetProperty("dollars", out JsonElement dollars) ? dollars.GetDouble() : (double?)null, node.TryGetProperty("tokens", out JsonElement tokens) ? tokens.GetInt64() : (long?)null))
            .ShouldBe([(0.42, 9_000), (0.42, 9_000), (null, null)]);
        nodes.Select(node => node.TryGetProperty("rejected", out JsonElement rejected) && rejected.GetBoolean()).ShouldBe([false, true, false]);
        double before = nodes[0].GetProperty("at").GetDouble();
        before.ShouldBeGreaterThanOrEqualTo(0);
        nodes[1].GetProperty("at").GetDouble().ShouldBeGreaterThanOrEqualTo(before);
        nodes[third - 1].TryGetProperty("at", out _).ShouldBeFalse();
    }

    /// <summary>The view of a node but for when it was done, which no test knows.</summary>
    private static string WithoutTime(JsonElement node)
    {
        JsonObject view = JsonNode.Parse(node.GetRawText())!.AsObject();
        bool isDone = view["state"]!.GetValue<string>() is "valid" or "buggy";
        view.Remove("at").ShouldBe(isDone);
        return view.ToJsonString();
    }

    private static string Kind(JsonElement progress) => progress.GetProperty("value").GetProperty("kind").GetString()!;
}
