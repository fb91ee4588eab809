using System.Text.Json;
using System.Text.Json.Nodes;
using AgentIde.Core.Runs;
using AgentIde.Testing;

namespace AgentIde.LanguageServer.Tests;

/// <summary>A node is applied where a person has worked: they choose, and nothing of theirs is lost.</summary>
public sealed class ConflictTests
{
    private static readonly string Mine = Codes.Draft.Replace("import pandas as pd\n", "import pandas as pd\nimport mine\n", StringComparison.Ordinal);

    private static readonly string Merged = Codes.Improved.Replace("import pandas as pd\n", "import pandas as pd\nimport mine\n", StringComparison.Ordinal);

    [Fact]
    public async Task A_person_who_chooses_to_merge_keeps_their_work_and_gets_the_nodes_in_one_edit()
    {
        await using Session session = await StartAsync(choice: "Merge");
        await using ScriptedRun run = await AppliedAsync(session, Mine);
        await session.Editor.ExecuteAsync("agentide.node.apply", new() { ["run"] = "diamonds-1", ["node"] = 2 });
        await SaidAsync(session, said => said == "Node 2 of diamonds-1 is in solution.py: RMSLE 0.10000 ± 0.00040. It was merged with your work. Undo takes it back.");
        session.Editor.TextOf(session.SolutionFile).ShouldBe(Merged);
        JsonElement edit = session.Editor.Heard("workspace/applyEdit").ShouldHaveSingleItem();
        (edit.GetProperty("label").GetString(), edit.GetProperty("edit").GetProperty("documentChanges")[0].GetProperty("textDocument").GetProperty("version").GetInt32()).ShouldBe(("Merge node 2", 1));
        JsonElement question = session.Editor.Heard("window/showMessageRequest").ShouldHaveSingleItem();
        question.GetProperty("actions").EnumerateArray().Select(action => action.GetProperty("title").GetString()).ShouldBe(["Apply with diff", "Merge", "Keep mine"]);
        (await run.Owned.TakeRequestsAsync(CancellationToken.None)).ShouldBe([new AppliedRequest("test-editor", 2, run.Journal[2].Code!.Value, "tasks/diamonds/solution.py", Mine)]);

        // Whose lines they are is still known.
        (await session.Editor.HoverAsync(session.SolutionFile, 1)).ShouldBe("You changed this line since node 2 of diamonds\\-1 was applied.".Replace("\\-", "-", StringComparison.Ordinal));
        (await session.Editor.HoverAsync(session.SolutionFile, 5)).ShouldNotBeNull().ShouldContain("Improve (node 2)");
    }

