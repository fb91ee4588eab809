using AgentIde.MleBench.Registry;

namespace AgentIde.MleBench.Tests;

public sealed class VectorTests
{
    public static TheoryData<string> Competitions => [.. CompetitionRegistry.All.Select(competition => competition.Id)];

    [Theory]
    [MemberData(nameof(Competitions))]
    public void A_case_gets_the_score_and_the_verdict_of_the_original(string competition)
    {
        string root = Vectors.Whole ?? Vectors.Own;
        string[] cases = [.. Vectors.Cases(root, competition)];
        cases.ShouldNotBeEmpty();
        cases.Select(Vectors.Difference).OfType<string>().ShouldBeEmpty();
    }
}
