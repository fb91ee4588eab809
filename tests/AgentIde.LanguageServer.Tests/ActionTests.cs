using System.Text.Json;
using System.Text.Json.Nodes;
using AgentIde.Core.Runs;
using AgentIde.Testing;

namespace AgentIde.LanguageServer.Tests;

public sealed class ActionTests
{
    [Fact]
    public async Task A_task_offers_to_start_a_run_and_then_to_stop_it()
    {
        StartRunRequest? asked = null;
        Session? session = null;
        ScriptedRun? run = null;
        session = await Session.StartAsync(async (request, _) =>
        {
            asked = request;
            run = await session!.RunAsync();
            return run.Run;
        });
        await using Session ended = session;
        await session.Editor.OpenAsync(session.TaskFile);
        List<JsonElement> actions = await session.Editor.ActionsAsync(session.TaskFile);
        Titles(actions).ShouldBe(["Start a run on this task"]);
        actions[0].GetProperty("kind").GetString().ShouldBe("quickfix");
        (await session.Editor.ChooseAsync(actions, "Start")).GetRawText().ShouldBe("""{"run":"diamonds-1"}""");
        asked.ShouldBe(new StartRunRequest(session.Root, Path.GetDirectoryName(session.TaskFile)!));
        await session.Editor.HearDiagnosticsAsync(session.TaskFile, found => found.Count == 1);
        actions = await session.Editor.ActionsAsync(session.TaskFile);
        Titles(actions).ShouldBe(["Stop diamonds-1", "Pause diamonds-1 before its next node", "Give diamonds-1 a hint"]);
        await session.Editor.ChooseAsync(actions, "Stop");
        (await run!.Owned.TakeRequestsAsync(CancellationToken.None)).ShouldBe([new StopRequest("test-editor", Choose: true)]);
        await run.DisposeAsync();
    }

    [Fact]
    public async Task Start_finds_the_only_task_of_the_workspace_and_passes_on_what_was_asked()
    {
        StartRunRequest? asked = null;
        await using Session session = await Session.StartAsync((request, _) =>
        {
            asked = request;
            return Task.FromResult(RunId.Parse("diamonds-1"));
        });
        await session.Editor.ExecuteAsync("agentide.run.start", new() { ["nodes"] = 8, ["seconds"] = 60, ["seed"] = 7 });
        asked.ShouldBe(new StartRunRequest(session.Root, Path.GetDirectoryName(session.TaskFile)!, null, 8, 60, 7));
        await session.Editor.ExecuteAsync("agentide.run.start", new() { ["task"] = "tasks/diamonds" });
        asked.ShouldBe(new StartRunRequest(session.Root, Path.GetDirectoryName(session.TaskFile)!));
        session.Write("tasks/letters/task.yaml", "id: letters\n");
        (await FailureAsync(session, "agentide.run.start", [])).ShouldBe("Which task? There are tasks/diamonds, tasks/letters. Open the task.yaml of one.");
        (await FailureAsync(session, "agentide.run.start", new() { ["task"] = "/etc" })).ShouldContain("lies outside the folder that is open");
        (await FailureAsync(session, "agentide.run.start", new() { ["nodes"] = 0 })).ShouldBe("A run needs at least one node and some seconds.");
    }

    [Fact]
    public async Task A_path_is_what_it_says_and_a_URI_what_it_stands_for()
    {
        List<string> asked = [];
        await using Session session = await Session.StartAsync((request, _) =>
        {
            asked.Add(request.TaskFolder);
            return Task.FromResult(RunId.Parse("diamonds-1"));
        });
        string folder = Path.GetDirectoryName(session.Write("tasks/50 %41 #1/task.yaml", "id: odd\n"))!;
        foreach (string name in (string[])[folder, "tasks/50 %41 #1", Path.Combine(folder, "task.yaml"), Lsp.Documents.FilePaths.ToUri(folder)])
        {
            await session.Editor.ExecuteAsync("agentide.run.start", new() { ["task"] = name });
        }

        asked.ShouldBe([folder, folder, folder, folder]);
        Lsp.Documents.FilePaths.OfUri(folder).ShouldBeNull();
        Lsp.Documents.FilePaths.ToUri("/50 %41 #1?/ü").ShouldBe("file:///50%20%2541%20%231%3F/%C3%BC");
        Lsp.Documents.FilePaths.OfUri("file:///50%20%2541%20%231%3F/%C3%BC").ShouldBe("/50 %41 #1?/ü");
    }

