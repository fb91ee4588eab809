using AgentIde.Core.Scaling;

namespace AgentIde.Core.Tests.Scaling;

public sealed class PassAtTests
{
    /// <summary>Against the share of all ways to draw k of n attempts that have one of the c that succeed.</summary>
    [Fact]
    public void Pass_at_k_is_the_share_of_draws_with_a_success_and_rises_with_k()
    {
        for (int n = 1; n <= 8; n++)
        {
            for (int c = 0; c <= n; c++)
            {
                double[] each = [.. PassAt.Each(n, c)];
                each.ShouldBeInOrder(SortDirection.Ascending, null, $"{c} of {n}");
                for (int k = 1; k <= n; k++)
                {
                    int[] draws = [.. Enumerable.Range(0, 1 << n).Where(draw => int.PopCount(draw) == k)];
                    each[k - 1].ShouldBe(draws.Count(draw => (draw & ((1 << c) - 1)) != 0) / (double)draws.Length, 1e-12, $"{k} of {n} with {c}");
                }
            }
        }

        Should.Throw<ArgumentOutOfRangeException>(() => PassAt.Of(3, 2, 1));
    }
}
