using System.Text.Json;
using AgentIde.Testing;

namespace AgentIde.EndToEnd.Tests;

/// <summary>Every attack by the product as it is published, which has the grader, the holdout and the screens that some of them are on.</summary>
[Collection(KillersCollection.Name)]
public sealed class SandboxAttackTests
{
    [Theory]
    [InlineData("bubblewrap")]
    [InlineData("docker")]
    [InlineData("slurm")]
    public async Task What_takes_a_candidates_results_holds_against_hostile_ones(string engine)
    {
        using TemporaryFolder folder = new();
        Ended ended = await Product.RunAsync(folder.Path, Engines.Environment(engine, folder), "sandbox", "attack", "--sandbox", engine, "--json", "--only", "1,33,37,39,40");
        using JsonDocument document = JsonDocument.Parse(ended.Output);
        document.RootElement.GetProperty("attacks").EnumerateArray().Select(attack => $"{attack.GetProperty("id").GetInt32()} {attack.GetProperty("result").GetString()}")
            .ShouldBe(["1 held", "33 held", "37 held", "39 held", "40 held"], ended.Errors);
        ended.ExitCode.ShouldBe(0, ended.Errors);
        ended.Errors.Trim().Split('\n').Length.ShouldBe(5);
    }

    [Fact]
    public async Task A_table_ends_with_its_sum()
    {
        using TemporaryFolder folder = new();
        Ended ended = await Product.RunAsync(folder.Path, "sandbox", "attack", "--only", "39,33");
        ended.ExitCode.ShouldBe(0, ended.Errors + ended.Output);
        ended.Output.ShouldContain("  33  held        hostile submissions\n  39  held        finding the holdout\n");
        ended.Output.TrimEnd().Split('\n')[^1].ShouldStartWith("2 attacks: 2 held in ");
        Ended unknown = await Product.RunAsync(folder.Path, "sandbox", "attack", "--only", "1,43");
        (unknown.ExitCode, unknown.Errors).ShouldBe((2, "agentide: --only takes numbers from 1 to 42, with commas between them.\n"));
    }
}
