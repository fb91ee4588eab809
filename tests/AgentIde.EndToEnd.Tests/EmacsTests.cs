using System.Text.Json;
using AgentIde.Testing;

namespace AgentIde.EndToEnd.Tests;

/// <summary>A person's way through Emacs with the published server and a real run.</summary>
public sealed class EmacsTests
{
    [Fact]
    public async Task The_whole_journey_goes_through_a_real_emacs()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder[".git"]);
        string task = Path.Combine(SmallTask.Create(folder["tasks", "small"]), "task.yaml");

        // A run started in an editor has 20 nodes and ten minutes, and uses them: it is stopped once it has a score.
        JsonElement seen = await EditorJourney.OfEmacsAsync(folder.Path, task, [Product.Program, "lsp"], ("AGENTIDE_JOURNEY_NODES", "1"));
        string Text(string name) => seen.GetProperty(name).GetString()!;
        int best = seen.GetProperty("best").GetInt32();
        Text("lastStatus").ShouldContain("best RMSE");
        seen.GetProperty("thoughts").GetArrayLength().ShouldBeGreaterThan(1);
        seen.GetProperty("appliedIsNode").GetBoolean().ShouldBeTrue();
        Text("undone").ShouldBeEmpty();
        Text("hoverBefore").ShouldContain($"(node {best})");
        Text("hoverOnEdited").ShouldBe($"You changed this line since node {best} of small-1 was applied.");
        Text("refusal").ShouldContain("holds work of yours");
        seen.GetProperty("handWorkKept").GetBoolean().ShouldBeTrue();
        (await File.ReadAllTextAsync(Path.Combine(Path.GetDirectoryName(task)!, "solution.py"))).ShouldContain("# changed by hand");
    }

    [Fact]
    public async Task A_folder_of_data_becomes_a_task()
    {
        using TemporaryFolder folder = new();
        folder.Write("houses/train.csv", "rooms,price,rent\n1,100,5\n2,210,9\n3,290,14\n");
        folder.Write("houses/test.csv", "rooms\n2\n4\n");
        JsonElement seen = await EditorJourney.InEmacsAsync(folder.Path, "task.el", [Product.Program, "lsp"], ("AGENTIDE_DATA", folder["houses"]), ("AGENTIDE_LABEL", "price"));
        if (!EditorJourney.ServerIsWhole)
        {
            seen.GetProperty("told").GetString().ShouldBe("This server has no agentide.task.create");
            return;
        }

        seen.GetProperty("candidates").EnumerateArray().Select(one => one.GetString()).ShouldBe(["price", "rent"], ignoreOrder: true);
        seen.GetProperty("text").GetString().ShouldNotBeNull().ShouldContain("label: price");
        seen.GetProperty("actions").EnumerateArray().Select(one => one.GetString()).ShouldBe(["Start a run on this task"]);
    }
}
