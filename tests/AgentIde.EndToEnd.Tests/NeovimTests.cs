using System.Globalization;
using System.Text.Json;
using AgentIde.Testing;

namespace AgentIde.EndToEnd.Tests;

/// <summary>
/// A person's way through Neovim with the published server and a real run: start, wait, read a thought, apply, edit by
/// hand, see the blame survive.
/// </summary>
public sealed class NeovimTests
{
    [Fact]
    public async Task The_whole_journey_goes_through_a_real_neovim()
    {
        using TemporaryFolder folder = new();
        string task = Path.Combine(SmallTask.Create(folder["tasks", "small"]), "task.yaml");
        // A run started in an editor has 20 nodes and ten minutes, and uses them.
        JsonElement seen = await EditorJourney.OfNeovimAsync(folder.Path, task, [Product.Program, "lsp"], ("AGENTIDE_JOURNEY_NODES", "5"));
        string Text(string name) => seen.GetProperty(name).GetString()!;
        int best = seen.GetProperty("best").GetInt32();
        Text("firstStatus").ShouldStartWith("small-1: ");
        Text("lastStatus").ShouldContain("best RMSE");
        Text("hoverInNode").ShouldContain("node ");
        seen.GetProperty("thoughts").GetArrayLength().ShouldBeGreaterThan(1);
        seen.GetProperty("appliedIsNode").GetBoolean().ShouldBeTrue();
        Text("hoverBefore").ShouldContain($"(node {best})");
        Text("hoverOnEdited").ShouldContain($"You changed this line since node {best} of small-1 was applied");
        Text("hoverOnOther").ShouldContain("node ");
        Text("refusal").ShouldContain("holds work of yours");
        seen.GetProperty("handWorkKept").GetBoolean().ShouldBeTrue();
        (await File.ReadAllTextAsync(Path.Combine(Path.GetDirectoryName(task)!, "solution.py"))).ShouldContain("# changed by hand");
    }

    [Fact]
    public async Task A_run_goes_on_when_its_editor_is_killed_and_two_others_see_it()
    {
        using TemporaryFolder folder = new();
        string task = Path.Combine(SmallTask.Create(folder["tasks", "small"]), "task.yaml");
        string solution = Path.Combine(Path.GetDirectoryName(task)!, "solution.py");
        string[] server = [Product.Program, "lsp"];
        int? owner;
        await using (Neovim killed = Neovim.Start(folder.Path, server))
        {
            await killed.VisitAsync(task);
            await killed.CommandAsync("AgentideStart 200");
            await killed.StatusAsync(task, "best RMSE");
            owner = Product.OwnerOf(folder[".agentide", "runs", "small-1"]);
            await killed.KillAsync();
        }

        await using Neovim one = Neovim.Start(folder.Path, server);
        await using Neovim other = Neovim.Start(folder.Path, server);
        await one.VisitAsync(task);
        await other.VisitAsync(task);
        await one.StatusAsync(task, "best RMSE");
        owner.ShouldNotBeNull();
        Product.OwnerOf(folder[".agentide", "runs", "small-1"]).ShouldBe(owner);
        await one.CommandAsync("AgentidePause");
        await one.StatusAsync(task, "paused");
        await other.StatusAsync(task, "paused");

        // A hint from one, a step from the other: one node more, and it is paused again.
        await one.CommandAsync("AgentideHint try a log target");
        string nodes = await NodesAsync(other);
        await other.CommandAsync("AgentideStep");
        await other.RunAsync($"return until_('one node more', function() local now = person.status(bufnr({Neovim.Lua(task)})) return now:find('paused', 1, true) and now:match('node (%d+) of') ~= {Neovim.Lua(nodes)} end)");
        int.Parse(await NodesAsync(other), CultureInfo.InvariantCulture).ShouldBe(int.Parse(nodes, CultureInfo.InvariantCulture) + 1);
        (await Product.RunAsync(folder.Path, "show", "last", "--journal")).Output.ShouldContain("try a log target");

        // What one applies and saves, the other has with its thoughts, and types into: then it is the person's.
        await one.CommandAsync("AgentideApply");
        await one.ToldAsync("Undo takes it back");
        await one.VisitAsync(solution);
        await one.CommandAsync("silent write");
        await other.VisitAsync(solution);
        await other.RunAsync($"return until_('thoughts', function() return #person.messages(bufnr({Neovim.Lua(solution)}), vim.diagnostic.severity.HINT) > 0 end)");
        (await other.HoverAsync(solution, 1)).ShouldNotBeNull().ShouldContain("(node ");
        await other.RunAsync($"vim.api.nvim_buf_set_lines(bufnr({Neovim.Lua(solution)}), 0, 1, false, {{'# by hand'}})");
        (await other.HoverAsync(solution, 1)).ShouldNotBeNull().ShouldStartWith("You changed this line since node ");
        await other.CommandAsync("AgentideApply");
        await other.ToldAsync("holds work of yours");
        (await other.TextAsync(solution)).ShouldStartWith("# by hand\n");

        await other.CommandAsync("AgentideStop");
        (await one.StatusAsync(task, "finished")).ShouldBe(await other.StatusAsync(task, "finished"));
    }

