using System.Text.Json;
using AgentIde.Core.Runs;
using AgentIde.Import;
using AgentIde.Import.Aide;
using AgentIde.Testing;
using static AgentIde.LanguageServer.Tests.Dap.SteppingTests;

namespace AgentIde.LanguageServer.Tests.Dap;

/// <summary>Giving what happened another value makes a branch of it, and the branch stands beside what it comes from.</summary>
public sealed class ChangeTests
{
    [Fact]
    public async Task Another_plan_or_program_for_an_earlier_node_is_a_branch_with_it()
    {
        await using DebugSession session = new();
        await using ScriptedRun run = await TwoNodesAsync(session);
        string mine = session.Write("mine.py", "x = 4\n");
        (JsonElement node, _) = await ScopesAsync(session);

        (await SetAsync(session, node, "plan", "Blend both.")).ShouldBe("Blend both.");
        (await SetAsync(session, node, "code", "x = 1\ny = 3\n")).ShouldBe("2 lines");
        (await SetAsync(session, node, "code", "mine.py")).ShouldBe("1 line");
        (await SetAsync(session, node, "code", mine)).ShouldBe("1 line");
        JsonElement code = (await session.PartsAsync(node))["code"];
        (await SetAsync(session, code, "2", "y = 4")).ShouldBe("y = 4");

        (await WaitingAsync(run)).ShouldBe(
        [
            new BranchRequest("A test", 1, null, "Blend both."), new BranchRequest("A test", 1, null, null, "x = 1\ny = 3\n"), new BranchRequest("A test", 1, null, null, "x = 4\n"),
            new BranchRequest("A test", 1, null, null, "x = 4\n"), new BranchRequest("A test", 1, null, null, "x = 1\ny = 4\n"),
        ]);
        (await session.Client.EventAsync("output")).GetProperty("output").GetString().ShouldBe("diamonds-1: a branch of node 1 by your plan comes next.\n");
        (await session.Client.EventAsync("output")).GetProperty("output").GetString().ShouldBe("diamonds-1: a branch of node 1 with your program comes next.\n");
        (await RefuseAsync(session, node, "code", "nowhere.py")).ShouldStartWith("There is no file ");
        (await RefuseAsync(session, node, "code", " ")).ShouldBe("The program is empty.");
        (await RefuseAsync(session, code, "2", "y = 2")).ShouldBe("Line 2 of node 1 says so already.");
    }

