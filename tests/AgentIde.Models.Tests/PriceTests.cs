using AgentIde.Core.Runs;

namespace AgentIde.Models.Tests;

public sealed class PriceTests
{
    private static readonly Price Price = new(Input: 1.25m, Output: 10m, CachedInput: 0.125m, new DateOnly(2026, 11, 1));

    [Theory]
    [InlineData(1_000_000, 0, 0, "1.25")]
    [InlineData(1_000_000, 1_000_000, 0, "0.125")]
    [InlineData(0, 0, 1_000_000, "10")]
    [InlineData(1000, 400, 200, "0.0028")]
    public void Cached_input_costs_its_own_price(long input, long cached, long output, string dollars) =>
        Price.Of(new TokenUsage(input, cached, output, 0)).ShouldBe(decimal.Parse(dollars, System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public void Parts_of_a_millionth_are_paid_as_a_whole_one() => Price.Of(new TokenUsage(1, 0, 0, 0)).ShouldBe(0.000002m);

    [Fact]
    public void More_cached_input_than_there_is_input_makes_nothing_cheaper_than_all_cached() =>
        Price.Of(new TokenUsage(1_000_000, 5_000_000, 0, 0)).ShouldBe(0.125m);
}
