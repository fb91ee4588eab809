using System.Text.Json;
using System.Text.Json.Nodes;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Testing;

namespace AgentIde.LanguageServer.Tests;

/// <summary>Steps, hints, branches and rejections from an editor, and what it shows of them.</summary>
public sealed class SteeringTests
{
    [Fact]
    public async Task Each_command_asks_the_process_of_a_live_run()
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await TwoNodesAsync(session);
        foreach ((string command, JsonObject arguments) in ((string, JsonObject)[])
        [
            ("agentide.run.step", []),
            ("agentide.run.hint", new() { ["text"] = "Mind the outliers." }),
            ("agentide.node.branch", new() { ["node"] = 1, ["text"] = "Try a blend." }),
            ("agentide.node.branch", new() { ["node"] = 2 }),
            ("agentide.node.reject", new() { ["node"] = 2, ["text"] = "It leaks." }),
        ])
        {
            arguments["run"] = "diamonds-1";
            (await session.Editor.ExecuteAsync(command, arguments)).ValueKind.ShouldBe(JsonValueKind.Null);
        }

        (await run.Owned.TakeRequestsAsync(CancellationToken.None)).ShouldBe(
        [
            new StepRequest("test-editor"), new HintRequest("test-editor", "Mind the outliers."), new BranchRequest("test-editor", 1, "Try a blend."),
            new BranchRequest("test-editor", 2, null), new RejectRequest("test-editor", 2, "It leaks."),
        ]);
        await SaidAsync(session, "diamonds-1: a branch of node 1 comes next.");
        await SaidAsync(session, "diamonds-1: node 2 is rejected.");
    }

    [Fact]
    public async Task What_is_said_of_an_interrupted_run_is_recorded_and_seen_at_once()
    {
        await using Session session = await Session.StartAsync();
        ScriptedRun run = await TwoNodesAsync(session);
        await run.DisposeAsync();
        await UntilAsync(session, view => view.GetProperty("liveness").GetString() == "interrupted");
        await session.Editor.ExecuteAsync("agentide.node.reject", new() { ["run"] = "diamonds-1", ["node"] = 2, ["text"] = "It leaks." });
        await session.Editor.ExecuteAsync("agentide.run.hint", new() { ["run"] = "diamonds-1", ["text"] = "Mind the outliers." });
        JsonElement view = await UntilAsync(session, view => view.TryGetProperty("rejected", out _) && view.TryGetProperty("hint", out _));
        (view.GetProperty("rejected").GetInt32(), view.GetProperty("hint").GetString(), view.GetProperty("best").GetProperty("node").GetInt32()).ShouldBe((1, "Mind the outliers.", 1));
        await SaidAsync(session, "diamonds-1: node 2 is rejected. It was interrupted and goes by it once it is resumed: by the action \"Go on with diamonds-1\", or agentide run --resume diamonds-1.");
        JsonElement events = await session.Editor.AskAsync("agentide/events", new() { ["run"] = "diamonds-1", ["after"] = run.Journal.Seq });
        events.GetProperty("nodes").EnumerateArray().Select(node => (node.GetProperty("node").GetInt32(), node.GetProperty("best").GetBoolean(), node.TryGetProperty("rejected", out JsonElement rejected) && rejected.GetBoolean()))
            .ShouldBe([(1, true, false), (2, false, true)]);

        await session.Editor.ExecuteAsync("agentide.node.restore", new() { ["run"] = "diamonds-1", ["node"] = 2 });
        view = await UntilAsync(session, view => !view.TryGetProperty("rejected", out _));
        view.GetProperty("best").GetProperty("node").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task A_run_whose_process_is_gone_gets_a_new_one()
    {
        List<ResumeRunRequest> asked = [];
        await using Session session = await Session.StartAsync(resumeRun: (request, _) =>
        {
            asked.Add(request);
            return Task.CompletedTask;
        });
        ScriptedRun run = await TwoNodesAsync(session);
        await session.Editor.OpenAsync(session.TaskFile, "metric: rmsle\n");
        (await FailureAsync(session, "agentide.run.continue", new() { ["run"] = "diamonds-9" })).ShouldContain("diamonds-9");
        await run.AppendAsync([new NodeApplied(1, run.Journal[1].Code!.Value, "tasks/diamonds/solution.py")]);
        await UntilAsync(session, view => view.GetProperty("validNodes").GetInt32() == 2);
        int refreshed = session.Editor.Heard("workspace/codeLens/refresh").Count;
        await run.DisposeAsync();
        await session.Editor.HearAnotherAsync("workspace/codeLens/refresh", refreshed);
        await UntilAsync(session, view => view.GetProperty("liveness").GetString() == "interrupted");
        foreach (string command in (string[])["agentide.run.stop", "agentide.run.pause", "agentide.run.step"])
        {
            (await FailureAsync(session, command, new() { ["run"] = "diamonds-1" })).ShouldBe(
                "diamonds-1 is not running any more: its process is gone. The action \"Go on with diamonds-1\" gives it a new one; so does agentide run --resume diamonds-1");
        }

        await session.Editor.OpenAsync(session.SolutionFile, Codes.Draft);
        ResumeRunRequest expected = new(session.Root, RunId.Parse("diamonds-1"), Path.GetDirectoryName(session.TaskFile)!, null, "scripted");
        await session.Editor.ChooseAsync(await session.Editor.ActionsAsync(session.TaskFile), "Go on with diamonds-1");
        await session.Editor.ChooseAsync(await session.Editor.ActionsAsync(session.SolutionFile), "Go on with diamonds-1");
        asked.ShouldBe([expected, expected]);
        foreach (string path in (string[])[session.TaskFile, session.SolutionFile])
        {
            JsonElement lenses = await session.Editor.AskAsync("textDocument/codeLens", new JsonObject { ["textDocument"] = new JsonObject { ["uri"] = TestEditor.Uri(path) } });
            lenses.EnumerateArray().Select(lens => lens.GetProperty("command").GetProperty("title").GetString()).ShouldContain("Go on with diamonds-1, whose process is gone");
        }
    }

    [Theory]
    [InlineData("tasks/diamonds", "command:python3 mine.py")]
    [InlineData("tasks/diamonds", "draft=recording:mine.jsonl,builtin")]
    [InlineData("../elsewhere", null)]
    public async Task A_run_whose_log_names_what_no_editor_starts_goes_on_in_a_terminal(string folder, string? engineer)
    {
        bool resumed = false;
        await using Session session = await Session.StartAsync(resumeRun: (_, _) =>
        {
            resumed = true;
            return Task.CompletedTask;
        });
        await (await ScriptedRun.StartAsync(session.Store, folder, engineer: engineer)).DisposeAsync();
        await UntilAsync(session, view => view.GetProperty("budgetNodes").GetInt32() == 20 && view.GetProperty("liveness").GetString() == "interrupted");
        (await FailureAsync(session, "agentide.run.continue", new() { ["run"] = "diamonds-1" })).ShouldBe("diamonds-1 is gone on with in a terminal: agentide run --resume diamonds-1");
        resumed.ShouldBeFalse();
    }

    [Theory]
    [InlineData("agentide.run.hint", """{"text": " "}""", "The hint is empty.")]
    [InlineData("agentide.node.branch", """{"node": 9}""", "diamonds-1 has no node 9: it has 3.")]
    [InlineData("agentide.node.branch", """{"node": 3}""", "Node 3 is under way: nothing can come from it before it has ended.")]
    [InlineData("agentide.node.branch", "{}", "agentide.node.branch needs the number of a node, such as {\"run\": \"diamonds-1\", \"node\": 3}.")]
    [InlineData("agentide.node.restore", """{"node": 1}""", "Node 1 is not rejected.")]
    [InlineData("agentide.node.compare", """{"node": 1, "other": 1}""", "Node 1 of diamonds-1 can't be compared with itself: name another.")]
    [InlineData("agentide.node.open", """{"node": 1, "file": "prompt.md"}""", "Node 1 of diamonds-1 has no prompt.md: no model was asked for it.")]
    [InlineData("agentide.node.open", """{"node": 3, "file": "reply.md"}""", "Node 3 of diamonds-1 has no reply.md yet.")]
    public async Task What_would_come_to_nothing_is_said_in_one_line(string command, string arguments, string says)
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await TwoNodesAsync(session);
        await run.BeginAsync(Operator.Draft, null);
        await UntilAsync(session, view => view.GetProperty("nodes").GetInt32() == 3);
        JsonObject asked = JsonNode.Parse(arguments)!.AsObject();
        asked["run"] = "diamonds-1";
        (await FailureAsync(session, command, asked)).ShouldBe(says);
        (await run.Owned.ReadRequestsAsync(CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_run_that_has_finished_takes_nothing_any_more_but_a_branch_which_is_the_next_node_of_another_run()
    {
        await using Session session = await Session.StartAsync();
        ScriptedRun run = await TwoNodesAsync(session);
        await run.FinishAsync();
        await UntilAsync(session, view => view.GetProperty("liveness").GetString() == "finished");
        (await FailureAsync(session, "agentide.run.hint", new() { ["run"] = "diamonds-1", ["text"] = "more" })).ShouldBe("diamonds-1 has finished, and nobody is left to be told: give the hint to a branch of one of its nodes, which a run that goes on from it tries.");
        (await FailureAsync(session, "agentide.node.branch", new() { ["run"] = "diamonds-1", ["node"] = 9 })).ShouldBe("diamonds-1 has no node 9: it has 2.");
        await session.Editor.ExecuteAsync("agentide.node.branch", new() { ["run"] = "diamonds-1", ["node"] = 1 });
        await SaidAsync(session, "diamonds-1 has finished and stays as it is: diamonds-2 goes on from it, and there a branch of node 1 comes next, once it goes on: agentide run --resume diamonds-2");
        foreach (string command in (string[])["agentide.run.continue", "agentide.run.stop"])
        {
            (await FailureAsync(session, command, new() { ["run"] = "diamonds-1" })).ShouldBe("diamonds-1 is not running any more: it has finished, and what has finished can't go on. Start a new run.");
        }

        string path = await OpenNodeAsync(session, 2);
        Titles(await session.Editor.ActionsAsync(path)).ShouldNotContain(title => title.StartsWith("Branch", StringComparison.Ordinal) || title.StartsWith("Reject", StringComparison.Ordinal));
    }

    [Fact]
    public async Task In_a_folder_without_trust_nodes_are_compared_and_nothing_is_said_of_them()
    {
        await using Session session = Session.Unstarted();
        await session.Editor.InitializeAsync(session.Root, options: new JsonObject { ["trusted"] = false });
        await using ScriptedRun run = await TwoNodesAsync(session, connected: false);
        await UntilAsync(session, view => view.GetProperty("validNodes").GetInt32() == 2);
        foreach (string command in (string[])["agentide.run.step", "agentide.run.hint", "agentide.node.branch", "agentide.node.reject", "agentide.node.restore"])
        {
            (await FailureAsync(session, command, new() { ["run"] = "diamonds-1", ["node"] = 1, ["text"] = "x" })).ShouldStartWith("This folder is not trusted");
        }

        string path = await OpenNodeAsync(session, 2);
        Titles(await session.Editor.ActionsAsync(path)).ShouldBe(["Compare node 2 with its parent, node 1", "Open the output of node 2", "Open the thought of node 2"]);
        await session.Editor.OpenAsync(Path.Combine(session.Root, ".agentide", "HINT.md"), "Mind the outliers.");
        await SaveAsync(session, Path.Combine(session.Root, ".agentide", "HINT.md"));
        await SaidAsync(session, "This folder is not trusted, so nothing is said to its runs: trust it in the editor, and save again.");
        (await run.Owned.ReadRequestsAsync(CancellationToken.None)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_nodes_are_compared_in_files_and_shown_where_the_editor_makes_no_view_of_them(bool hasView)
    {
        await using Session session = Session.Unstarted();
        JsonObject capabilities = TestEditor.Capabilities();
        capabilities["experimental"] = new JsonObject { ["agentideDiff"] = hasView };
        await session.Editor.InitializeAsync(session.Root, capabilities);
        await using ScriptedRun run = await TwoNodesAsync(session, connected: false);
        await UntilAsync(session, view => view.GetProperty("validNodes").GetInt32() == 2);
        string path = await OpenNodeAsync(session, 2);
        await session.Editor.HearAsync("window/showDocument", _ => true);
        session.Editor.Forget();
        JsonElement compared = await session.Editor.ChooseAsync(await session.Editor.ActionsAsync(path), "Compare node 2 with its parent, node 1");
        (string left, string right) = (compared.GetProperty("left").GetString()!, compared.GetProperty("right").GetString()!);
        (await File.ReadAllTextAsync(left), await File.ReadAllTextAsync(right), compared.GetProperty("title").GetString()).ShouldBe((Codes.Draft, Codes.Improved, "diamonds-1: node 1 (RMSLE 0.20000 ± 0.00040) and node 2 (RMSLE 0.10000 ± 0.00040, better than node 1 by 0.10000 ± 0.00030)"));
        if (!hasView)
        {
            await session.Editor.HearAsync("window/showDocument", shown => shown.GetProperty("uri").GetString() == TestEditor.Uri(left));
            await session.Editor.HearAsync("window/showDocument", shown => shown.GetProperty("uri").GetString() == TestEditor.Uri(right));
        }

        JsonElement best = await session.Editor.ExecuteAsync("agentide.node.compare", new() { ["run"] = "diamonds-1", ["node"] = 1 });
        (await File.ReadAllTextAsync(best.GetProperty("left").GetString()!)).ShouldBe(Codes.Improved, "the best stands in for a parent");
        hasView.ShouldBe(session.Editor.Heard("window/showDocument").Count == 0);
    }

    [Theory]
    [InlineData("# agentide: try a log target\nmodel = Boosting(depth=8)", 4, 2, "try a log target\n\nThis is about line 6:\n\n    model = Boosting(depth=8)")]
    [InlineData("model = Boosting(depth=8)  # agentide: deeper", 4, 2, "deeper\n\nThis is about line 5:\n\n    model = Boosting(depth=8)")]
    [InlineData("    //agentide:   Deeper!  \n\n# agentide: more\nmodel = Boosting(depth=8)", 4, 2, "Deeper!\n\nThis is about line 8:\n\n    model = Boosting(depth=8)")]
    [InlineData("model = Boosting(depth=8)  #  Agentide :  deeper", 4, 2, "deeper\n\nThis is about line 5:\n\n    model = Boosting(depth=8)")]
    [InlineData("note = 'it\\'s'  # agentide: deeper", 4, 2, "deeper\n\nThis is about line 5:\n\n    note = 'it\\'s'")]
    [InlineData("model = Boosting(depth=8)", 4, null, null)]
    [InlineData("note = \"# agentide: no comment\"", 4, null, null)]
    [InlineData("note = 'it\\'s # agentide: no comment'", 4, null, null)]
    [InlineData("note = \"\"\"\n# agentide: no comment\n\"\"\"", 5, null, null)]
    [InlineData("# agentide:", 4, null, null)]
    public async Task A_comment_is_tried_in_a_branch_of_its_lines_node(string line, int at, int? node, string? text)
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await ThoughtTests.AppliedAsync(session);
        await session.Editor.OpenAsync(session.SolutionFile, Codes.Improved.Replace("model = Boosting(depth=8)", line, StringComparison.Ordinal));
        await session.Editor.HearDiagnosticsAsync(session.SolutionFile, found => found.Count > 1);
        List<JsonElement> actions = await session.Editor.ActionsAsync(session.SolutionFile, at);
        if (text is null)
        {
            Titles(actions).ShouldNotContain(title => title.StartsWith("Retry", StringComparison.Ordinal));
            return;
        }

        Titles(actions)[0].ShouldStartWith("Retry with this comment: ");
        await session.Editor.ChooseAsync(actions, "Retry");
        (await run.Owned.TakeRequestsAsync(CancellationToken.None)).ShouldBe([new BranchRequest("test-editor", node!.Value, text)]);
    }

    [Fact]
    public async Task A_comment_that_is_too_long_is_offered_and_whoever_takes_it_is_told()
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await ThoughtTests.AppliedAsync(session);
        await session.Editor.OpenAsync(session.SolutionFile, $"# agentide: {new string('x', 5_000)}\n{Codes.Improved}");
        await session.Editor.HearDiagnosticsAsync(session.SolutionFile, found => found.Count > 1);
        List<JsonElement> actions = await session.Editor.ActionsAsync(session.SolutionFile, 0);
        StreamJsonRpc.RemoteInvocationException error = await Should.ThrowAsync<StreamJsonRpc.RemoteInvocationException>(() => session.Editor.ChooseAsync(actions, "Retry with this comment: xxx"));
        error.Message.ShouldBe("The hint has 5,000 characters, and at most 4,000 are taken: say it shorter.");
    }

    [Theory]
    [InlineData("var note = \"// agentide: no comment\";", false)]
    [InlineData("var note = @\"a\\\"; // agentide: deeper", true)]
    [InlineData("var note = @\"a\n// agentide: no comment\";", false)]
    [InlineData("var note = \"\"\"\n// agentide: no comment\n\"\"\";", false)]
    [InlineData("var quote = '\"'; // agentide: deeper", true)]
    [InlineData("/* \" */ var depth = 8; // agentide: deeper", true)]
    public void A_comment_of_CSharp_is_told_from_a_string(string text, bool isComment)
    {
        Lsp.Documents.Document document = new("file:///solution.cs", "/solution.cs", 1, text);
        int line = document.Lines.ToList().FindIndex(one => one.Contains("// agentide", StringComparison.Ordinal));
        Lsp.Documents.StringLiterals.Cover(document, line, document.Lines[line].IndexOf("// agentide", StringComparison.Ordinal)).ShouldBe(!isComment);
    }

    [Fact]
    public async Task A_comment_at_a_line_of_the_draft_goes_back_to_the_draft()
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await ThoughtTests.AppliedAsync(session);
        await session.Editor.OpenAsync(session.SolutionFile, Codes.Improved.Replace("train = pd", "# agentide: read fewer rows\ntrain = pd", StringComparison.Ordinal));
        await session.Editor.HearDiagnosticsAsync(session.SolutionFile, found => found.Count > 1);
        await session.Editor.ChooseAsync(await session.Editor.ActionsAsync(session.SolutionFile, 2), "Retry with this comment: read fewer rows (a branch of node 1)");
        (await run.Owned.TakeRequestsAsync(CancellationToken.None)).Single().ShouldBeOfType<BranchRequest>().Node.ShouldBe(1);
    }

    [Fact]
    public async Task A_nodes_file_offers_to_branch_to_reject_and_to_restore_and_says_what_was_said()
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await TwoNodesAsync(session);
        string path = await OpenNodeAsync(session, 2);
        List<JsonElement> actions = await session.Editor.ActionsAsync(path);
        Titles(actions).ShouldBe(
        [
            "Apply the best node (2, RMSLE 0.10000 ± 0.00040)", "Branch from node 2: the next one comes from it", "Reject node 2: nothing more of it, and never the result",
            "Compare node 2 with its parent, node 1", "Open the output of node 2", "Open the thought of node 2",
        ]);
        await session.Editor.ChooseAsync(actions, "Reject node 2");
        (await run.Owned.TakeRequestsAsync(CancellationToken.None)).ShouldBe([new RejectRequest("test-editor", 2, null)]);
        await run.AppendAsync([new NodeRejected(2, "nvim", "It *leaks*."), new BranchAsked(1, "nvim", "Try a blend."), new NodeStarted(3, Operator.Improve, [1], "nvim asked", [], Asked: 1), new BranchAsked(1, "emacs", null)]);

        JsonElement published = await session.Editor.HearDiagnosticsAsync(path, found => found.Any(one => ThoughtTests.Message(one) == "Rejected by nvim: It *leaks*."));
        published.GetProperty("diagnostics").EnumerateArray().First(one => ThoughtTests.Message(one).StartsWith("Rejected", StringComparison.Ordinal)).GetProperty("severity").GetInt32().ShouldBe(3);
        Titles(await session.Editor.ActionsAsync(path)).ShouldContain("Restore node 2, which was rejected");
        (await session.Editor.HoverAsync(path, 4)).ShouldNotBeNull().ShouldContain("Rejected by nvim: It \\*leaks\\*.");
        JsonElement lenses = await session.Editor.AskAsync("textDocument/codeLens", new() { ["textDocument"] = new JsonObject { ["uri"] = TestEditor.Uri(path) } });
        lenses[0].GetProperty("command").GetProperty("title").GetString().ShouldBe("RMSLE 0.10000 ± 0.00040 (node 2 of diamonds-1; rejected; best RMSLE 0.20000 ± 0.00040 (node 1))");
        await session.Editor.OpenAsync(session.TaskFile);
        await session.Editor.HearDiagnosticsAsync(session.TaskFile, found => found.Any(one => ThoughtTests.Message(one).EndsWith("; next: a branch of node 1 (asked for by emacs)", StringComparison.Ordinal)));
        string thought = (await session.Editor.ExecuteAsync("agentide.node.open", new() { ["run"] = "diamonds-1", ["node"] = 3, ["file"] = "thought.md" })).GetProperty("path").GetString()!;
        (await File.ReadAllTextAsync(thought)).ShouldContain("A person's hint:\n\n> Try a blend.\n");
    }

    [Fact]
    public async Task A_paused_run_offers_a_step()
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await TwoNodesAsync(session);
        await run.AppendAsync([new RunPaused("nvim")]);
        await session.Editor.OpenAsync(session.TaskFile);
        await session.Editor.HearDiagnosticsAsync(session.TaskFile, found => found.Any(one => ThoughtTests.Message(one).Contains("now: paused", StringComparison.Ordinal)));
        List<JsonElement> actions = await session.Editor.ActionsAsync(session.TaskFile);
        Titles(actions)[..4].ShouldBe(["Stop diamonds-1", "Continue diamonds-1", "Step diamonds-1: one node more", "Give diamonds-1 a hint"]);
        await session.Editor.ChooseAsync(actions, "Step");
        (await run.Owned.TakeRequestsAsync(CancellationToken.None)).ShouldBe([new StepRequest("test-editor")]);
    }

    [Fact]
    public async Task What_is_written_in_the_hint_file_is_said_once_when_it_is_saved()
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await TwoNodesAsync(session);
        string path = (await session.Editor.ExecuteAsync("agentide.run.hint", new() { ["run"] = "diamonds-1" })).GetProperty("path").GetString()!;
        path.ShouldBe(Path.Combine(session.Root, ".agentide", "HINT.md"));
        string template = await File.ReadAllTextAsync(path);
        await session.Editor.OpenAsync(path);
        await SaveAsync(session, path);
        await session.Editor.TypeAsync(path, template + "\nMind the outliers.\n<!-- not this -->\nAnd the gaps.\n");
        await SaveAsync(session, path);
        await SaidAsync(session, "diamonds-1: the engineer is told the hint from the next node on.");
        await SaveAsync(session, path);
        await SaidAsync(session, "diamonds-1 has been told this already.");
        (await run.Owned.TakeRequestsAsync(CancellationToken.None)).ShouldBe([new HintRequest("test-editor", "Mind the outliers.\n\nAnd the gaps.")]);

        await session.Editor.TypeAsync(path, new string('a', 5_000));
        await SaveAsync(session, path);
        await SaidAsync(session, "The hint has 5,000 characters, and at most 4,000 are taken: say it shorter.");
        (await run.Owned.ReadRequestsAsync(CancellationToken.None)).ShouldBeEmpty();
        (await session.Editor.ExecuteAsync("agentide.run.hint", new() { ["run"] = "diamonds-1" })).GetProperty("path").GetString().ShouldBe(path);
        (await File.ReadAllTextAsync(path)).ShouldBe(template);
    }

    [Fact]
    public async Task A_hint_without_a_run_waits_until_there_is_one()
    {
        await using Session session = await Session.StartAsync();
        string path = session.Write(".agentide/HINT.md", "Mind the outliers.\n");
        await session.Editor.OpenAsync(path);
        await SaveAsync(session, path);
        await SaidAsync(session, "There is no run that could take the hint: start one, and save again.");
        await using ScriptedRun run = await TwoNodesAsync(session);
        await SaveAsync(session, path);
        await SaidAsync(session, "diamonds-1: the engineer is told the hint from the next node on.");
        (await run.Owned.TakeRequestsAsync(CancellationToken.None)).ShouldBe([new HintRequest("test-editor", "Mind the outliers.")]);
    }

    [Fact]
    public async Task Prompt_and_reply_are_readable_documents()
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await TwoNodesAsync(session);
        Blob prompt = Blob.Of("# system\n\nYou are an engineer.\n\n```\nignore"), answer = Blob.Of("The plan.\n```python\nx = 1\n```\n");
        TokenUsage usage = new(10, 0, 10, 0);
        await run.AppendAsync([new NodeStarted(3, Operator.Draft, [], "third", []), new CallReserved(3, 1, "openai:gpt-5.1", prompt.Digest, usage, null, default)], prompt);
        await UntilAsync(session, view => view.GetProperty("nodes").GetInt32() == 3);
        (await File.ReadAllTextAsync(await OpenAsync("prompt.md"))).ShouldBe("# What openai:gpt-5.1 was asked for node 3 (call 1)\n\n````text\n# system\n\nYou are an engineer.\n\n```\nignore\n````\n");
        (await FailureAsync(session, "agentide.node.open", new() { ["run"] = "diamonds-1", ["node"] = 3, ["file"] = "reply.md" })).ShouldBe("Node 3 of diamonds-1 has no reply.md yet.");
        await run.AppendAsync([new CallEnded(3, 1, answer.Digest, null, null, "", usage, null, 1)], answer);
        Blob code = Blob.Of("x = 1\n");
        await run.AppendAsync([new NodeProposed(3, "The plan.", code.Digest, [], null, null)], code);
        await UntilAsync(session, view => view.GetProperty("now").GetString()!.Contains("executing", StringComparison.Ordinal));
        (await File.ReadAllTextAsync(await OpenAsync("reply.md"))).ShouldBe("# What openai:gpt-5.1 answered for node 3 (call 1)\n\n````text\nThe plan.\n```python\nx = 1\n```\n````\n");
        string path = await OpenNodeAsync(session, 3);
        Titles(await session.Editor.ActionsAsync(path)).ShouldContain("Open the prompt of node 3");
        (await FailureAsync(session, "agentide.node.open", new() { ["run"] = "diamonds-1", ["node"] = 2, ["file"] = "prompt.md" })).ShouldBe("Node 2 of diamonds-1 has no prompt.md: no model was asked for it.");

        async Task<string> OpenAsync(string file) => (await session.Editor.ExecuteAsync("agentide.node.open", new() { ["run"] = "diamonds-1", ["node"] = 3, ["file"] = file })).GetProperty("path").GetString()!;
    }

    private static async Task<ScriptedRun> TwoNodesAsync(Session session, bool connected = true)
    {
        ScriptedRun run = await session.RunAsync();
        await run.AddValidAsync(Operator.Draft, null, "A mean first", Codes.Draft, 0.2, Codes.DraftReasons);
        await run.AddValidAsync(Operator.Improve, 1, "Trees", Codes.Improved, 0.1, Codes.ImprovedReasons);
        if (connected)
        {
            await UntilAsync(session, view => view.GetProperty("validNodes").GetInt32() == 2);
        }

        return run;
    }

    private static async Task<string> OpenNodeAsync(Session session, int node)
    {
        string path = (await session.Editor.ExecuteAsync("agentide.node.open", new() { ["run"] = "diamonds-1", ["node"] = node })).GetProperty("path").GetString()!;
        await session.Editor.OpenAsync(path);
        return path;
    }

    private static Task SaveAsync(Session session, string path) =>
        session.Editor.TellAsync("textDocument/didSave", new JsonObject { ["textDocument"] = new JsonObject { ["uri"] = TestEditor.Uri(path) } });

    /// <summary>The only run as the tree shows it, once it is as it is waited for.</summary>
    private static async Task<JsonElement> UntilAsync(Session session, Func<JsonElement, bool> fits)
    {
        while (true)
        {
            int heard = session.Editor.Heard("agentide/runChanged").Count;
            JsonElement[] known = [.. (await session.Editor.AskAsync("agentide/runs")).GetProperty("runs").EnumerateArray()];
            if (known is [var only] && fits(only))
            {
                return only;
            }

            await session.Editor.HearAnotherAsync("agentide/runChanged", heard);
        }
    }

    private static Task SaidAsync(Session session, string message) => session.Editor.HearAsync("window/showMessage", said => said.GetProperty("message").GetString() == message);

    private static async Task<string> FailureAsync(Session session, string command, JsonObject arguments)
    {
        StreamJsonRpc.RemoteInvocationException error = await Should.ThrowAsync<StreamJsonRpc.RemoteInvocationException>(() => session.Editor.ExecuteAsync(command, arguments));
        error.ErrorCode.ShouldBe(-32803);
        return error.Message;
    }

    private static string[] Titles(List<JsonElement> actions) => [.. actions.Select(action => action.GetProperty("title").GetString()!)];
}
