using System.Text.Json;
using AgentIde.Core.Runs;
using AgentIde.Storage;
using AgentIde.Testing;

namespace AgentIde.LanguageServer.Tests;

public sealed class NeovimTests
{
    [Fact]
    public async Task The_whole_journey_goes_through_a_real_neovim()
    {
        using TemporaryFolder workspace = new();
        string task = workspace.Write("tasks/diamonds/task.yaml", "id: diamonds\nmetric: rmsle\n");
        JsonElement seen = await EditorJourney.OfNeovimAsync(workspace.Path, task, EditorHost.Scripted, ("AGENTIDE_JOURNEY_SECONDS", "60"));
        string Text(string name) => seen.GetProperty(name).GetString()!;
        Text("firstStatus").ShouldStartWith("diamonds-1: node");
        Text("lastStatus").ShouldBe("diamonds-1: node 4 of 4, best RMSLE 0.09310 ± 0.00040 (node 4); finished: all nodes are spent");
        Text("hoverInNode").ShouldContain("Draft (node 1): Start with the mean");
        seen.GetProperty("appliedIsNode").GetBoolean().ShouldBeTrue();
        Text("hoverBefore").ShouldContain("Improve (node 4), model: Trees find thresholds in carat");
        Text("hoverOnEdited").ShouldBe("You changed this line since node 4 of diamonds-1 was applied.");
        Text("hoverOnOther").ShouldContain("node 1");
        Text("refusal").ShouldContain("holds work of yours");
        seen.GetProperty("handWorkKept").GetBoolean().ShouldBeTrue();
        (await File.ReadAllTextAsync(Path.Combine(workspace.Path, "tasks/diamonds/solution.py"))).ShouldContain("# changed by hand\nmodel = Boosting(depth=8)  # and this too\nmodel.fit(train)\nsave(model)\n");
    }

    [Fact]
    public async Task Two_editors_on_one_run_see_the_same_and_either_says_what_is_next()
    {
        using TemporaryFolder workspace = new();
        string task = workspace.Write("tasks/diamonds/task.yaml", "id: diamonds\nmetric: rmsle\n");
        string solution = workspace["tasks", "diamonds", "solution.py"];
        using SqliteRunStore store = new(workspace.Path, TimeProvider.System);
        await using ScriptedRun run = await ScriptedRun.StartAsync(store, nodes: 4);
        await using Neovim one = Neovim.Start(workspace.Path, EditorHost.OnDisk);
        await using Neovim other = Neovim.Start(workspace.Path, EditorHost.OnDisk);
        await one.VisitAsync(task);
        await other.VisitAsync(task);
        await run.AddValidAsync(Operator.Draft, null, "Start with the mean", Codes.Draft, 0.2134, Codes.DraftReasons);
        (await one.StatusAsync(task, "best RMSLE 0.2134")).ShouldBe(await other.StatusAsync(task, "best RMSLE 0.2134"));

        // One pauses, the other lets it go on; each sees what the other did.
        await one.CommandAsync("AgentidePause");
        PauseRequest pause = (await run.Owned.TakeRequestsAsync(CancellationToken.None)).ShouldHaveSingleItem().ShouldBeOfType<PauseRequest>();
        await run.AppendAsync([new RunPaused(pause.By)]);
        (await one.StatusAsync(task, "paused")).ShouldBe(await other.StatusAsync(task, "paused"));
        await other.CommandAsync("AgentideContinue");
        ContinueRequest go = (await run.Owned.TakeRequestsAsync(CancellationToken.None)).ShouldHaveSingleItem().ShouldBeOfType<ContinueRequest>();
        await run.AppendAsync([new RunContinued(go.By)]);

        // What one applies and saves has its thoughts in the other.
        await one.CommandAsync("AgentideApply");
        await one.ToldAsync("Undo takes it back");
        AppliedRequest applied = (await run.Owned.TakeRequestsAsync(CancellationToken.None)).ShouldHaveSingleItem().ShouldBeOfType<AppliedRequest>();
        await run.AppendAsync([new NodeApplied(applied.Node, applied.Code, applied.File)]);
        await one.VisitAsync(solution);
        await one.CommandAsync("silent write");
        await other.VisitAsync(solution);
        await other.RunAsync($"return until_('thoughts', function() return #person.messages(bufnr({Neovim.Lua(solution)}), vim.diagnostic.severity.HINT) == 3 end)");
        (await other.HoverAsync(solution, 3)).ShouldNotBeNull().ShouldContain("Draft (node 1), data: All rows are read at once");

        // Both type into it: to the one that has it as it was applied the next node may come, to the other it may not.
        await run.AddValidAsync(Operator.Improve, 1, "Trees", Codes.Improved, 0.0931, Codes.ImprovedReasons);
        await other.StatusAsync(task, "best RMSLE 0.0931");
        await other.RunAsync($"vim.api.nvim_buf_set_lines(bufnr({Neovim.Lua(solution)}), 3, 4, false, {{'model = Median()'}})");
        (await other.HoverAsync(solution, 4)).ShouldBe("You changed this line since node 1 of diamonds-1 was applied.");
        await other.CommandAsync("AgentideApply 2");
        await other.ToldAsync("holds work of yours");
        (await other.TextAsync(solution)).ShouldBe(Codes.Draft.TrimEnd().Replace("model = Mean()", "model = Median()", StringComparison.Ordinal));
        int known = await one.ToldAsync();
        await one.CommandAsync("AgentideApply 2");
        await one.ToldAsync("Node 2 of diamonds-1 is in solution.py", known);
        (await one.TextAsync(solution)).ShouldBe(Codes.Improved.TrimEnd());
        await one.RunAsync("vim.cmd('undo')");
        (await one.TextAsync(solution)).ShouldBe(Codes.Draft.TrimEnd());
        (await run.Owned.TakeRequestsAsync(CancellationToken.None)).ShouldHaveSingleItem().ShouldBeOfType<AppliedRequest>().Node.ShouldBe(2);

        await run.FinishAsync();
        (await one.StatusAsync(task, "finished")).ShouldBe(await other.StatusAsync(task, "finished"));
    }