    [Fact]
    public async Task Where_both_changed_the_same_line_both_stand_there_marked()
    {
        await using Session session = await StartAsync(choice: "Merge");
        await using ScriptedRun run = await AppliedAsync(session, Codes.Draft.Replace("Mean()", "Median()", StringComparison.Ordinal));
        await session.Editor.ExecuteAsync("agentide.node.apply", new() { ["run"] = "diamonds-1", ["node"] = 2 });
        await SaidAsync(session, said => said.Contains("One place has both between <<<<<<< and >>>>>>>: choose there.", StringComparison.Ordinal));
        session.Editor.TextOf(session.SolutionFile).ShouldBe(Codes.Draft.Replace(
            "model = Mean()\n",
            "<<<<<<< yours\nmodel = Median()\n=======\ntrain['volume'] = train.x * train.y * train.z\nmodel = Boosting(depth=8)\n>>>>>>> node 2 of diamonds-1\n",
            StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Keep mine")]
    [InlineData(null)]
    public async Task A_person_who_keeps_theirs_or_does_not_answer_loses_nothing(string? choice)
    {
        await using Session session = await StartAsync(choice);
        await using ScriptedRun run = await AppliedAsync(session, Mine);
        await session.Editor.ExecuteAsync("agentide.node.apply", new() { ["run"] = "diamonds-1", ["node"] = 2 });
        await session.Editor.HearAsync("window/showMessageRequest", _ => true);
        await UntilQuietAsync(session);
        (session.Editor.TextOf(session.SolutionFile), session.Editor.Heard("workspace/applyEdit").Count, session.Editor.Heard("window/showDocument").Count).ShouldBe((Mine, 0, 0));
        session.Recorded.ShouldBeEmpty();
    }

    [Fact]
    public async Task Apply_with_diff_shows_both()
    {
        await using Session session = await StartAsync(choice: "Apply with diff");
        await using ScriptedRun run = await AppliedAsync(session, Mine);
        await session.Editor.ExecuteAsync("agentide.node.apply", new() { ["run"] = "diamonds-1", ["node"] = 2 });
        await session.Editor.HearAsync("window/showDocument", shown => shown.GetProperty("uri").GetString()!.EndsWith("view/2/solution.py", StringComparison.Ordinal));
        session.Editor.TextOf(session.SolutionFile).ShouldBe(Mine);
    }

    [Fact]
    public async Task Apply_with_diff_shows_both_beside_each_other_where_the_client_can()
    {
        await using Session session = await StartAsync(choice: "Apply with diff", showsDiff: true);
        await using ScriptedRun run = await AppliedAsync(session, Mine);
        await session.Editor.ExecuteAsync("agentide.node.apply", new() { ["run"] = "diamonds-1", ["node"] = 2 });
        await session.Editor.HearAsync("agentide/showDiff", both =>
            both.GetProperty("left").GetString()!.EndsWith("view/2/solution.py", StringComparison.Ordinal)
            && (both.GetProperty("right").GetString(), both.GetProperty("title").GetString()) == (session.SolutionFile, "Node 2 of diamonds-1 and your solution.py"));
        await SaidAsync(session, said => said.Contains("Its code is at the left.", StringComparison.Ordinal));
        (session.Editor.TextOf(session.SolutionFile), session.Editor.Heard("window/showDocument").Count).ShouldBe((Mine, 0));
    }

    [Fact]
    public async Task What_a_person_types_while_they_are_asked_is_merged_too()
    {
        await using Session session = await StartAsync("Merge");
        session.Editor.BeforeChoosing = () => session.Editor.TypeAsync(session.SolutionFile, Mine + "more()\n");
        await using ScriptedRun run = await AppliedAsync(session, Mine);
        await session.Editor.ExecuteAsync("agentide.node.apply", new() { ["run"] = "diamonds-1", ["node"] = 2 });
        await SaidAsync(session, said => said.StartsWith("Node 2 of diamonds-1 is in solution.py", StringComparison.Ordinal));
        session.Editor.TextOf(session.SolutionFile).ShouldBe(Merged + "more()\n");
    }

    [Fact]
    public async Task An_editor_that_can_not_ask_names_the_action_that_merges()
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await AppliedAsync(session, Mine);
        await session.Editor.ExecuteAsync("agentide.node.apply", new() { ["run"] = "diamonds-1", ["node"] = 2 });
        await SaidAsync(session, said => said.StartsWith("Take the action \"Merge node 2 into your work\", or undo your edits: solution.py holds work of yours", StringComparison.Ordinal) && said.EndsWith("view/2/solution.py.", StringComparison.Ordinal));
        session.Editor.TextOf(session.SolutionFile).ShouldBe(Mine);
        await session.Editor.ChooseAsync(await session.Editor.ActionsAsync(session.SolutionFile), "Merge node 2 into your work");
        await SaidAsync(session, said => said.StartsWith("Node 2 of diamonds-1 is in solution.py", StringComparison.Ordinal));
        session.Editor.TextOf(session.SolutionFile).ShouldBe(Merged);
    }

    [Fact]
    public async Task The_node_that_was_refused_last_can_be_merged_wherever_it_is_shown_even_where_the_best_stands_in_the_file()
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await AppliedAsync(session, Mine);
        await run.AppendAsync([new NodeApplied(2, run.Journal[2].Code!.Value, "tasks/diamonds/solution.py")]);
        await run.AddValidAsync(Operator.Improve, 1, "Lines", Codes.Improved.Replace("depth=8", "depth=12", StringComparison.Ordinal), 0.3);
        await session.Editor.TypeAsync(session.SolutionFile, Merged);
        string third = await NodeFileAsync(session, run, 3);
        foreach (string path in (string[])[session.SolutionFile, third])
        {
            Titles(await session.Editor.ActionsAsync(path)).ShouldNotContain("Merge node 3 into your work");
        }

        await session.Editor.ChooseAsync(await session.Editor.ActionsAsync(third), "Apply node 3");
        await SaidAsync(session, said => said.StartsWith("Take the action \"Merge node 3 into your work\"", StringComparison.Ordinal));
        Titles(await session.Editor.ActionsAsync(third)).ShouldContain("Merge node 3 into your work");
        await session.Editor.ChooseAsync(await session.Editor.ActionsAsync(session.SolutionFile), "Merge node 3 into your work");
        await SaidAsync(session, said => said.StartsWith("Node 3 of diamonds-1 is in solution.py", StringComparison.Ordinal));
        session.Editor.TextOf(session.SolutionFile).ShouldBe(Merged.Replace("depth=8", "depth=12", StringComparison.Ordinal));
        foreach (string path in (string[])[session.SolutionFile, third])
        {
            Titles(await session.Editor.ActionsAsync(path)).ShouldNotContain("Merge node 3 into your work");
        }
    }

    [Fact]
    public async Task A_merge_is_taken_back_to_what_was_there_before_and_can_be_made_again()
    {
        await using Session session = await StartAsync(choice: "Merge");
        ScriptedRun run = await AppliedAsync(session, Mine);
        await run.DisposeAsync();
        await UntilAsync(session, "interrupted");
        await session.Editor.ExecuteAsync("agentide.node.apply", new() { ["run"] = "diamonds-1", ["node"] = 2 });
        await SaidAsync(session, said => said.StartsWith("Node 2 of diamonds-1 is in solution.py", StringComparison.Ordinal));
        NodeApplied applied = (NodeApplied)(await session.Store.ReadAsync(run.Run, 0, 1_000, CancellationToken.None)).Events[^1].Event;
        applied.Before.ShouldBe(Digest.Of(Mine));
        System.Text.Encoding.UTF8.GetString((await session.Store.ReadBlobAsync(run.Run, applied.Before!.Value, CancellationToken.None)).Span).ShouldBe(Mine);

        await session.Editor.ChooseAsync(await session.Editor.ActionsAsync(session.SolutionFile), "Revert to what was there before node 2");
        await SaidAsync(session, said => said == "solution.py is as it was before node 2 was merged into it. Undo brings the merge back.");
        session.Editor.TextOf(session.SolutionFile).ShouldBe(Mine);
        session.Editor.Forget();
        await session.Editor.ExecuteAsync("agentide.node.apply", new() { ["run"] = "diamonds-1", ["node"] = 2, ["how"] = "merge" });
        await SaidAsync(session, said => said.StartsWith("Node 2 of diamonds-1 is in solution.py", StringComparison.Ordinal));
        session.Editor.TextOf(session.SolutionFile).ShouldBe(Merged);

        await session.Editor.TypeAsync(session.SolutionFile, Merged + "more()\n");
        await session.Editor.ExecuteAsync("agentide.node.apply", new() { ["run"] = "diamonds-1", ["node"] = 2, ["how"] = "before" });
        await SaidAsync(session, said => said.StartsWith("You have worked on solution.py since node 2 was merged into it, so it was left as it is.", StringComparison.Ordinal));
        (session.Editor.TextOf(session.SolutionFile), await File.ReadAllTextAsync(Path.Combine(session.Root, ".agentide/runs/diamonds-1/view/2/before-solution.py"))).ShouldBe((Merged + "more()\n", Mine));
    }

    [Fact]
    public async Task What_is_no_way_to_apply_is_refused_and_what_was_never_merged_is_not_taken_back()
    {
        await using Session session = await StartAsync(choice: "Merge");
        await using ScriptedRun run = await AppliedAsync(session, Mine);
        StreamJsonRpc.RemoteInvocationException error = await Should.ThrowAsync<StreamJsonRpc.RemoteInvocationException>(
            () => session.Editor.ExecuteAsync("agentide.node.apply", new() { ["run"] = "diamonds-1", ["node"] = 2, ["how"] = "overwrite" }));
        error.Message.ShouldBe("A node is applied diff, merge, before, and not 'overwrite'.");
        await session.Editor.ExecuteAsync("agentide.node.apply", new() { ["run"] = "diamonds-1", ["node"] = 2, ["how"] = "before" });
        await SaidAsync(session, said => said == "Nothing is kept of what was in solution.py before node 2: it was applied to no work of yours.");
        session.Editor.TextOf(session.SolutionFile).ShouldBe(Mine);
    }

    private static Task<Session> StartAsync(string? choice, bool showsDiff = false) => StartAsync(question => choice, showsDiff);

    private static async Task<Session> StartAsync(Func<JsonElement, string?> choose, bool showsDiff = false)
    {
        Session session = Session.Unstarted();
        session.Editor.Choose = choose;
        JsonObject capabilities = TestEditor.WithChoices(TestEditor.Capabilities());
        capabilities["experimental"] = new JsonObject { ["agentideShowDiff"] = showsDiff };
        await session.Editor.InitializeAsync(session.Root, capabilities);
        return session;
    }

    /// <summary>A run of two nodes, the first of which was applied to a file that holds this by now.</summary>
    private static async Task<ScriptedRun> AppliedAsync(Session session, string text)
    {
        ScriptedRun run = await session.RunAsync();
        await run.AddValidAsync(Operator.Draft, null, "A mean first", Codes.Draft, 0.2, Codes.DraftReasons);
        await run.AppendAsync([new NodeApplied(1, run.Journal[1].Code!.Value, "tasks/diamonds/solution.py")]);
        await run.AddValidAsync(Operator.Improve, 1, "Trees", Codes.Improved, 0.1, Codes.ImprovedReasons);
        session.Write("tasks/diamonds/solution.py", text);
        await session.Editor.OpenAsync(session.SolutionFile);
        await session.Editor.HearDiagnosticsAsync(session.SolutionFile, found => found.Any(one => ThoughtTests.Message(one).Contains("best RMSLE 0.1000", StringComparison.Ordinal)));
        return run;
    }

    private static async Task<string> NodeFileAsync(Session session, ScriptedRun run, int node)
    {
        await session.Editor.HearAsync("agentide/runChanged", changed => changed.GetProperty("seq").GetInt64() == run.Journal.Seq);
        string path = (await session.Editor.ExecuteAsync("agentide.node.open", new() { ["run"] = "diamonds-1", ["node"] = node })).GetProperty("path").GetString()!;
        await session.Editor.OpenAsync(path);
        return path;
    }

    private static string[] Titles(List<JsonElement> actions) => [.. actions.Select(action => action.GetProperty("title").GetString()!)];

    private static async Task UntilAsync(Session session, string liveness)
    {
        while (true)
        {
            int heard = session.Editor.Heard("agentide/runChanged").Count;
            if ((await session.Editor.AskAsync("agentide/runs")).GetProperty("runs")[0].GetProperty("liveness").GetString() == liveness)
            {
                return;
            }

            await session.Editor.HearAnotherAsync("agentide/runChanged", heard);
        }
    }

    /// <summary>What was asked before is done once this is answered: applying goes on in the background, and one node after the other is told.</summary>
    private static async Task UntilQuietAsync(Session session)
    {
        await session.Editor.ExecuteAsync("agentide.node.apply", new() { ["run"] = "diamonds-1", ["node"] = 2, ["docVersion"] = 77 });
        await SaidAsync(session, said => said == "solution.py has changed since this was offered: ask again.");
    }

    private static Task SaidAsync(Session session, Func<string, bool> fits) => session.Editor.HearAsync("window/showMessage", said => fits(said.GetProperty("message").GetString()!));
}
