using AgentIde.Core.Simulation;

namespace AgentIde.Core.Tests.Simulation;

public sealed class BootstrapTests
{
    [Fact]
    public void The_interval_of_a_mean_has_the_width_that_theory_gives()
    {
        SplitMix draws = SplitMix.Of(1);
        double[] values = new double[2_000];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = draws.NextDouble();
        }

        Interval interval = Bootstrap.OfMean(values, 1);

        // Uniform: ± 1.96 · √(1/12) / √2000.
        (interval.High - interval.Low).ShouldBe(2 * 1.96 * Math.Sqrt(1 / 12.0) / Math.Sqrt(2_000), 0.002);
        ((interval.Low + interval.High) / 2).ShouldBe(values.Average(), 0.001);
        Bootstrap.OfMean(values, 1).ShouldBe(interval);
        Bootstrap.OfMean(values, 2).ShouldNotBe(interval);
    }

    [Fact]
    public void Nineteen_of_twenty_intervals_hold_the_true_mean()
    {
        int holds = 0;
        for (int sample = 1; sample <= 200; sample++)
        {
            SplitMix draws = SplitMix.Of(sample);
            double[] values = new double[60];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = -Math.Log(1 - draws.NextDouble());
            }

            Interval interval = Bootstrap.OfMean(values, sample);
            holds += interval.Low <= 1 && 1 <= interval.High ? 1 : 0;
        }

        (holds / 200.0).ShouldBeInRange(0.88, 0.99);
    }

    [Fact]
    public void Percentiles_lie_between_neighbours()
    {
        Bootstrap.OfResamples([.. Enumerable.Range(0, 41).Reverse().Select(value => (double)value)]).ShouldBe(new Interval(1, 39));
        Bootstrap.OfResamples([3]).ShouldBe(new Interval(3, 3));
        Bootstrap.OfMean([5, 5, 5], 1).ShouldBe(new Interval(5, 5));
    }

    [Fact]
    public void Streams_of_different_keys_are_uniform_and_not_alike()
    {
        // The published sequence of SplitMix64 from 0.
        SplitMix mix = new(0);
        (mix.Next(), mix.Next(), mix.Next()).ShouldBe((0xE220A8397B1DCDAFUL, 0x6E789E6AA1B965F4UL, 0x06C45D188009454FUL));

        double sum = 0;
        for (int key = 1; key <= 10_000; key++)
        {
            SplitMix of = SplitMix.Of(key, 3);
            sum += of.NextDouble();
        }

        (sum / 10_000).ShouldBe(0.5, 0.015);
    }
}