    [Theory]
    [InlineData("agentide.run.start", """{"run": "nope"}""", "agentide.run.start knows no 'run'. It takes task, nodes, seconds, seed, engineer, dollars, tokens.")]
    [InlineData("agentide.run.start", """{"Nodes": 3}""", "agentide.run.start knows no 'Nodes': did you mean 'nodes'? It takes task, nodes, seconds, seed, engineer, dollars, tokens.")]
    [InlineData("agentide.node.apply", """{"nod": 3}""", "agentide.node.apply knows no 'nod': did you mean 'node'? It takes run, node, docVersion, how.")]
    [InlineData("agentide.task.create", """{"target": "price"}""", "agentide.task.create knows no 'target'. It takes folder, label, metric.")]
    public async Task What_a_command_does_not_know_is_not_passed_over(string command, string arguments, string says)
    {
        bool started = false;
        await using Session session = await Session.StartAsync((_, _) =>
        {
            started = true;
            return Task.FromResult(RunId.Parse("diamonds-1"));
        });
        (await FailureAsync(session, command, JsonNode.Parse(arguments)!.AsObject())).ShouldBe(says);
        started.ShouldBeFalse();
    }

    [Fact]
    public async Task Where_all_nodes_are_rejected_it_is_said()
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await session.RunAsync();
        await run.AddValidAsync(Operator.Draft, null, "A mean first", Codes.Draft, 0.2);
        await run.AppendAsync([new NodeRejected(1, "nvim", "It leaks.")]);
        await session.Editor.HearAsync("agentide/runChanged", changed => changed.GetProperty("seq").GetInt64() == run.Journal.Seq);
        foreach (string command in (string[])["agentide.node.apply", "agentide.node.open", "agentide.node.compare"])
        {
            (await FailureAsync(session, command, new() { ["run"] = "diamonds-1" })).ShouldBe("The only valid node of diamonds-1 is rejected: name one, or restore it.");
        }
    }

    [Fact]
    public async Task A_run_is_started_with_an_engineer_and_its_caps_but_with_no_program_as_engineer()
    {
        StartRunRequest? asked = null;
        await using Session session = await Session.StartAsync((request, _) =>
        {
            asked = request;
            return Task.FromResult(RunId.Parse("diamonds-1"));
        });
        await session.Editor.ExecuteAsync("agentide.run.start", new() { ["engineer"] = "draft=vscode:gpt-4o,openai:gpt-5.1", ["dollars"] = 1.5, ["tokens"] = 200_000 });
        asked.ShouldBe(new StartRunRequest(session.Root, Path.GetDirectoryName(session.TaskFile)!, Engineer: "draft=vscode:gpt-4o,openai:gpt-5.1", Dollars: 1.5m, Tokens: 200_000));
        asked = null;
        foreach (string program in (string[])["command:rm -rf .", "draft=command:true,builtin", "recording:/etc/passwd", "debug= command:true,builtin"])
        {
            (await FailureAsync(session, "agentide.run.start", new() { ["engineer"] = program })).ShouldStartWith("A program or a recording as the engineer is named in a terminal");
        }

        (await FailureAsync(session, "agentide.run.start", new() { ["dollars"] = -1 })).ShouldStartWith("A cap on models is a number");
        asked.ShouldBeNull();
    }

    [Fact]
    public async Task What_can_not_be_done_is_said_in_one_line()
    {
        await using Session session = await Session.StartAsync();
        (await FailureAsync(session, "agentide.run.start", [])).ShouldBe("bubblewrap is not installed: apt-get install bubblewrap");
        (await FailureAsync(session, "agentide.run.stop", new() { ["run"] = "../x" })).ShouldBe("There is no run '../x' in this workspace.");
        (await FailureAsync(session, "agentide.nothing", [])).ShouldStartWith("There is no command 'agentide.nothing'.");
    }

    [Fact]
    public async Task In_a_folder_without_trust_nodes_are_shown_and_nothing_else()
    {
        await using Session session = Session.Unstarted();
        await session.Editor.InitializeAsync(session.Root, options: new JsonObject { ["trusted"] = false });
        await using ScriptedRun run = await session.RunAsync();
        await run.AddValidAsync(Operator.Draft, null, "A mean first", Codes.Draft, 0.2);
        await session.Editor.OpenAsync(session.TaskFile);
        await session.Editor.HearDiagnosticsAsync(session.TaskFile, found => found.Count == 1 && ThoughtTests.Message(found[0]).Contains("best", StringComparison.Ordinal));
        Titles(await session.Editor.ActionsAsync(session.TaskFile)).ShouldBe(["Open the best node (1)"]);
        foreach (string command in (string[])["agentide.run.start", "agentide.run.stop", "agentide.node.apply"])
        {
            (await FailureAsync(session, command, new() { ["run"] = "diamonds-1", ["node"] = 1 })).ShouldBe("This folder is not trusted: trust it in the editor to start runs and to apply solutions.");
        }

        (await session.Editor.ExecuteAsync("agentide.node.open", new() { ["run"] = "diamonds-1", ["node"] = 1 })).GetProperty("path").GetString().ShouldEndWith("solution.py");
        session.Editor.Heard("workspace/applyEdit").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("\"anything\"")]
    [InlineData("{\"trusted\": null}")]
    [InlineData("[]")]
    public async Task Options_that_say_nothing_of_trust_take_nothing_away(string options)
    {
        await using Session session = Session.Unstarted();
        await session.Editor.InitializeAsync(session.Root, options: JsonNode.Parse(options));
        await session.Editor.OpenAsync(session.TaskFile);
        Titles(await session.Editor.ActionsAsync(session.TaskFile)).ShouldBe(["Start a run on this task"]);
    }

    [Fact]
    public async Task The_best_node_is_applied_by_a_versioned_edit_and_recorded()
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await session.RunAsync();
        await run.AddValidAsync(Operator.Draft, null, "A mean first", Codes.Draft, 0.2, Codes.DraftReasons);
        await session.Editor.OpenAsync(session.TaskFile);
        await session.Editor.HearDiagnosticsAsync(session.TaskFile, found => found.Count == 1 && ThoughtTests.Message(found[0]).Contains("best RMSLE 0.2000", StringComparison.Ordinal));
        await session.Editor.ChooseAsync(await session.Editor.ActionsAsync(session.TaskFile), "Apply the best node (1, RMSLE 0.20000 ± 0.00040)");
        JsonElement edit = await session.Editor.HearAsync("workspace/applyEdit", _ => true);
        JsonElement changes = edit.GetProperty("edit").GetProperty("documentChanges");
        string uri = TestEditor.Uri(session.SolutionFile);
        changes[0].GetRawText().ShouldBe($$$"""{"uri":"{{{uri}}}","options":{"ignoreIfExists":true},"kind":"create"}""");
        changes[1].GetProperty("textDocument").GetRawText().ShouldBe($$$"""{"uri":"{{{uri}}}","version":null}""");
        await run.Owned.TakeRequestsUntilAsync(session.Store, run.Run, new AppliedRequest("test-editor", 1, run.Journal[1].Code!.Value, "tasks/diamonds/solution.py"));
        await session.Editor.HearAsync("window/showMessage", said => said.GetProperty("message").GetString()!.StartsWith("Node 1 of diamonds-1 is in solution.py", StringComparison.Ordinal));
        session.Editor.TextOf(session.SolutionFile).ShouldBe(Codes.Draft);

        // A better node replaces it, from the file itself, by the changed lines alone.
        await run.AddValidAsync(Operator.Improve, 1, "Trees", Codes.Improved, 0.1, Codes.ImprovedReasons);
        await session.Editor.HearDiagnosticsAsync(session.SolutionFile, found => found.Any(one => ThoughtTests.Message(one).Contains("node 2", StringComparison.Ordinal)));
        session.Editor.Forget();
        List<JsonElement> actions = await session.Editor.ActionsAsync(session.SolutionFile);
        Titles(actions)[0].ShouldBe("Apply the best node (2, RMSLE 0.10000 ± 0.00040)");
        await session.Editor.ChooseAsync(actions, "Apply the best");
        edit = await session.Editor.HearAsync("workspace/applyEdit", _ => true);
        edit.GetProperty("edit").GetProperty("documentChanges")[0].GetRawText().ShouldBe(
            $$$$"""{"textDocument":{"uri":"{{{{uri}}}}","version":1},"edits":[{"range":{"start":{"line":3,"character":0},"end":{"line":4,"character":0}},"newText":"train[\u0027volume\u0027] = train.x * train.y * train.z\nmodel = Boosting(depth=8)\n"}]}""");
        await session.Editor.HearAsync("window/showMessage", said => said.GetProperty("message").GetString()!.StartsWith("Node 2 of diamonds-1 is in solution.py", StringComparison.Ordinal));
        session.Editor.TextOf(session.SolutionFile).ShouldBe(Codes.Improved);

        // And back.
        await session.Editor.ChooseAsync(await session.Editor.ActionsAsync(session.SolutionFile), "Revert to node 1");
        await session.Editor.HearAsync("window/showMessage", said => said.GetProperty("message").GetString()!.StartsWith("Node 1 of diamonds-1 is in solution.py", StringComparison.Ordinal));
        session.Editor.TextOf(session.SolutionFile).ShouldBe(Codes.Draft);
    }

    [Fact]
    public async Task A_node_of_a_finished_run_is_applied_from_its_own_document()
    {
        await using Session session = await Session.StartAsync();
        ScriptedRun run = await session.RunAsync();
        await run.AddValidAsync(Operator.Draft, null, "A mean first", Codes.Draft, 0.2);
        await run.AddValidAsync(Operator.Improve, 1, "Worse", Codes.Improved, 0.3);
        await run.FinishAsync();
        await session.Editor.OpenAsync(session.TaskFile);
        await session.Editor.HearDiagnosticsAsync(session.TaskFile, found => found.Count == 1 && ThoughtTests.Message(found[0]).Contains("finished", StringComparison.Ordinal));
        string path = (await session.Editor.ExecuteAsync("agentide.node.open", new() { ["run"] = "diamonds-1", ["node"] = 2 })).GetProperty("path").GetString()!;
        await session.Editor.OpenAsync(path);
        await session.Editor.ChooseAsync(await session.Editor.ActionsAsync(path), "Apply node 2");
        await session.Editor.HearAsync("window/showMessage", said => said.GetProperty("message").GetString()!.StartsWith("Node 2", StringComparison.Ordinal));
        session.Editor.TextOf(session.SolutionFile).ShouldBe(Codes.Improved);
        RunPage page = await session.Store.ReadAsync(run.Run, 0, 1_000, CancellationToken.None);
        page.Events[^1].Event.ShouldBe(new NodeApplied(2, run.Journal[2].Code!.Value, "tasks/diamonds/solution.py"));
        page.Liveness.ShouldBe(Liveness.Finished);
    }

    [Theory]
    [InlineData("# mine\n")]
    [InlineData("import pandas as pd\n\ntrain = pd.read_csv('input/train.csv')\ntrain['volume'] = train.x * train.y * train.z\nmodel = Boosting(depth=9)\nmodel.fit(train)\nsave(model)\n")]
    [InlineData("import pandas as pd\n")]
    public async Task Work_of_the_persons_is_never_written_over(string mine)
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await ThoughtTests.AppliedAsync(session);
        await session.Editor.OpenAsync(session.SolutionFile, Codes.Improved);
        await session.Editor.HearDiagnosticsAsync(session.SolutionFile, found => found.Count > 1);
        await session.Editor.TypeAsync(session.SolutionFile, mine);
        await run.AddValidAsync(Operator.Improve, 2, "Better", Codes.Improved + "# better\n", 0.05);
        await session.Editor.HearDiagnosticsAsync(session.SolutionFile, found => found.Any(one => ThoughtTests.Message(one).Contains("(node 3)", StringComparison.Ordinal)));
        await session.Editor.ChooseAsync(await session.Editor.ActionsAsync(session.SolutionFile), "Apply the best node (3, RMSLE 0.05000 ± 0.00040) with diff");
        JsonElement said = await session.Editor.HearAsync("window/showMessage", _ => true);
        said.GetProperty("message").GetString()!.ShouldStartWith("Take the action \"Merge node 3 into your work\", or undo your edits: solution.py holds work of yours, so node 3 was not written over it.");
        session.Editor.Heard("workspace/applyEdit").ShouldBeEmpty();
        session.Editor.TextOf(session.SolutionFile).ShouldBe(mine);
        session.Editor.Heard("window/showDocument").Select(shown => Path.GetFileName(shown.GetProperty("uri").GetString())).ShouldBe(["solution.py", "solution.py"]);
        session.Recorded.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_lies_there_unopened_and_is_not_ours_is_not_written_over()
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await session.RunAsync();
        await run.AddValidAsync(Operator.Draft, null, "A mean first", Codes.Draft, 0.2);
        await File.WriteAllTextAsync(session.SolutionFile, "print('mine')\n");
        await SeenAsync(session);
        await session.Editor.ExecuteAsync("agentide.node.apply", new() { ["run"] = "diamonds-1", ["node"] = 1 });
        (await SaidAsync(session)).ShouldStartWith("Undo your edits, or take over what you want: solution.py holds work of yours");
        session.Editor.Heard("workspace/applyEdit").ShouldBeEmpty();
    }

    [Fact]
    public async Task Nothing_is_written_through_a_link_or_outside_the_workspace()
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await session.RunAsync();
        await run.AddValidAsync(Operator.Draft, null, "A mean first", Codes.Draft, 0.2);
        await using ScriptedRun outside = await ScriptedRun.StartAsync(session.Store, solutionFile: "../elsewhere.py");
        await outside.AddValidAsync(Operator.Draft, null, "A mean first", Codes.Draft, 0.2);
        string target = session.Write("other/target.py", "");
        File.CreateSymbolicLink(session.SolutionFile, target);
        await SeenAsync(session, runs: 2);
        await session.Editor.ExecuteAsync("agentide.node.apply", new() { ["run"] = "diamonds-1", ["node"] = 1 });
        (await SaidAsync(session)).ShouldBe($"{session.SolutionFile} is a link: nothing is written through it.");
        session.Editor.Forget();
        await session.Editor.ExecuteAsync("agentide.node.apply", new() { ["run"] = "diamonds-2", ["node"] = 1 });
        (await SaidAsync(session)).ShouldContain("lies outside the folder that is open");
        session.Editor.Heard("workspace/applyEdit").ShouldBeEmpty();
    }

    [Fact]
    public async Task An_edit_that_the_editor_refuses_is_told_and_not_recorded()
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await session.RunAsync();
        await run.AddValidAsync(Operator.Draft, null, "A mean first", Codes.Draft, 0.2);
        await SeenAsync(session);
        session.Editor.RefuseEdits = "read-only";
        await session.Editor.ExecuteAsync("agentide.node.apply", new() { ["run"] = "diamonds-1", ["node"] = 1 });
        (await SaidAsync(session)).ShouldBe("The editor did not take the edit of solution.py (read-only): apply node 1 again when the file is at rest.");
        session.Recorded.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_command_offered_for_an_older_version_is_offered_again_and_a_node_without_score_never()
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await session.RunAsync();
        await run.AddValidAsync(Operator.Draft, null, "A mean first", Codes.Draft, 0.2);
        int buggy = await run.ProposeAsync(Operator.Improve, 1, "Breaks", "x\n");
        await run.FailAsync(buggy, "NameError: name 'x' is not defined", 1);
        await SeenAsync(session, nodes: 2);
        await session.Editor.OpenAsync(session.SolutionFile, "");
        await session.Editor.ExecuteAsync("agentide.node.apply", new() { ["run"] = "diamonds-1", ["node"] = 1, ["docVersion"] = 7 });
        (await SaidAsync(session)).ShouldBe("solution.py has changed since this was offered: ask again.");
        (await FailureAsync(session, "agentide.node.apply", new() { ["run"] = "diamonds-1", ["node"] = buggy })).ShouldContain("only a node with a score can be applied");
        (await FailureAsync(session, "agentide.node.apply", new() { ["run"] = "diamonds-1", ["node"] = 99 })).ShouldBe("The run has no node 99: it has 2.");
    }

    [Fact]
    public async Task A_lens_over_the_solution_says_its_score()
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await ThoughtTests.AppliedAsync(session);
        await session.Editor.OpenAsync(session.SolutionFile, Codes.Improved);
        await session.Editor.HearDiagnosticsAsync(session.SolutionFile, found => found.Count > 1);
        JsonElement lenses = await session.Editor.AskAsync("textDocument/codeLens", new() { ["textDocument"] = new System.Text.Json.Nodes.JsonObject { ["uri"] = TestEditor.Uri(session.SolutionFile) } });
        lenses[0].GetProperty("command").GetProperty("title").GetString().ShouldBe("RMSLE 0.09310 ± 0.00040 (node 2 of diamonds-1; the best of 2)");
    }

    private static async Task SeenAsync(Session session, int runs = 1, int nodes = 1)
    {
        while (true)
        {
            int heard = session.Editor.Heard("agentide/runChanged").Count;
            JsonElement[] known = [.. (await session.Editor.AskAsync("agentide/runs")).GetProperty("runs").EnumerateArray()];
            if (known.Length == runs && known.All(run => run.GetProperty("nodes").GetInt32() == nodes && run.GetProperty("validNodes").GetInt32() == 1))
            {
                return;
            }

            await session.Editor.HearAnotherAsync("agentide/runChanged", heard);
        }
    }

    private static async Task<string> SaidAsync(Session session) =>
        (await session.Editor.HearAsync("window/showMessage", _ => true)).GetProperty("message").GetString()!;

    private static async Task<string> FailureAsync(Session session, string command, System.Text.Json.Nodes.JsonObject arguments)
    {
        StreamJsonRpc.RemoteInvocationException error = await Should.ThrowAsync<StreamJsonRpc.RemoteInvocationException>(() => session.Editor.ExecuteAsync(command, arguments));
        error.ErrorCode.ShouldBe(-32803);
        return error.Message;
    }

    private static string[] Titles(List<JsonElement> actions) => [.. actions.Select(action => action.GetProperty("title").GetString()!)];
}