    [Fact]
    public async Task A_folder_of_data_becomes_a_task()
    {
        using TemporaryFolder folder = new();
        folder.Write("houses/train.csv", "rooms,price,rent\n1,100,5\n2,210,9\n3,290,14\n");
        folder.Write("houses/test.csv", "rooms\n2\n4\n");
        string task = folder["houses", "task.yaml"];
        await using Neovim editor = Neovim.Start(folder.Path, [Product.Program, "lsp"]);
        await editor.RunAsync("vim.ui.select = function(items, how, done) asked = items done('price', 1) end");
        await editor.RunAsync("vim.cmd('AgentideTask houses')");

        await editor.RunAsync($"return until_('the task', function() return bufnr({Neovim.Lua(task)}) and person.server_of(bufnr({Neovim.Lua(task)})).name end)");
        (await editor.TextAsync(task)).ShouldContain("label: price");
        (await editor.RunAsync("return asked")).EnumerateArray().Select(one => one.GetString()).ShouldBe(["price", "rent"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_run_without_a_number_of_nodes_starts_on_the_task_in_front()
    {
        using TemporaryFolder folder = new();
        string one = Path.Combine(SmallTask.Create(folder["tasks", "one"]), "task.yaml");
        string other = Path.Combine(SmallTask.Create(folder["tasks", "other"]), "task.yaml");
        await File.WriteAllTextAsync(other, (await File.ReadAllTextAsync(other)).Replace("id: small\n", "id: other\n", StringComparison.Ordinal));
        await using Neovim editor = Neovim.Start(folder.Path, [Product.Program, "lsp"]);
        await editor.VisitAsync(one);
        await editor.VisitAsync(other);
        await editor.CommandAsync("AgentideStart");
        await editor.ToldAsync("other-1 has started");
        await editor.StatusAsync(other, "node ");
        await editor.CommandAsync("AgentideStop");
        await editor.StatusAsync(other, "finished");
    }

    [Fact]
    public async Task A_run_is_started_left_and_stepped_through_by_the_set_up_for_nvim_dap()
    {
        using TemporaryFolder folder = new();
        string task = Path.Combine(SmallTask.Create(folder["tasks", "small"]), "task.yaml");
        JsonElement seen = await EditorJourney.InNeovimAsync(folder.Path, "debug.lua", task, [Product.Program, "dap"]);
        string Place(string name) => seen.GetProperty(name).GetProperty("place").GetString()!;
        seen.GetProperty("offered").EnumerateArray().Select(one => one.GetString()).ShouldBe(
            ["mine", "AgentIde: step through the newest run", "AgentIde: step through a run…", "AgentIde: start a run on a task…"]);
        seen.GetProperty("launched").GetProperty("reason").GetString().ShouldBe("entry");
        Place("ended").ShouldEndWith(": the end of the run");
        JsonElement ended = seen.GetProperty("ended");
        ended.GetProperty("values").GetProperty("Search").GetProperty("nodes").GetString().ShouldBe("4 of 4");
        ended.GetProperty("values").GetProperty("Search").GetProperty("limits").GetString().ShouldBe("4 nodes, 500 s");
        seen.GetProperty("told").EnumerateArray().Select(one => one.GetString()!).ShouldContain("agentide: limits.seconds: 500");
        double.Parse(seen.GetProperty("best").GetString()!, CultureInfo.InvariantCulture).ShouldBeInRange(0, 18);

        seen.GetProperty("completed").EnumerateArray().Select(one => one.GetString()).ShouldBe(["small-1"]);
        Place("entry").ShouldStartWith("history 1/");
        Place("next").ShouldStartWith("history 2/");
        Place("back").ShouldBe(Place("entry"));
        seen.GetProperty("back").GetProperty("frames").ToString().ShouldContain("small-1 begins");
        seen.GetProperty("told").EnumerateArray().Select(one => one.GetString()!).ShouldContain(one => one.StartsWith("agentide: history 2/", StringComparison.Ordinal));
        (seen.GetProperty("leftAlive").GetInt32(), seen.GetProperty("exitCode").GetInt32(), seen.GetProperty("aborted").GetBoolean()).ShouldBe((0, 0, true));
    }

    private static async Task<string> NodesAsync(Neovim editor) => (await editor.RunAsync("return person.status(bufnr(vim.fn.getcwd() .. '/tasks/small/task.yaml')):match('node (%d+) of')")).GetString()!;
}
