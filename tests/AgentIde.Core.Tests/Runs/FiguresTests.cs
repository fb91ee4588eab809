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
}