    [Fact]
    public async Task A_run_goes_on_while_its_editor_is_dead_and_is_there_again()
    {
        using TemporaryFolder workspace = new();
        string task = workspace.Write("tasks/diamonds/task.yaml", "id: diamonds\nmetric: rmsle\n");
        using SqliteRunStore store = new(workspace.Path, TimeProvider.System);
        await using ScriptedRun run = await ScriptedRun.StartAsync(store, nodes: 4);
        await using (Neovim killed = Neovim.Start(workspace.Path, EditorHost.OnDisk))
        {
            await killed.VisitAsync(task);
            await killed.StatusAsync(task, "node 0 of 4");
            await killed.KillAsync();
        }

        await run.AddValidAsync(Operator.Draft, null, "Start with the mean", Codes.Draft, 0.2134, Codes.DraftReasons);
        int thinking = await run.BeginAsync(Operator.Improve, 1);
        await using Neovim again = Neovim.Start(workspace.Path, EditorHost.OnDisk);
        await again.VisitAsync(task);
        await again.StatusAsync(task, "node 2 of 4, best RMSLE 0.2134");

        // What is thought is read while it is thought.
        await again.CommandAsync($"AgentideThought {thinking}");
        string thought = (await again.RunAsync("return vim.api.nvim_buf_get_name(0)")).GetString()!;
        thought.ShouldEndWith(".agentide/runs/diamonds-1/view/2/thought.md");
        (await again.TextAsync(thought)).ShouldContain("The engineer is still thinking.");
        Blob code = Blob.Of(Codes.Improved);
        await run.AppendAsync([new NodeProposed(thinking, "Trees find thresholds", code.Digest, [], null, null)], code);
        await again.RunAsync($"return until_('the thought', function() return person.text(bufnr({Neovim.Lua(thought)})):find('Trees find thresholds', 1, true) end)");

        // The server dies as well: opening the file again brings it back, and the run with it.
        await again.RunAsync("vim.lsp.stop_client(vim.lsp.get_active_clients(), true)");
        await again.RunAsync("return until_('its end', function() return #vim.lsp.get_active_clients() == 0 end)");
        await run.ScoreAsync(thinking, 0.0931);
        await again.VisitAsync(task);
        await again.StatusAsync(task, "node 2 of 4, best RMSLE 0.0931");
        await again.CommandAsync("AgentideStop");
        (await run.Owned.TakeRequestsAsync(CancellationToken.None)).ShouldHaveSingleItem().ShouldBeOfType<StopRequest>().Choose.ShouldBeTrue();
    }

