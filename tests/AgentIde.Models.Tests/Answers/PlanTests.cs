using AgentIde.Core.Runs;
using AgentIde.Models.Answers;

namespace AgentIde.Models.Tests.Answers;

public sealed class PlanTests
{
    [Theory]
    [InlineData("A ridge on the log.\n\nAnd more of it.", "A ridge on the log.")]
    [InlineData("A ridge\non the log.", "A ridge on the log.")]
    [InlineData("## Plan\n\nA ridge.", "A ridge.")]
    [InlineData("**Plan:** A *ridge* on `log_price` and my_other_column.", "A ridge on log_price and my_other_column.")]
    [InlineData("**Plan**\n\n1. A ridge.\n2. A blend.", "A ridge. A blend.")]
    [InlineData("What I do:\n\n- a ridge\n- a blend", "What I do: a ridge a blend")]
    [InlineData("> A [ridge](http://x.example/y) for 2 * x.", "A ridge for 2 * x.")]
    [InlineData("A rid\u202Ege\u0007 with\u200B care.", "A ridge with care.")]
    [InlineData("\u202E\u0000", "The model gave no plan.")]
    [InlineData("", "The model gave no plan.")]
    [InlineData("# Plan\n\n***", "The model gave no plan.")]
    public void The_plan_is_the_first_paragraph_in_plain_text(string text, string plan) =>
        Read(text).ShouldBe(plan);

    [Fact]
    public void A_long_plan_is_cut_at_a_word()
    {
        string plan = Read(string.Concat(Enumerable.Repeat("ridge ", 1_000)));

        plan.Length.ShouldBeInRange(590, 600);
        plan.ShouldEndWith("ridge…");
    }

    private static string Read(string text) =>
        AnswerReader.Read($"{text}\n\n```python\nx = 1\n```", new AnswerContext(Operator.Draft, null, ProgramLanguage.Python)).Plan;
}
