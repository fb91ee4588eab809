using AgentIde.MleBench.Medals;
using AgentIde.MleBench.Registry;

namespace AgentIde.MleBench.Tests;

public sealed class RegistryTests
{
    [Theory]
    [InlineData(CompetitionSplit.Low, 22)]
    [InlineData(CompetitionSplit.Medium, 38)]
    [InlineData(CompetitionSplit.High, 15)]
    [InlineData(CompetitionSplit.Dev, 7)]
    [InlineData(CompetitionSplit.All, 75)]
    public void A_split_has_its_number_of_competitions(CompetitionSplit split, int count) =>
        CompetitionRegistry.Of(split).Length.ShouldBe(count);

    [Fact]
    public void There_are_82_competitions_and_a_grader_for_each()
    {
        CompetitionRegistry.All.Select(competition => competition.Id).Distinct().Count().ShouldBe(82);
        CompetitionRegistry.All.Where(competition => !CompetitionGrader.Knows(competition)).ShouldBeEmpty();
    }

    [Fact]
    public void Thresholds_are_in_the_order_of_their_medals()
    {
        foreach (Competition competition in CompetitionRegistry.All)
        {
            MedalThresholds at = competition.Thresholds;
            double[] best = [at.Gold, at.Silver, at.Bronze, at.Median];
            double[] sorted = [.. at.IsLowerBetter ? best.Order() : best.OrderDescending()];
            best.ShouldBe(sorted, competition.Id);
            competition.ThresholdsSource.ShouldNotBeNullOrEmpty();
        }
    }

    [Fact]
    public void The_four_known_leaks_are_named() =>
        CompetitionRegistry.All.Where(competition => competition.Leaks is not null).Select(competition => competition.Id).Order().ShouldBe(
            ["hubmap-kidney-segmentation", "multi-modal-gesture-recognition", "random-acts-of-pizza", "smartphone-decimeter-2022"]);

    [Fact]
    public void A_competition_that_is_not_there_is_not_found() => CompetitionRegistry.Find("titanic").ShouldBeNull();
}