    [Fact]
    public async Task A_text_that_is_shown_cut_is_not_taken_for_the_whole_of_it()
    {
        await using DebugSession session = new();
        await using ScriptedRun run = await session.RunAsync();
        await run.AddValidAsync(Operator.Draft, null, $"Few leaves.\n{new string('a', 300)}", "x = 1\n", 0.12);
        await session.OpenAsync(new { at = 6, stopOnEntry = true });
        await session.Client.AskAsync("configurationDone");
        await session.Client.EventAsync("stopped");
        (JsonElement node, _) = await ScopesAsync(session);
        string shown = (await session.PartsAsync(node))["plan"].GetProperty("value").GetString()!;

        (await RefuseAsync(session, node, "plan", "Many" + shown)).ShouldBe("What is shown of the plan is cut: give the whole of it.");
        (await WaitingAsync(run)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_limits_of_the_run_are_values_that_can_be_changed()
    {
        await using DebugSession session = new();
        await using ScriptedRun run = await TwoNodesAsync(session);
        (_, JsonElement search) = await ScopesAsync(session);
        JsonElement limits = (await session.PartsAsync(search))["limits"];
        limits.GetProperty("value").GetString().ShouldBe("20 nodes, 600 s");
        foreach (JsonElement limit in (await session.PartsAsync(limits)).Values)
        {
            string name = limit.GetProperty("evaluateName").GetString()!, value = limit.GetProperty("value").GetString()!;
            (name, await session.EvaluateAsync($"{name} == {value}", "watch")).ShouldBe(($"limits.{limit.GetProperty("name").GetString()}", "true"));
        }

        (await session.Client.RefusedAsync("evaluate", new { expression = "limits", context = "watch" })).ShouldStartWith("There is no name `limits`. Did you mean `limits.nodes` or `limits.seconds`?");
        (await RefuseAsync(session, search, "limits", "9")).ShouldBe("limits is not given a value as a whole: give limits.nodes or limits.seconds another one.");

        (await SetAsync(session, limits, "nodes", "40")).ShouldBe("40");
        (await SetAsync(session, limits, "seconds", "900.5")).ShouldBe("900.5");

        (await WaitingAsync(run)).ShouldBe([new BudgetRequest("A test", 40, null), new BudgetRequest("A test", null, 900.5)]);
        (await RefuseAsync(session, limits, "nodes", "many")).ShouldBe("'many' is no number of nodes.");
        (await RefuseAsync(session, limits, "nodes", "2.5")).ShouldBe("'2.5' is no number of nodes.");
        (await RefuseAsync(session, limits, "nodes", "1")).ShouldBe("diamonds-1 has started 2 nodes already: it can't have fewer.");
    }

    [Fact]
    public async Task What_an_imported_run_does_not_tell_is_not_known()
    {
        await using DebugSession session = new();
        ImportedRun read = await AideImport.ReadAsync(new ImportRequest(ImportedFiles.Journal, null, null, "", ""), CancellationToken.None);
        await read.StoreAsync(session.Store, CancellationToken.None);
        await session.AttachAsync();

        Dictionary<string, JsonElement> search = await session.ScopeAsync("Search");

        (Value(search, "limits"), Value(search, "spent"), Value(search, "nodes")).ShouldBe(("not known", "not known", "0"));
    }

    [Fact]
    public async Task A_small_gain_has_no_exponent()
    {
        await using DebugSession session = new();
        await using ScriptedRun run = await session.RunAsync();
        await run.AddValidAsync(Operator.Draft, null, "Few leaves.", "x = 1\n", 0.12);
        int node = await run.ProposeAsync(Operator.Improve, 1, "Nine.", "x = 9\n");
        await run.ExecuteAsync(node);
        await run.ScoreAsync(node, 0.12003, 0.0004, null, new Comparison(1, -0.00003, 0.0003));
        await session.AttachAsync(new { at = "head", stopOnEntry = true });
        Dictionary<string, JsonElement> against = await session.PartsAsync((await session.ScopeAsync("Node"))["against node 1"]);

        (Value(against, "gain"), await session.EvaluateAsync("gain"), await session.EvaluateAsync("node * 0.00001")).ShouldBe(("-0.00003", "-0.00003", "0.00002"));
    }

    [Fact]
    public async Task A_watch_is_given_another_value_in_the_same_way()
    {
        await using DebugSession session = new();
        await using ScriptedRun run = await TwoNodesAsync(session);
        int frameId = (await session.StackAsync())[0].GetProperty("id").GetInt32();

        foreach ((string expression, string value) in ((string, string)[])[("hint", "try a log target"), ("node.plan", "Blend both."), ("code[1]", "x = 7"), ("limits.nodes", "30"), ("limits.seconds", "700")])
        {
            (await session.Client.AskAsync("setExpression", new { expression, value, frameId })).GetProperty("value").GetString().ShouldBe(value);
        }

        (await WaitingAsync(run)).ShouldBe(
        [
            new BranchRequest("A test", 1, "try a log target"), new BranchRequest("A test", 1, null, "Blend both."), new BranchRequest("A test", 1, null, null, "x = 7\ny = 2\n"),
            new BudgetRequest("A test", 30, null), new BudgetRequest("A test", null, 700),
        ]);
        (await session.Client.RefusedAsync("setExpression", new { expression = "score", value = "0", frameId })).ShouldStartWith("score is what happened and can't be changed");
        (await session.Client.RefusedAsync("setExpression", new { expression = "nope", value = "0", frameId })).ShouldBe("There is no `nope` here.");
        (await session.Client.RefusedAsync("setExpression", new { expression = "code[x]", value = "0", frameId })).ShouldBe("There is no `code[x]` here: code[LINE] takes the number of a line.");
        (JsonElement its, JsonElement search) = await ScopesAsync(session);
        (await RefuseAsync(session, its, "nope", "0")).ShouldBe("There is no `nope` here.");
        (await RefuseAsync(session, search, "hint", "More.")).ShouldBe("hint belongs to a node: go to one of its steps, and a branch of it is made with what you give.");
        (await session.Client.RefusedAsync("setExpression", new { expression = "limits", value = "9", frameId })).ShouldBe("limits is not given a value as a whole: give limits.nodes or limits.seconds another one.");
        (await session.Client.RefusedAsync("setExpression", new { expression = "nodes", value = "9", frameId })).ShouldBe("nodes is how many nodes were started, which can't be changed: limits.nodes is how many may be.");
        (await session.Client.RefusedAsync("setExpression", new { expression = "code[9]", value = "x", frameId })).ShouldBe("The code of node 1 has 2 lines.");
    }

    [Fact]
    public async Task A_branch_stands_beside_what_it_comes_from_and_is_named_as_the_persons()
    {
        await using DebugSession session = new();
        await using ScriptedRun run = await TwoNodesAsync(session, at: 6);
        Blob code = Blob.Of("x = 1\ny = 9\n");
        await run.AppendAsync([new BranchAsked(1, "A person", null, null, "Nine.", code.Digest), new NodeStarted(3, Operator.Improve, [1], "asked", [], Asked: 1), new NodeProposed(3, "Nine.", code.Digest, [], null, null)], code);
        await run.ScoreAsync(3, 0.1, 0.0004, null, new Comparison(1, 0.02, 0.0003));
        Describe(await session.MoveAsync("continue", granularity: null)).ShouldNotBeEmpty();
        JsonElement[] stack = await session.StackAsync();
        Dictionary<string, JsonElement> node = await session.ScopeOfAsync(stack[0], "Node");

        node["author"].GetProperty("value").GetString().ShouldBe("A person");
        node["against node 1"].GetProperty("value").GetString().ShouldBe("better than node 1 by 0.02000 ± 0.00030");
        Dictionary<string, JsonElement> against = await session.PartsAsync(node["against node 1"]);
        (against["node 1"].GetProperty("value").GetString(), against["node 3"].GetProperty("value").GetString(), against["gain"].GetProperty("value").GetString())
            .ShouldBe(("RMSLE 0.12000 ± 0.00040", "RMSLE 0.10000 ± 0.00040", "0.02000"));
        (await session.PartsAsync(against["difference"])).Values.Select(line => line.GetProperty("value").GetString()).ShouldBe(["@@ -1,2 +1,2 @@", " x = 1", "-y = 2", "+y = 9"]);
        JsonElement place = await session.Client.AskAsync("locations", new { locationReference = against["difference"].GetProperty("valueLocationReference").GetInt32() });
        (await File.ReadAllTextAsync(place.GetProperty("source").GetProperty("path").GetString()!)).ShouldStartWith("--- node 1/solution.py\n+++ node 3/solution.py\n@@ ");
    }

    private static async Task<ScriptedRun> TwoNodesAsync(DebugSession session, int at = 6)
    {
        ScriptedRun run = await session.RunAsync();
        await run.AddValidAsync(Operator.Draft, null, "Few leaves.", "x = 1\ny = 2\n", 0.12);
        await run.AddValidAsync(Operator.Improve, 1, "More leaves.", "x = 2\n", 0.13);
        await session.OpenAsync(new { at, stopOnEntry = true });
        await session.Client.AskAsync("setExceptionBreakpoints", new { filters = Array.Empty<string>(), filterOptions = new[] { new { filterId = "new-best", condition = "author == 'A person'" } } });
        await session.Client.AskAsync("configurationDone");
        await session.Client.EventAsync("stopped");
        return run;
    }

    private static async Task<(JsonElement Node, JsonElement Search)> ScopesAsync(DebugSession session)
    {
        JsonElement frame = (await session.StackAsync())[0];
        JsonElement[] scopes = [.. (await session.Client.AskAsync("scopes", new { frameId = frame.GetProperty("id").GetInt32() })).GetProperty("scopes").EnumerateArray()];
        return (scopes[0], scopes[3]);
    }

    private static async Task<string?> SetAsync(DebugSession session, JsonElement parent, string name, string value) =>
        (await session.Client.AskAsync("setVariable", new { variablesReference = parent.GetProperty("variablesReference").GetInt32(), name, value })).GetProperty("value").GetString();

    private static Task<string> RefuseAsync(DebugSession session, JsonElement parent, string name, string value) =>
        session.Client.RefusedAsync("setVariable", new { variablesReference = parent.GetProperty("variablesReference").GetInt32(), name, value });

    private static async Task<RunRequest[]> WaitingAsync(ScriptedRun run) => [.. (await run.Owned.ReadRequestsAsync(CancellationToken.None)).Select(waiting => waiting.Request).Where(request => request is not PauseRequest)];
}
