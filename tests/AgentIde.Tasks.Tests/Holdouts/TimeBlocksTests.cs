using AgentIde.Tasks.Holdouts;
using AgentIde.Tasks.Metrics;

namespace AgentIde.Tasks.Tests.Holdouts;

/// <summary>Standard errors by blocks of time and by groups.</summary>
public class TimeBlocksTests
{
    [Theory]
    [InlineData(730, 1.0, true, 53)]
    [InlineData(200, 1.0, true, 29)]
    [InlineData(72, 1 / 24.0, true, 15)]
    [InlineData(1_000, 1.0, false, 100)]
    [InlineData(5, 1.0, false, 5)]
    [InlineData(2, 365.0, true, 2)]
    public void Blocks_are_as_long_as_the_cube_root_and_of_days_whole_weeks(int times, double gap, bool days, int blocks)
    {
        double[] all = [.. Enumerable.Range(0, times).Select(place => 737_000 + (place * gap))];
        int[] found = TimeBlocks.Of([.. all, .. all], days).ShouldNotBeNull();
        found[..times].ShouldBeInOrder();
        found[..times].ShouldBe(found[times..], "rows of one time are of one block");
        found.Distinct().Order().ShouldBe(Enumerable.Range(0, blocks));
    }

    [Fact]
    public void One_time_has_no_blocks() => TimeBlocks.Of([3, 3, 3], days: false).ShouldBeNull();

    [Fact]
    public void Errors_that_last_for_days_are_not_taken_for_news_of_each_day()
    {
        Random draws = new(1);
        int[] blocks = TimeBlocks.Of([.. Enumerable.Range(0, 730).Select(day => (double)day)], days: true)!;
        double byRow = 0;
        double byBlock = 0;
        double truth = 0;
        const int Series = 300;
        for (int series = 0; series < Series; series++)
        {
            double[] answers = new double[730];
            double state = 0;
            for (int day = 0; day < answers.Length; day++)
            {
                state = (0.6 * state) + draws.NextDouble() - 0.5;
                answers[day] = 10 + state;
            }

            MetricValue value = MetricCatalogue.Find("mae")!.Evaluate(answers, new double[730]);
            byRow += Math.Pow(value.StandardError, 2) / Series;
            byBlock += Math.Pow(value.ByUnits(blocks).StandardError, 2) / Series;
            truth += Math.Pow(value.Score - 10, 2) / Series;
        }

        Math.Sqrt(byRow / truth).ShouldBeLessThan(0.6);
        Math.Sqrt(byBlock / truth).ShouldBe(0.95, 0.1);
    }

    [Theory]
    [InlineData("mae")]
    [InlineData("rmse")]
    [InlineData("rmsle")]
    [InlineData("log-loss")]
    [InlineData("roc-auc")]
    public void Rows_that_stand_there_twice_make_no_error_smaller_when_they_are_one_unit(string name)
    {
        Random draws = new(2);
        Metric metric = MetricCatalogue.Find(name)!;
        double[] answers = [.. Enumerable.Range(0, 400).Select(_ => (double)draws.Next(2))];
        double[] predictions = [.. answers.Select(answer => (answer + (2 * draws.NextDouble())) / 3)];
        double[] others = [.. answers.Select(answer => (answer + (3 * draws.NextDouble())) / 4)];
        int[] own = [.. Enumerable.Range(0, 400)];
        MetricValue once = metric.Evaluate(answers, predictions);
        once.ByUnits(own).StandardError.ShouldBe(once.StandardError, 1e-12);
        once.ByUnits(own).Score.ShouldBe(once.Score);

        int[] twice = [.. own, .. own];
        MetricValue doubled = metric.Evaluate([.. answers, .. answers], [.. predictions, .. predictions]).ByUnits(twice);
        MetricValue other = metric.Evaluate([.. answers, .. answers], [.. others, .. others]).ByUnits(twice);
        (doubled.StandardError / once.StandardError).ShouldBe(1, 0.005);
        (doubled.PairedStandardError(other) / once.PairedStandardError(metric.Evaluate(answers, others))).ShouldBe(1, 0.005);
    }

    [Fact]
    public void One_unit_alone_has_no_error()
    {
        MetricValue value = MetricCatalogue.Find("mae")!.Evaluate([1, 2, 3], [1, 1, 1]);
        Should.Throw<ArgumentException>(() => value.ByUnits([4, 4, 4]));
        Should.Throw<ArgumentException>(() => value.ByUnits([4, 5]));
    }
}