    [Fact]
    public async Task A_run_is_steered_by_commands()
    {
        using TemporaryFolder workspace = new();
        string task = workspace.Write("tasks/diamonds/task.yaml", "id: diamonds\nmetric: rmsle\n");
        using SqliteRunStore store = new(workspace.Path, TimeProvider.System);
        await using ScriptedRun run = await ScriptedRun.StartAsync(store, nodes: 4);
        await run.AddValidAsync(Operator.Draft, null, "Start with the mean", Codes.Draft, 0.2134, Codes.DraftReasons);
        await run.AddValidAsync(Operator.Improve, 1, "Trees", Codes.Improved, 0.0931, Codes.ImprovedReasons);
        await using Neovim editor = Neovim.Start(workspace.Path, EditorHost.OnDisk);
        await editor.VisitAsync(task);
        await editor.StatusAsync(task, "node 2 of 4");

        async Task<RunRequest> AskedAsync(string command)
        {
            await editor.CommandAsync(command);
            return (await run.Owned.TakeRequestsAsync(CancellationToken.None)).ShouldHaveSingleItem();
        }

        await editor.CommandAsync("AgentideOutput 1");
        (await editor.RunAsync("return person.text(0)")).GetString().ShouldBe("score: 0.2134");
        (await editor.RunAsync("return vim.bo.modifiable")).GetBoolean().ShouldBeFalse();
        await editor.CommandAsync("AgentideReply 1");
        await editor.ToldAsync("reply.md");
        await editor.VisitAsync(task);

        (await AskedAsync("AgentideStep")).ShouldBeOfType<StepRequest>();
        (await AskedAsync("AgentideHint try a log target")).ShouldBeOfType<HintRequest>().Text.ShouldBe("try a log target");
        BranchRequest branch = (await AskedAsync("AgentideBranch 1 use ratios")).ShouldBeOfType<BranchRequest>();
        (branch.Node, branch.Hint).ShouldBe((1, "use ratios"));
        (await AskedAsync("AgentideReject 2")).ShouldBeOfType<RejectRequest>().Node.ShouldBe(2);
        await run.AppendAsync([new NodeRejected(2, "test", null)]);
        await editor.StatusAsync(task, "best RMSLE 0.2134");
        (await AskedAsync("AgentideRestore 2")).ShouldBeOfType<RestoreRequest>().Node.ShouldBe(2);

        // In a node's own document the node needs no name.
        await editor.CommandAsync("AgentideOpen 1");
        (await AskedAsync("AgentideReject")).ShouldBeOfType<RejectRequest>().Node.ShouldBe(1);

        await editor.CommandAsync("AgentideCompare 2 1");
        JsonElement shown = await editor.RunAsync("local seen = {} for _, window in ipairs(vim.api.nvim_tabpage_list_wins(0)) do table.insert(seen, { diff = vim.wo[window].diff, name = vim.api.nvim_buf_get_name(vim.api.nvim_win_get_buf(window)) }) end return seen");
        shown.EnumerateArray().Select(window => window.GetProperty("diff").GetBoolean()).ShouldBe([true, true]);
        shown.EnumerateArray().Select(window => Path.GetRelativePath(workspace.Path, window.GetProperty("name").GetString()!)).Order().ShouldBe(
            [".agentide/runs/diamonds-1/view/1/solution.py", ".agentide/runs/diamonds-1/view/2/solution.py"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("tasks/diamonds")]
    public async Task Runs_are_found_in_the_nearest_folder_that_has_any_wherever_neovim_was_started(string kept)
    {
        using TemporaryFolder workspace = new();
        string task = workspace.Write("tasks/diamonds/task.yaml", "id: diamonds\nmetric: rmsle\n");
        workspace.Write(".agentide/HINT.md", "");
        workspace.Write("tasks/diamonds/.agentide/HINT.md", "");
        using SqliteRunStore store = new(Path.Combine(workspace.Path, kept), TimeProvider.System);
        string place = kept == "" ? "tasks/diamonds" : ".";
        await using ScriptedRun run = await ScriptedRun.StartAsync(store, place, Path.Combine(place, "solution.py"), nodes: 4);
        foreach (string started in new[] { "", "tasks", "tasks/diamonds" })
        {
            await using Neovim editor = Neovim.Start(Path.Combine(workspace.Path, started), EditorHost.OnDisk);
            await editor.VisitAsync(task);
            await editor.StatusAsync(task, "node 0 of 4");
        }
    }

    [Fact]
    public async Task A_command_starts_the_server_again_and_waits_for_its_runs()
    {
        using TemporaryFolder workspace = new();
        string solution = workspace.Write("tasks/diamonds/solution.py", "x = 1\n");
        workspace.Write("tasks/diamonds/task.yaml", "id: diamonds\nmetric: rmsle\n");
        using SqliteRunStore store = new(workspace.Path, TimeProvider.System);
        await using ScriptedRun run = await ScriptedRun.StartAsync(store, nodes: 4);
        await using Neovim editor = Neovim.Start(workspace.Path, EditorHost.OnDisk);
        await editor.VisitAsync(solution);
        await editor.RunAsync("vim.lsp.stop_client(vim.lsp.get_active_clients(), true)");
        await editor.RunAsync("return until_('its end', function() return #vim.lsp.get_active_clients() == 0 end)");

        await editor.CommandAsync("AgentideHint try a log target");
        await editor.ToldAsync("diamonds-1: ");
        (await run.Owned.TakeRequestsAsync(CancellationToken.None)).ShouldHaveSingleItem().ShouldBeOfType<HintRequest>().Text.ShouldBe("try a log target");
        (await editor.RunAsync("return person.server_of(0).name")).GetString().ShouldBe("agentide");
    }

    [Fact]
    public async Task What_is_applied_from_the_task_is_shown_and_said_to_be_unsaved()
    {
        using TemporaryFolder workspace = new();
        string task = workspace.Write("tasks/diamonds/task.yaml", "id: diamonds\nmetric: rmsle\n");
        using SqliteRunStore store = new(workspace.Path, TimeProvider.System);
        await using ScriptedRun run = await ScriptedRun.StartAsync(store, nodes: 4);
        await run.AddValidAsync(Operator.Draft, null, "Start with the mean", Codes.Draft, 0.2134, Codes.DraftReasons);
        await using Neovim editor = Neovim.Start(workspace.Path, EditorHost.OnDisk);
        await editor.VisitAsync(task);
        await editor.StatusAsync(task, "best RMSLE 0.2134");

        await editor.CommandAsync("AgentideApply");
        (await editor.ToldAsync("Undo takes it back.")).ShouldEndWith("It is not saved yet: :write");
        string solution = workspace["tasks", "diamonds", "solution.py"];
        (await editor.RunAsync("return vim.api.nvim_buf_get_name(vim.api.nvim_win_get_buf(0))")).GetString().ShouldBe(solution);
        await editor.RunAsync("vim.cmd('silent write')");
        (await File.ReadAllTextAsync(solution)).ShouldBe(Codes.Draft);
    }

    [Fact]
    public async Task A_pull_request_is_shown_by_a_command_and_opened_by_an_action_of_it()
    {
        using TemporaryFolder workspace = new();
        string task = workspace.Write("tasks/diamonds/task.yaml", "id: diamonds\nmetric: rmsle\n");
        using SqliteRunStore store = new(workspace.Path, TimeProvider.System);
        ScriptedRun run = await ScriptedRun.StartAsync(store, nodes: 4);
        await run.AddValidAsync(Operator.Draft, null, "Start with the mean", Codes.Draft, 0.2134, Codes.DraftReasons);
        await run.FinishAsync();
        await using Neovim editor = Neovim.Start(workspace.Path, EditorHost.OnDisk);
        await editor.VisitAsync(task);
        await editor.StatusAsync(task, "best RMSLE 0.2134");
        await editor.CommandAsync("AgentidePullRequest");
        await editor.ToldAsync("Nothing was sent. To open it at ann/gems, take the action \"Open this pull request\" in pull-request.md.");
        string shown = (await editor.RunAsync("return vim.api.nvim_buf_get_name(0)")).GetString()!;
        shown.ShouldEndWith("/.agentide/runs/diamonds-1/view/1/pull-request.md");
        (await editor.TextAsync(shown)).ShouldStartWith("> **Nothing was sent yet.**");
        await editor.RunAsync($"until_('the server', function() return person.server_of(0) ~= nil end) person.choose({Neovim.Lua("Open this pull request at ann/gems, as a draft")})");
        await editor.ToldAsync("Pull request 12 of diamonds-1 was opened at ann/gems as a draft, to be merged into main: https://github.com/ann/gems/pull/12");
    }

    [Fact]
    public async Task A_workspace_without_runs_says_so_with_the_way_on()
    {
        using TemporaryFolder workspace = new();
        string task = workspace.Write("tasks/diamonds/task.yaml", "id: diamonds\nmetric: rmsle\n");
        await using Neovim editor = Neovim.Start(workspace.Path, EditorHost.OnDisk);
        await editor.VisitAsync(task);
        await editor.CommandAsync("AgentideRuns");
        await editor.ToldAsync("there is no run here yet: :AgentideStart");
    }

    [Fact]
    public async Task A_long_message_is_read_in_full_and_no_key_has_to_be_pressed()
    {
        using TemporaryFolder workspace = new();
        string task = workspace.Write("tasks/diamonds/task.yaml", "id: diamonds\nmetric: rmsle\n");
        workspace.Write("tasks/diamonds/solution.py", "mine = 1\n");
        using SqliteRunStore store = new(workspace.Path, TimeProvider.System);
        await using ScriptedRun run = await ScriptedRun.StartAsync(store, nodes: 4);
        await run.AddValidAsync(Operator.Draft, null, "Start with the mean", Codes.Draft, 0.2134, Codes.DraftReasons);
        await using Neovim editor = Neovim.Start(workspace.Path, EditorHost.OnDisk);
        await editor.VisitAsync(task);
        await editor.StatusAsync(task, "best RMSLE 0.2134");
        await editor.RunAsync("vim.notify = person.notify");

        await editor.CommandAsync("AgentideApply");
        JsonElement window = await editor.RunAsync("return until_('the message', function() for _, window in ipairs(vim.api.nvim_list_wins()) do if vim.api.nvim_win_get_config(window).relative ~= '' then return { lines = vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), height = vim.api.nvim_win_get_height(window), width = vim.api.nvim_win_get_width(window) } end end end)");
        string[] lines = [.. window.GetProperty("lines").EnumerateArray().Select(line => line.GetString()!)];
        string text = string.Join(' ', lines);
        text.ShouldStartWith("agentide: Undo your edits, or take over what you want: solution.py holds work of yours, so node 1 was not written over it.");
        text.ShouldEndWith("/view/1/solution.py.");
        lines.Length.ShouldBe(window.GetProperty("height").GetInt32());
        lines.Max(line => line.Length).ShouldBeLessThanOrEqualTo(window.GetProperty("width").GetInt32());
        (await editor.RunAsync("return vim.api.nvim_get_mode().blocking")).GetBoolean().ShouldBeFalse();
    }
}
