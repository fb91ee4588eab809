using System.Text.Json;
using System.Text.Json.Nodes;
using AgentIde.Core.Auditing;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Testing;

namespace AgentIde.LanguageServer.Tests;

public sealed class ThoughtTests
{
    [Fact]
    public async Task Task_yaml_tells_the_state_of_the_run_on_the_line_of_the_metric()
    {
        await using Session session = await Session.StartAsync();
        await session.Editor.OpenAsync(session.TaskFile);
        await using ScriptedRun run = await session.RunAsync();
        await run.AddValidAsync(Operator.Draft, null, "A mean first", Codes.Draft, 0.0931);
        await run.BeginAsync(Operator.Improve, 1);
        JsonElement published = await session.Editor.HearDiagnosticsAsync(session.TaskFile, found => found.Count == 1 && Message(found[0]).Contains("node 2", StringComparison.Ordinal));
        published.GetProperty("diagnostics")[0].GetRawText().ShouldBe(
            """{"range":{"start":{"line":2,"character":0},"end":{"line":2,"character":13}},"severity":3,"code":"run","source":"agentide","message":"diamonds-1: node 2 of 20, best RMSLE 0.09310 \u00B1 0.00040 (node 1); now: Improve node 1 (thinking)","data":{"run":"diamonds-1","node":1}}""");
    }

    [Fact]
    public async Task What_an_editor_dropped_with_a_text_comes_again_when_the_text_is_back_within_a_moment()
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await session.RunAsync();
        int node = await run.AddValidAsync(Operator.Draft, null, "A mean first", Codes.Draft, 0.0931, Codes.DraftReasons);
        await ApplyAsync(run, node);
        await session.Editor.OpenAsync(session.SolutionFile, Codes.Draft);
        JsonElement first = await session.Editor.HearDiagnosticsAsync(session.SolutionFile, found => found.Any(IsHint));
        session.Editor.Forget();

        await session.Editor.TypeAsync(session.SolutionFile, "");
        await session.Editor.TypeAsync(session.SolutionFile, Codes.Draft);

