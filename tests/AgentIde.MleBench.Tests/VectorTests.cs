using AgentIde.MleBench.Registry;

namespace AgentIde.MleBench.Tests;

public sealed class VectorTests
{
    public static TheoryData<string> Competitions => [.. CompetitionRegistry.All.Select(competition => competition.Id)];

    [Theory]
    [MemberData(nameof(Competitions))]
    public void A_case_gets_the_score_and_the_verdict_of_the_original(string competition) => Check(Vectors.Own, competition);

    [Theory]
    [MemberData(nameof(Competitions))]
    public void So_does_every_other_that_is_at_hand(string competition) => Check(Vectors.Whole ?? Vectors.Own, competition);

    private static void Check(string root, string competition)
    {
        string[] cases = [.. Vectors.Cases(root, competition)];
        cases.ShouldNotBeEmpty();
        cases.Select(Vectors.Difference).OfType<string>().ShouldBeEmpty();
    }
}
