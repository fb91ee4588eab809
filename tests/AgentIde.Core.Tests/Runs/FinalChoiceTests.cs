using AgentIde.Core.Runs;

namespace AgentIde.Core.Tests.Runs;

public sealed class FinalChoiceTests
{
    [Theory]
    [InlineData(0.5, "Node 1 has the best score on the blind holdout, RMSE 0.400 ± 0.010; node 2 follows 0.100 behind.")]
    [InlineData(0.400_976, "Node 1 has the best score on the blind holdout, RMSE 0.400 ± 0.010; node 2 follows 0.001 behind.")]
    [InlineData(0.400_076, "Node 1 has the best score on the blind holdout, RMSE 0.400 ± 0.010; node 2 has the same to these digits.")]
    public void How_far_the_second_is_behind_has_the_digits_of_a_score(double second, string why)
    {
        JournalBuilder run = new();
        foreach (double score in new[] { 0.4, second })
        {
            run.Begin(Operator.Draft).Add(new NodeProposed(run.Journal.Nodes.Count, "plan", Digest.Of($"{run.Journal.Nodes.Count}"), [], null, null)).Score(score);
        }

        FinalChoice.Of(run.Journal).ShouldBe((1, why));
    }
}
