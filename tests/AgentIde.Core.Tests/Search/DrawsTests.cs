using AgentIde.Core.Search;

namespace AgentIde.Core.Tests.Search;

public sealed class DrawsTests
{
    [Fact]
    public void The_same_seed_node_and_purpose_draw_the_same()
    {
        double[] first = [.. Take(new Draws(7, 3, "policy"), 100)];

        Take(new Draws(7, 3, "policy"), 100).ShouldBe(first);
        Take(new Draws(8, 3, "policy"), 100).ShouldNotBe(first);
        Take(new Draws(7, 4, "policy"), 100).ShouldNotBe(first);
        Take(new Draws(7, 3, "engineer"), 100).ShouldNotBe(first);
    }

    [Fact]
    public void Draws_are_uniform_and_inside_their_range()
    {
        Draws draws = new(1, 1, "test");
        double[] values = [.. Take(draws, 4_000)];

        values.ShouldAllBe(value => value >= 0 && value < 1);
        values.Average().ShouldBe(0.5, 0.03);
        int[] counts = new int[7];
        for (int i = 0; i < 7_000; i++)
        {
            counts[draws.NextIndex(7)]++;
        }

        counts.ShouldAllBe(count => count > 800 && count < 1_200);
        draws.Drawn.Length.ShouldBe(11_000);
    }

    private static IEnumerable<double> Take(Draws draws, int count) => Enumerable.Range(0, count).Select(_ => draws.NextDouble());
}
