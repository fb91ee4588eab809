using System.Text.Json;
using AgentIde.Testing;

namespace AgentIde.EndToEnd.Tests;

/// <summary>Emacs with the published server; the whole journey goes through it in the tests of the language server.</summary>
public sealed class EmacsTests
{
    [Fact]
    public async Task A_folder_of_data_becomes_a_task()
    {
        using TemporaryFolder folder = new();
        folder.Write("houses/train.csv", "rooms,price,rent\n1,100,5\n2,210,9\n3,290,14\n");
        folder.Write("houses/test.csv", "rooms\n2\n4\n");
        JsonElement seen = await EditorJourney.InEmacsAsync(folder.Path, "task.el", [Product.Program, "lsp"], ("AGENTIDE_DATA", folder["houses"]), ("AGENTIDE_LABEL", "price"));

        seen.GetProperty("candidates").EnumerateArray().Select(one => one.GetString()).ShouldBe(["price", "rent"], ignoreOrder: true);
        seen.GetProperty("text").GetString().ShouldNotBeNull().ShouldContain("label: price");
        seen.GetProperty("actions").EnumerateArray().Select(one => one.GetString()).ShouldBe(["Start a run on this task"]);
        seen.GetProperty("noRuns").GetString().ShouldNotBeNull();
        seen.GetProperty("again").GetBoolean().ShouldBeTrue();
    }
}
