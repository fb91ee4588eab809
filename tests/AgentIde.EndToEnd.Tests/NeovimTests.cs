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
}
