using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Tests.Runs;

/// <summary>Which caps would let no call be made at all, and the least that would do.</summary>
public sealed class BudgetCheckTests
{
    private static readonly CallReservation First = new("openai:gpt-5.1", "the prompt", new TokenUsage(8_000, 0, 16_000, 0), 0.1684m);

    [Theory]
    [InlineData(null, null, null, null, null)]
    [InlineData(24_000L, 0.1684, 24_000L, 0.1684, 0.1684)]
    public void A_cap_that_holds_the_first_call_is_not_hopeless(long? tokens, double? dollars, long? nodeTokens, double? nodeDollars, double? dayDollars) =>
        BudgetCheck.Hopeless(new Budget(1, 600, tokens, (decimal?)dollars, nodeTokens, (decimal?)nodeDollars, (decimal?)dayDollars), First).ShouldBeNull();

    [Theory]
    [InlineData(23_999L, null, null, null, null, "--tokens 24000")]
    [InlineData(null, 0.168, null, null, null, "--cost 0.169")]
    [InlineData(null, null, 1L, null, null, "--node-tokens 24000")]
    [InlineData(null, 5.0, null, 0.05, null, "--node-cost 0.169")]
    [InlineData(null, 0.0, null, 0.0, 0.1, "--cost 0.169 --node-cost 0.169 --day-cost 0.169")]
    public void Each_cap_that_does_not_is_named_with_the_least_that_does(long? tokens, double? dollars, long? nodeTokens, double? nodeDollars, double? dayDollars, string least) =>
        BudgetCheck.Hopeless(new Budget(1, 600, tokens, (decimal?)dollars, nodeTokens, (decimal?)nodeDollars, (decimal?)dayDollars), First)
            .ShouldBe($"No node could ask openai:gpt-5.1 anything: the first prompt and its answer may come to 24k tokens and $0.17. The least that would do is {least}, or less with --max-output.");
}