        JsonElement again = await session.Editor.HearDiagnosticsAsync(session.SolutionFile, found => found.Any(IsHint));
        again.GetProperty("diagnostics").GetRawText().ShouldBe(first.GetProperty("diagnostics").GetRawText());
        again.GetProperty("version").GetInt32().ShouldBe(first.GetProperty("version").GetInt32() + 2);
    }

    [Fact]
    public async Task What_code_writes_while_it_runs_is_in_the_state_of_the_run_and_can_be_opened()
    {
        await using Session session = await Session.StartAsync();
        await session.Editor.OpenAsync(session.TaskFile);
        await using ScriptedRun run = await session.RunAsync();
        int node = await run.ProposeAsync(Operator.Draft, null, "A mean first", Codes.Draft);
        await run.AppendAsync([new ExecutionStarted(node, 1, ExecutionPurpose.Search), new OutputWritten(node, 1, ExecutionPurpose.Search, "fold 1: 0.1\nfold 2: 0.0\u001b[31m9\n")]);
        await session.Editor.HearDiagnosticsAsync(session.TaskFile, found => found.Count == 1 && Message(found[0]).EndsWith("now: Draft (executing): fold 2: 0.0␛[31m9", StringComparison.Ordinal));
        JsonElement opened = await session.Editor.ExecuteAsync("agentide.node.open", new() { ["run"] = run.Run.Value, ["node"] = node, ["file"] = "output.txt" });
        (await File.ReadAllTextAsync(opened.GetProperty("path").GetString()!)).ShouldBe("fold 1: 0.1\nfold 2: 0.0␛[31m9\n");
    }

    [Fact]
    public async Task What_a_model_says_is_in_the_state_of_the_run_its_tree_and_its_open_thought_while_it_says_it_and_stays_readable()
    {
        await using Session session = await Session.StartAsync();
        await session.Editor.OpenAsync(session.TaskFile);
        await using ScriptedRun run = await session.RunAsync();
        int node = await run.BeginAsync(Operator.Draft, null);
        await run.AppendAsync([new CallReserved(node, 1, "openai:gpt-5.1", Digest.Of("prompt"), new TokenUsage(1, 0, 1, 0), null, default), new CallWritten(node, 1, "The price is skewed, so \u001b[31mlogs", "", 40)]);
        await session.Editor.HearDiagnosticsAsync(session.TaskFile, found => found.Count == 1 && Message(found[0]).EndsWith("now: Draft (thinking): The price is skewed, so ␛[31mlogs", StringComparison.Ordinal));
        (await session.Editor.HoverAsync(session.TaskFile, 2))!.ShouldEndWith("Draft (node 1), openai:gpt-5.1 thinks: The price is skewed, so ␛\\[31mlogs (about 10 tokens so far)");
        JsonElement events = await session.Editor.AskAsync("agentide/events", new() { ["run"] = "diamonds-1", ["after"] = 0 });
        events.GetProperty("nodes")[0].GetProperty("plan").GetString().ShouldBe("thinking: The price is skewed, so ␛[31mlogs");

        string path = (await session.Editor.ExecuteAsync("agentide.node.open", new() { ["run"] = run.Run.Value, ["node"] = node, ["file"] = "thought.md" })).GetProperty("path").GetString()!;
        (await File.ReadAllTextAsync(path)).ShouldContain("## openai:gpt-5.1 at work\n\nAbout 10 tokens so far; the end of them:\n\n> The price is skewed, so ␛\\[31mlogs\n");
        await session.Editor.OpenAsync(path, await File.ReadAllTextAsync(path));
        await run.AppendAsync([new CallWritten(node, 1, " it is.", "", 47)]);
        await HoldsAsync(path, "logs it is.");

        Blob thinking = Blob.Of("The price is skewed, so logs it is.\n\n# No heading"), answer = Blob.Of("answer"), code = Blob.Of(Codes.Draft);
        await run.AppendAsync([new CallEnded(node, 1, answer.Digest, thinking.Digest, null, "", new TokenUsage(1, 0, 1, 0), null, 1), new NodeProposed(node, "A mean first", code.Digest, [], null, null)], thinking, answer, code);
        await HoldsAsync(path, "## What it thought\n\n> The price is skewed, so logs it is.\n>\n> \\# No heading\n");
        (await File.ReadAllTextAsync(path)).ShouldNotContain("at work");
        await ApplyAsync(run, node);
        await session.Editor.OpenAsync(session.SolutionFile, Codes.Draft);
        await session.Editor.HearDiagnosticsAsync(session.SolutionFile, found => found.Any(IsHint));
        (await session.Editor.HoverAsync(session.SolutionFile, 0))!.ShouldEndWith("It thought: The price is skewed, so logs it is.  # No heading");
    }

    [Fact]
    public async Task What_changed_between_the_writing_of_a_thought_and_its_opening_is_in_it_and_output_is_followed_as_it_comes()
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await session.RunAsync();
        int node = await run.BeginAsync(Operator.Draft, null);
        await run.AppendAsync([new CallReserved(node, 1, "openai:gpt-5.1", Digest.Of("prompt"), new TokenUsage(1, 0, 1, 0), null, default), new CallWritten(node, 1, "The price", "", 9)]);
        await session.Editor.HearAsync("agentide/runChanged", news => news.GetProperty("seq").GetInt64() == run.Journal.Seq);
        string path = (await session.Editor.ExecuteAsync("agentide.node.open", new() { ["run"] = run.Run.Value, ["node"] = node, ["file"] = "thought.md" })).GetProperty("path").GetString()!;
        await run.AppendAsync([new CallWritten(node, 1, " is skewed.", "", 20)]);
        await session.Editor.HearAsync("agentide/runChanged", news => news.GetProperty("seq").GetInt64() == run.Journal.Seq);
        await session.Editor.OpenAsync(path, await File.ReadAllTextAsync(path));
        await HoldsAsync(path, "The price is skewed.");

        string output = Path.Combine(Path.GetDirectoryName(path)!, "output.txt");
        await run.AppendAsync([new ExecutionStarted(node, 1, ExecutionPurpose.Search), new OutputWritten(node, 1, ExecutionPurpose.Search, "fold 1: 0.1\n")]);
        await HoldsAsync(output, "fold 1: 0.1\n");
        await session.Editor.TellAsync("textDocument/didClose", new() { ["textDocument"] = new System.Text.Json.Nodes.JsonObject { ["uri"] = TestEditor.Uri(path) } });
        await session.Editor.OpenAsync(output);
        await run.AppendAsync([new OutputWritten(node, 1, ExecutionPurpose.Search, "fold 2: 0.2\n")]);
        await HoldsAsync(output, "fold 1: 0.1\nfold 2: 0.2\n");
    }

    /// <summary>Waits until a file that is written anew holds a text.</summary>
    private static async Task HoldsAsync(string path, string text)
    {
        WaitLimit limit = new();
        using PeriodicTimer looks = new(TimeSpan.FromMilliseconds(20));
        while (!File.Exists(path) || !(await File.ReadAllTextAsync(path)).Contains(text, StringComparison.Ordinal))
        {
            await looks.WaitForNextTickAsync(limit.Token);
        }
    }

    [Fact]
    public async Task Thoughts_are_hints_at_the_first_line_of_what_they_wrote()
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await AppliedAsync(session);
        await session.Editor.OpenAsync(session.SolutionFile, Codes.Improved);
        JsonElement published = await session.Editor.HearDiagnosticsAsync(session.SolutionFile, found => found.Any(IsHint));
        JsonElement[] hints = [.. published.GetProperty("diagnostics").EnumerateArray().Where(IsHint)];
        hints.Select(hint => $"{Line(hint)} {hint.GetProperty("code").GetString()}: {Message(hint)}").ShouldBe(
        [
            "3 improve: Improve (node 2): Price grows with volume",
            "4 improve: Improve (node 2): Trees find thresholds in carat",
            "0 draft: Draft (node 1): A mean first",
            "2 draft: Draft (node 1): All rows are read at once",
            "5 draft: Draft (node 1): A mean is the floor to beat",
        ]);
        hints[0].GetProperty("data").GetRawText().ShouldBe("""{"run":"diamonds-1","node":2,"step":"think"}""");
    }

    [Fact]
    public async Task What_a_review_found_stands_on_its_lines_and_in_the_document_of_the_node()
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await session.RunAsync();
        int node = await run.AddValidAsync(Operator.Draft, null, "A mean first", Codes.Draft, 0.2);
        await run.AppendAsync([new NodeReviewed(node, "It fits on all rows.", true, [new ReviewFinding(5, 5, "leak", "fitted on what it is scored on"), new ReviewFinding(900, 900, "bug", "nowhere")])]);
        await ApplyAsync(run, node);
        await session.Editor.OpenAsync(session.SolutionFile, $"# mine\n{Codes.Draft}");
        JsonElement published = await session.Editor.HearDiagnosticsAsync(session.SolutionFile, found => found.Any(IsReview));
        published.GetProperty("diagnostics").EnumerateArray().Where(IsReview).Select(found => $"{Line(found)} {found.GetProperty("severity")}: {Message(found)}").ShouldBe(
        [
            "0 2: Review of node 1: suspect. It fits on all rows.",
            "5 2: Review of node 1: leak: fitted on what it is scored on",
        ]);
        JsonElement opened = await session.Editor.ExecuteAsync("agentide.node.open", new() { ["run"] = run.Run.Value, ["node"] = node, ["file"] = "thought.md" });
        string thought = await File.ReadAllTextAsync(opened.GetProperty("path").GetString()!);
        thought.ShouldContain("## Review\n\nReview of node 1: suspect. It fits on all rows");
        thought.ShouldContain("- line 5: leak: fitted on what it is scored on");

        static bool IsReview(JsonElement found) => found.GetProperty("code").GetString() == "review";
    }

    [Fact]
    public async Task What_an_audit_warns_of_stands_on_its_lines_until_a_person_changes_them()
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await session.RunAsync();
        string code = $"{Codes.Draft}test = pd.read_csv('input/test.csv')\ntest.loc[test['id'] == 17, 'price'] = 326\nprint('score: 0.01')\n";
        int node = await run.ProposeAsync(Operator.Draft, null, "A mean first", code);
        await run.ExecuteAsync(node, "score: 0.01", 0.01);
        await run.ScoreAsync(node, 0.2, claim: 0.01);
        await ApplyAsync(run, node);
        await session.Editor.OpenAsync(session.SolutionFile, $"# mine\n{code}");
        JsonElement published = await session.Editor.HearDiagnosticsAsync(session.SolutionFile, found => found.Any(IsAudit));
        published.GetProperty("diagnostics").EnumerateArray().Where(IsAudit).Select(found => $"{Line(found)} {found.GetProperty("severity")}: {Message(found).Split(". ")[0]}").ShouldBe(
        [
            "0 2: Audit of node 1: claim: it claims 0.01000 and was graded 0.20000 ± 0.00040: 475.0 errors better",
            "8 2: Audit of node 1: answers: it asks for a single id: ['id']==17",
            "9 2: Audit of node 1: claim: the score that it prints is a number in the program: print('score: 0.01')",
        ]);
        await session.Editor.OpenAsync(session.SolutionFile, code.Replace("== 17", "> 17", StringComparison.Ordinal));
        await session.Editor.HearDiagnosticsAsync(session.SolutionFile, found => found.Count(IsAudit) == 2);
        await run.AppendAsync([new SolutionChosen(node, "the only one", RunEnding.NodesSpent), new RunFinished(RunEnding.NodesSpent, "", Digest.Of("journal"))]);
        AuditFinding gap = new(AuditKind.Gap, AuditSeverity.Warning, node, null, "RMSLE 0.4 on other rows", AuditBasis.Executed);
        await run.AppendAsync([new NodeAudited(node, DateTimeOffset.UnixEpoch, [], [gap, gap with { Severity = AuditSeverity.Note, Evidence = "a note" }])]);
        await session.Editor.HearDiagnosticsAsync(session.SolutionFile, found => found.Count(IsAudit) == 3 && found.Exists(one => Message(one).StartsWith("Audit of node 1: gap: RMSLE 0.4 on other rows. ", StringComparison.Ordinal)));

        static bool IsAudit(JsonElement found) => found.GetProperty("code").GetString() == "audit";
    }

    [Fact]
    public async Task At_most_50_thoughts_stand_in_a_file_and_the_rest_is_counted()
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await session.RunAsync();
        string code = string.Join('\n', Enumerable.Range(1, 60).Select(line => $"x{line} = {line}"));
        int node = await run.AddValidAsync(Operator.Draft, null, "Sixty reasons", code, 0.2, [.. Enumerable.Range(1, 60).Select(line => new Reason(line, line, $"block {line}", $"reason {line}"))]);
        await ApplyAsync(run, node);
        await session.Editor.OpenAsync(session.SolutionFile, code);
        JsonElement published = await session.Editor.HearDiagnosticsAsync(session.SolutionFile, found => found.Any(IsHint));
        JsonElement[] hints = [.. published.GetProperty("diagnostics").EnumerateArray().Where(IsHint)];
        hints.Length.ShouldBe(51);
        Message(hints[^1]).ShouldStartWith("10 earlier thoughts");
    }

    [Fact]
    public async Task A_failure_stands_at_its_line_in_the_nodes_document_and_has_an_action()
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await session.RunAsync();
        int node = await run.ProposeAsync(Operator.Draft, null, "Group by colour", Codes.Draft);
        await run.ExecuteAsync(node, "Traceback …");
        await run.FailAsync(node, "KeyError: 'colour'", 4);
        await session.Editor.OpenAsync(session.TaskFile);
        await session.Editor.HearDiagnosticsAsync(session.TaskFile, found => found.Count == 1);
        string path = (await session.Editor.ExecuteAsync("agentide.node.open", new() { ["run"] = "diamonds-1", ["node"] = node })).GetProperty("path").GetString()!;
        (await File.ReadAllTextAsync(path)).ShouldBe(Codes.Draft);
        await session.Editor.OpenAsync(path);
        JsonElement published = await session.Editor.HearDiagnosticsAsync(path, found => found.Count > 0);
        JsonElement error = published.GetProperty("diagnostics").EnumerateArray().Single(one => one.GetProperty("severity").GetInt32() == 1);
        Message(error).ShouldBe("KeyError: 'colour'");
        Line(error).ShouldBe(3);
        JsonElement action = (await session.Editor.ActionsAsync(path, 3, error)).First(one => one.GetProperty("title").GetString() == "Open the output of node 1");
        action.GetProperty("diagnostics")[0].GetProperty("message").GetString().ShouldBe("KeyError: 'colour'");
        JsonElement output = await session.Editor.ChooseAsync([action], "Open the output");
        (await File.ReadAllTextAsync(output.GetProperty("path").GetString()!)).ShouldBe("Traceback …");
    }

    [Fact]
    public async Task Hover_says_which_step_wrote_the_line_why_and_what_it_did_to_the_score()
    {
        await using Session session = await Session.StartAsync(markdown: false);
        await using ScriptedRun run = await AppliedAsync(session);
        await session.Editor.OpenAsync(session.SolutionFile, Codes.Improved);
        await session.Editor.HearDiagnosticsAsync(session.SolutionFile, found => found.Any(IsHint));
        (await session.Editor.HoverAsync(session.SolutionFile, 3)).ShouldBe(
            "Improve (node 2), features: Price grows with volume\nPlan: Trees on volume\nRMSLE 0.09310 ± 0.00040 on the blind holdout, better than node 1 by 0.10690 ± 0.00030; it claims 0.09210.");
        (await session.Editor.HoverAsync(session.SolutionFile, 2)).ShouldBe(
            "Draft (node 1), data: All rows are read at once\nPlan: A mean first\nRMSLE 0.20000 ± 0.00040 on the blind holdout; it claims 0.19900.\nKept up to node 2, which stands here: RMSLE 0.09310 ± 0.00040 on the blind holdout, better than node 1 by 0.10690 ± 0.00030; it claims 0.09210.");
    }

    [Fact]
    public async Task Blame_survives_an_edit_and_says_that_a_line_is_the_persons()
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await AppliedAsync(session);
        await session.Editor.OpenAsync(session.SolutionFile, Codes.Improved);
        await session.Editor.HearDiagnosticsAsync(session.SolutionFile, found => found.Any(IsHint));
        await session.Editor.TypeAsync(session.SolutionFile, "# by hand\n" + Codes.Improved.Replace("depth=8", "depth=9", StringComparison.Ordinal));
        (await session.Editor.HoverAsync(session.SolutionFile, 0))!.ShouldBe("You changed this line since node 2 of diamonds-1 was applied.");
        (await session.Editor.HoverAsync(session.SolutionFile, 5))!.ShouldStartWith("You changed this line");
        (await session.Editor.HoverAsync(session.SolutionFile, 4))!.ShouldContain("node 2");
        (await session.Editor.HoverAsync(session.SolutionFile, 1))!.ShouldContain("node 1");
    }

    [Fact]
    public async Task A_plan_that_is_hostile_comes_as_plain_text()
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await session.RunAsync();
        string plan = "<b>x</b> [click](command:evil) ![](https://evil/x.png) `a` @everyone \u202Eabc\u001b[31m #1 www.evil.com\n# Title";
        int node = await run.AddValidAsync(Operator.Draft, null, plan, "x = 1\n", 0.2);
        await ApplyAsync(run, node);
        await session.Editor.OpenAsync(session.SolutionFile, "x = 1\n");
        JsonElement published = await session.Editor.HearDiagnosticsAsync(session.SolutionFile, found => found.Any(IsHint));
        string message = Message(published.GetProperty("diagnostics").EnumerateArray().Single(IsHint));
        message.ShouldContain("\\u{202E}abc␛[31m");
        message.ShouldNotContain("\n");
        string hover = (await session.Editor.HoverAsync(session.SolutionFile, 0))!;
        hover.ShouldContain("""\<b>x\</b> \[click\](command:evil) \!\[\](https\://evil/x.png) \`a\` \@everyone \\u{202E}abc␛\[31m \#1 www\.evil.com # Title""");
        hover.ShouldNotContain("\u202E");
    }

    [Fact]
    public async Task A_file_shows_the_run_that_was_applied_to_it_last()
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun first = await session.RunAsync();
        await first.AddValidAsync(Operator.Draft, null, "First run", "a = 1\n", 0.2);
        await ApplyAsync(first, 1);
        await session.Editor.OpenAsync(session.SolutionFile, "a = 1\n");
        await session.Editor.HearDiagnosticsAsync(session.SolutionFile, found => found.Any(one => Message(one).Contains("First run", StringComparison.Ordinal)));
        await using ScriptedRun second = await session.RunAsync();
        await second.AddValidAsync(Operator.Draft, null, "Second run", "a = 1\n", 0.1);
        await ApplyAsync(second, 1);
        JsonElement published = await session.Editor.HearDiagnosticsAsync(session.SolutionFile, found => found.Any(one => Message(one).Contains("Second run", StringComparison.Ordinal)));
        published.GetProperty("diagnostics").EnumerateArray().ShouldAllBe(one => !Message(one).Contains("First run", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_that_cannot_be_read_is_told_once_and_the_others_go_on()
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun broken = await session.RunAsync();
        await broken.AppendAsync([]);
        await using ScriptedRun whole = await session.RunAsync();
        await whole.AddValidAsync(Operator.Draft, null, "Fine", "a = 1\n", 0.2);
        session.Store.Break(broken.Run);
        await session.Editor.OpenAsync(session.TaskFile);
        await session.Editor.HearAsync("window/showMessage", said => said.GetProperty("message").GetString()!.StartsWith("diamonds-1 can't be read", StringComparison.Ordinal));
        await session.Editor.HearDiagnosticsAsync(session.TaskFile, found => found.Count == 1 && Message(found[0]).StartsWith("diamonds-2", StringComparison.Ordinal));
        session.Editor.Heard("window/showMessage").Count.ShouldBe(1);
    }

    internal static async Task<ScriptedRun> AppliedAsync(Session session)
    {
        ScriptedRun run = await session.RunAsync();
        await run.AddValidAsync(Operator.Draft, null, "A mean first", Codes.Draft, 0.2, Codes.DraftReasons);
        await run.AddValidAsync(Operator.Improve, 1, "Trees on volume", Codes.Improved, 0.0931, Codes.ImprovedReasons);
        await ApplyAsync(run, 2);
        return run;
    }

    internal static Task ApplyAsync(ScriptedRun run, int node) =>
        run.AppendAsync([new NodeApplied(node, run.Journal[node].Code!.Value, "tasks/diamonds/solution.py")]);

    internal static string Message(JsonElement diagnostic) => diagnostic.GetProperty("message").GetString()!;

    private static int Line(JsonElement diagnostic) => diagnostic.GetProperty("range").GetProperty("start").GetProperty("line").GetInt32();

    [Fact]
    public async Task Thoughts_are_information_where_the_person_wants_them_among_the_problems()
    {
        await using Session session = Session.Unstarted();
        await session.Editor.InitializeAsync(session.Root, options: new JsonObject { ["thoughtsInProblems"] = true });
        await using ScriptedRun run = await session.RunAsync();
        await run.AddValidAsync(Operator.Draft, null, "A mean first", Codes.Draft, 0.2, Codes.DraftReasons);
        await ApplyAsync(run, 1);
        await session.Editor.OpenAsync(session.SolutionFile, Codes.Draft);
        JsonElement published = await session.Editor.HearDiagnosticsAsync(session.SolutionFile, found => found.Exists(IsThought));
        published.GetProperty("diagnostics").EnumerateArray().Where(IsThought).ShouldAllBe(thought => thought.GetProperty("severity").GetInt32() == 3);

        static bool IsThought(JsonElement diagnostic) => diagnostic.GetProperty("code").GetString() == "draft";
    }

    private static bool IsHint(JsonElement diagnostic) => diagnostic.GetProperty("severity").GetInt32() == 4;
}
