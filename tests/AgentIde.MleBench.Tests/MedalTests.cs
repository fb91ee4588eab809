using AgentIde.MleBench.Medals;
using AgentIde.Testing;

namespace AgentIde.MleBench.Tests;

public sealed class MedalTests
{
    [Fact]
    public void Places_at_every_number_of_teams_are_those_of_the_rule_in_exact_fractions()
    {
        for (int n = 1; n <= 20_000; n++)
        {
            int gold = n < 100 ? Math.Max(1, n / 10) : n < 250 ? 10 : 10 + (n / 500);
            int silver = n < 250 ? Math.Max(1, n / 5) : n < 1000 ? 50 : n / 20;
            int bronze = n < 250 ? Math.Max(1, 2 * n / 5) : n < 1000 ? 100 : n / 10;
            Leaderboard.Places(n).ShouldBe((gold, silver, bronze), $"{n} teams");
        }
    }

    [Fact]
    public void Medals_of_a_board_of_any_size_go_to_those_above_the_places()
    {
        for (int n = 2; n <= 20_000; n = (n * 9 / 8) + 1)
        {
            MedalThresholds thresholds = new Leaderboard(Enumerable.Range(1, n).Select(place => (double)place)).Thresholds;
            (int gold, int silver, int bronze) = Leaderboard.Places(n);
            thresholds.IsLowerBetter.ShouldBeTrue();
            int[] medals = [.. Enumerable.Range(1, n).GroupBy(place => thresholds.MedalOf(place)).OrderByDescending(group => group.Key).Select(group => group.Last())];
            medals.ShouldBe(new[] { gold, silver, bronze, n }.Distinct(), $"{n} teams");
        }
    }

    [Fact]
    public void Scores_are_taken_in_the_order_of_the_file()
    {
        MedalThresholds thresholds = new Leaderboard([0.9, 0.5, 0.8, 0.7, 0.6, 0.4, 0.3, 0.2, 0.1, 0.0]).Thresholds;
        (thresholds.Gold, thresholds.Silver, thresholds.Bronze).ShouldBe((0.9, 0.5, 0.7));
        thresholds.IsLowerBetter.ShouldBeFalse();
    }

    [Fact]
    public void The_median_of_an_even_number_is_between_and_must_be_passed()
    {
        MedalThresholds thresholds = new Leaderboard([4, 3, double.NaN, 2, 1]).Thresholds;
        thresholds.Median.ShouldBe(2.5);
        thresholds.IsAboveMedian(2.5).ShouldBeFalse();
        thresholds.IsAboveMedian(2.6).ShouldBeTrue();
    }

    [Fact]
    public void A_tie_with_the_threshold_wins_and_not_a_number_wins_nothing()
    {
        MedalThresholds thresholds = new(0.9, 0.8, 0.7, 0.5, IsLowerBetter: false);
        new[] { 0.9, 0.89999, 0.8, 0.7, 0.69999, double.NaN }.Select(thresholds.MedalOf)
            .ShouldBe([Medal.Gold, Medal.Silver, Medal.Silver, Medal.Bronze, Medal.None, Medal.None]);
        thresholds.IsAboveMedian(double.NaN).ShouldBeFalse();
    }

    [Fact]
    public void A_leaderboard_is_read_by_its_column_of_scores()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "leaderboard.csv");
        File.WriteAllText(path, "teamId,teamName,score\n1,\"a, b\",3.5\n2,c,4.25\n");
        Leaderboard.Read(path).Thresholds.ShouldBe(new MedalThresholds(3.5, 3.5, 3.5, 3.875, IsLowerBetter: true));
    }

    [Theory]
    [InlineData("teamId\n1\n", "score")]
    [InlineData("score\n", "no teams")]
    [InlineData("score\nbest\n", "not a number")]
    public void What_is_no_leaderboard_is_said_to_be_none(string text, string why)
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "leaderboard.csv");
        File.WriteAllText(path, text);
        Should.Throw<InvalidDataException>(() => Leaderboard.Read(path)).Message.ShouldContain(why);
    }
}
