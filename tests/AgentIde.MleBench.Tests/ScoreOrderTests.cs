using AgentIde.MleBench.Metrics;
using CsCheck;

namespace AgentIde.MleBench.Tests;

public sealed class ScoreOrderTests
{
    [Fact]
    public void Many_scores_are_sorted_as_the_library_sorts_them() =>
        Gen.OneOf(Gen.Double[-1, 1], Gen.Double.Where(value => !double.IsNaN(value)), Gen.Const(0.0), Gen.Int[-5, 5].Select(value => (double)value))
            .Array[4096, 6000].Sample(
                values =>
                {
                    double[] expected = [.. values.Order()];
                    ScoreOrder.Sort(values);
                    values.ShouldBe(expected);
                },
                iter: 12);
}
