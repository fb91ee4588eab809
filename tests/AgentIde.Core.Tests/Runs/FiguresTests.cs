using AgentIde.Core.Runs;

namespace AgentIde.Core.Tests.Runs;

public sealed class FiguresTests
{
    [Theory]
    [InlineData(-0.00003, null, "0.0000")]
    [InlineData(-0.0, null, "0.0000")]
    [InlineData(-0.00003, 0.002, "0.0000")]
    [InlineData(-0.00006, null, "-0.0001")]
    [InlineData(-10.2, null, "-10.2000")]
    [InlineData(0.0812, 0.0006, "0.08120")]
    public void What_rounds_to_nought_has_no_sign(double value, double? error, string text) => Figures.Rounded(value, error).ShouldBe(text);

    [Theory]
    [InlineData(0.0056, 0.0004, 0.002, "better by 0.00560 ± 0.00040")]
    [InlineData(-0.00007, 0.00007, 0.002, "no clear change (worse by 0.000070 ± 0.000070)")]
    [InlineData(0, 0, 0.002, "no change at all")]
    [InlineData(0.00000009, 0.00000001, 0.002, "no change that counts (better by less than a hundredth of its ±)")]
    [InlineData(-0.000009, 0.000006, 0.002, "no clear change (worse by 0.0000090 ± 0.0000060)")]
    [InlineData(0.00000009, 0.00000001, null, "better by 0.00000009 ± 0.00000001")]
    public void A_change_is_told_to_what_it_is_worth(double gain, double paired, double? error, string text) => new Comparison(1, gain, paired).Told(error).ShouldBe(text);
}
