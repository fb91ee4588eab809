using System.Text.Json;
using System.Text.Json.Nodes;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.LanguageServer.Tests.Dap;
using AgentIde.Testing;

namespace AgentIde.LanguageServer.Tests;

/// <summary>Scores over all folds, wherever an editor shows a score: of which kind it is stands with it.</summary>
public sealed class FoldTests
{
    [Fact]
    public async Task Hover_tree_and_status_say_that_a_score_is_by_folds()
    {
        await using Session session = await Session.StartAsync(markdown: false);
        await using ScriptedRun run = await session.RunAsync();
        await WriteAsync(run);
        await ThoughtTests.ApplyAsync(run, 2);
        await session.Editor.OpenAsync(session.SolutionFile, Codes.Improved);
        await session.Editor.HearDiagnosticsAsync(session.SolutionFile, found => found.Count > 0);
        (await session.Editor.HoverAsync(session.SolutionFile, 3)).ShouldNotBeNull().ShouldContain(
            "RMSLE 0.09910 ± 0.00020 (by folds) each train row blind on one of 5, better than node 1 by 0.10000 ± 0.00010; it claims 0.09210. On the first fold alone it has RMSLE 0.09310 ± 0.00040.");

        await session.Editor.HearAsync("agentide/runChanged", changed => changed.GetProperty("seq").GetInt64() == run.Journal.Seq);
        JsonElement events = await session.Editor.AskAsync("agentide/events", new JsonObject { ["run"] = "diamonds-1", ["after"] = 0 });
        events.GetProperty("view").GetProperty("best").GetRawText().ShouldBe("""{"node":2,"score":0.0991,"standardError":0.0002,"byFolds":true}""");
        events.GetProperty("view").GetProperty("now").GetString().ShouldBe("executing node 3 on fold 2 of 5");
        JsonElement[] nodes = [.. events.GetProperty("nodes").EnumerateArray()];
        (nodes[1].GetProperty("score").GetDouble(), nodes[1].GetProperty("byFolds").GetBoolean(), nodes[1].GetProperty("gain").GetDouble(), nodes[1].GetProperty("gainError").GetDouble()).ShouldBe((0.0991, true, 0.1, 0.0001));
        nodes[2].TryGetProperty("byFolds", out _).ShouldBeFalse();
        string path = (await session.Editor.ExecuteAsync("agentide.node.open", new() { ["run"] = "diamonds-1", ["node"] = 2, ["file"] = "thought.md" })).GetProperty("path").GetString()!;
        (await File.ReadAllTextAsync(path)).ShouldContain("On the first fold alone it has RMSLE 0.09310 ± 0.00040.");
    }

    [Fact]
    public async Task A_child_that_has_its_score_over_all_folds_first_is_told_again_when_its_parent_has_one()
    {
        await using Session session = await Session.StartAsync(markdown: false);
        await using ScriptedRun run = await session.RunAsync();
        await run.AppendAsync([new HoldoutMade(new SplitFacts(SplitKind.Random, "5 folds", 480, 120, 500, Digest.Of("files")) { Folds = 5 })]);
        await run.AddValidAsync(Operator.Draft, null, "A mean first", Codes.Draft, 0.2);
        await run.AddValidAsync(Operator.Improve, 1, "Trees on volume", Codes.Improved, 0.0931);
        await FoldAsync(run, 2, 0.0991);
        long before = run.Journal.Seq;
        await FoldAsync(run, 1, 0.1991, new Comparison(2, -0.1, 0.0001));
        await session.Editor.HearAsync("agentide/runChanged", changed => changed.GetProperty("seq").GetInt64() == run.Journal.Seq);
        JsonElement events = await session.Editor.AskAsync("agentide/events", new JsonObject { ["run"] = "diamonds-1", ["after"] = before });
        events.GetProperty("nodes").EnumerateArray().Select(node => (node.GetProperty("node").GetInt32(), node.TryGetProperty("gainError", out JsonElement error) ? error.GetDouble() : 0)).ShouldBe([(1, 0), (2, 0.0001)]);
    }

    [Fact]
    public async Task A_debugger_stops_on_the_folds_and_shows_what_came_of_them()
    {
        await using DebugSession session = new();
        await using ScriptedRun run = await session.RunAsync();
        await WriteAsync(run);
        await session.AttachAsync(new { run = "last", at = "head", stopOnEntry = true });
        (await session.StackAsync())[0].GetProperty("name").GetString().ShouldNotBeNull().ShouldContain("node 3 is executed on fold 2");
        Dictionary<string, JsonElement> node = await session.ScopeAsync("Node");
        node["folds"].GetProperty("value").GetString().ShouldBe("1 of 5 folds were executed.");
        for (string name = ""; !name.Contains("over all folds: RMSLE 0.09910 ± 0.00020 (by folds), better than node 1 by 0.10000 ± 0.00010", StringComparison.Ordinal);)
        {
            await session.MoveAsync("stepBack");
            name = (await session.StackAsync())[0].GetProperty("name").GetString()!;
        }

        node = await session.ScopeAsync("Node");
        node["score"].GetProperty("value").GetString().ShouldBe("RMSLE 0.09910 ± 0.00020 (by folds)");
        (await session.PartsAsync(node["score"]))["kind"].GetProperty("value").GetString().ShouldBe("VerifiedByFolds");
        Dictionary<string, JsonElement> folds = await session.PartsAsync(node["folds"]);
        (folds["fold 1"].GetProperty("value").GetString(), folds["rows"].GetProperty("value").GetString()).ShouldBe(("0.09310 ± 0.00040", "600"));
        (await session.PartsAsync(folds["executions"])).Count.ShouldBe(4);
        (await session.EvaluateAsync("score.kind == verified-by-folds and score > 0.099")).ShouldBe("true");
    }

    /// <summary>Nodes 1 and 2 over all folds, node 3 on its way there.</summary>
    private static async Task WriteAsync(ScriptedRun run)
    {
        await run.AppendAsync([new HoldoutMade(new SplitFacts(SplitKind.Random, "5 folds", 480, 120, 500, Digest.Of("files")) { Folds = 5 })]);
        await run.AddValidAsync(Operator.Draft, null, "A mean first", Codes.Draft, 0.2, Codes.DraftReasons);
        await run.AddValidAsync(Operator.Improve, 1, "Trees on volume", Codes.Improved, 0.0931, Codes.ImprovedReasons);
        await FoldAsync(run, 1, 0.1991);
        await FoldAsync(run, 2, 0.0991, new Comparison(1, 0.1, 0.0001));
        await run.AddValidAsync(Operator.Improve, 2, "More trees", Codes.Improved + "\n", 0.0930);
        await run.AppendAsync([new ExecutionStarted(3, 1, ExecutionPurpose.Fold, null, 2)]);
    }

    private static async Task FoldAsync(ScriptedRun run, int node, double score, params Comparison[] comparisons)
    {
        Blob output = Blob.Of("");
        foreach (int fold in (int[])[2, 3, 4, 5])
        {
            ExecutionRecord record = new(Ending.Exited, 0, null, false, 1.5, 1.4, 1 << 20, output.Digest, null, null, null);
            await run.AppendAsync([new ExecutionStarted(node, 1, ExecutionPurpose.Fold, null, fold), new ExecutionEnded(node, 1, ExecutionPurpose.Fold, record, fold)], output);
        }

        await run.AppendAsync([new NodeFolded(node, score, 0.0002, 600, [.. comparisons])]);
    }
}
