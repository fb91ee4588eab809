using AgentIde.Core.Conditions;

namespace AgentIde.Core.Tests.Conditions;

/// <summary>What log points print.</summary>
public sealed class LogTemplateTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("plain", "plain")]
    [InlineData("node {node}: {operator}, {score} ± {error} after {seconds}", "node 2: improve, 0.4500 ± 0.0093 after 20.0 s")]
    [InlineData("{{{node}}} and }}{{", "{2} and }{")]
    [InlineData("{failure} {parent.failure}", "none none")]
    [InlineData("{plan contains \"}\"}|{'}' == '}'}", "false|true")]
    [InlineData("{ 2 * node } of {nodes}; {spend}, {budget}", "4 of 6; $0.42, 50 %")]
    public void Expressions_in_braces_become_values(string template, string line) =>
        LogTemplate.Parse(template).Render(ConditionRun.At(ConditionRun.Best)).ShouldBe(line);

    [Theory]
    [InlineData("score {score", 6, "A `{` without its `}`")]
    [InlineData("score} {score}", 5, "A `}` without its `{`")]
    [InlineData("node {node}: {scroe}", 14, "Did you mean `score`?")]
    [InlineData("node {}", 6, "Nothing is asked here")]
    [InlineData("{node} {'}", 7, "A `{` without its `}`")]
    public void What_can_not_be_read_is_told_at_its_place_in_the_whole_template(string template, int position, string says)
    {
        ConditionException problem = Should.Throw<ConditionException>(() => LogTemplate.Parse(template));
        problem.Position.ShouldBe(position);
        problem.Problem.ShouldContain(says);
    }

    [Fact]
    public void A_line_is_bounded_however_long_a_text_is()
    {
        JournalBuilder run = new JournalBuilder().Begin(Core.Runs.Operator.Draft);
        run.Add(new Core.Runs.NodeFailed(1, new Core.Runs.Failure(Core.Runs.FailureKind.Exit, new string('x', 1_999) + "😀😀", null, null)));
        LogTemplate.Parse("{message}").Render(new ConditionScope(run.Journal, run.Journal[1], null)).ShouldBe(new string('x', 1_999) + "…");
        Should.Throw<ConditionException>(() => LogTemplate.Parse(new string('x', LogTemplate.MaximumLength + 1))).Problem.ShouldContain("too long");
    }
}
