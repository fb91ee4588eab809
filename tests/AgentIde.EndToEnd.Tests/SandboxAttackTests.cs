using System.Text.Json;
using AgentIde.Testing;

namespace AgentIde.EndToEnd.Tests;

/// <summary>Every attack by the product as it is published, which has the grader, the holdout and the screens that some of them are on.</summary>
public sealed class SandboxAttackTests
{
    [Theory]
    [InlineData("bubblewrap")]
    [InlineData("bubblewrap", "--warm")]
    public async Task All_forty_two_attacks_are_held(string sandbox, params string[] more)
    {
        using TemporaryFolder folder = new();
        Ended ended = await Product.RunAsync(folder.Path, ["sandbox", "attack", "--sandbox", sandbox, "--json", .. more]);
        using JsonDocument document = JsonDocument.Parse(ended.Output);
        JsonElement[] attacks = [.. document.RootElement.GetProperty("attacks").EnumerateArray()];
        attacks.Select(attack => attack.GetProperty("id").GetInt32()).ShouldBe(Enumerable.Range(1, 42));
        attacks.Where(attack => attack.GetProperty("result").GetString() != "held").Select(attack => attack.ToString()).ShouldBeEmpty();
        document.RootElement.GetProperty("held").GetInt32().ShouldBe(42);
        ended.ExitCode.ShouldBe(0, ended.Errors);
        ended.Errors.Trim().Split('\n').Length.ShouldBe(42);
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
