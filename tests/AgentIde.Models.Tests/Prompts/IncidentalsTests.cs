using AgentIde.Models.Prompts;

namespace AgentIde.Models.Tests.Prompts;

public sealed class IncidentalsTests
{
    [Theory]
    [InlineData("Time: the run has 85 s left and 6 nodes, this one included.", "Time: the run has 3.5 h left and one node, this one included.", true)]
    [InlineData("It ran for 0.4 s.", "It ran for 12 min.", true)]
    [InlineData("=== BEGIN DATA 0123456789ab: the task ===", "=== BEGIN DATA ba9876543210: the task ===", true)]
    [InlineData("RMSLE 0.0891", "RMSLE 0.0893", false)]
    [InlineData("The program of node 6", "The program of node 7", false)]
    public void Two_prompts_that_differ_in_time_and_budget_alone_are_the_same(string one, string other, bool same) =>
        (Incidentals.TakenOut(one) == Incidentals.TakenOut(other)).ShouldBe(same);
}
