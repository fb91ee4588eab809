using AgentIde.Core.Runs;
using AgentIde.Models.Engineers;
using AgentIde.Models.Prompts;

namespace AgentIde.Models.Tests.Engineers;

public sealed class CrewTests
{
    private static PromptOptions Options(EnvironmentFacts environment) => new(environment, MaximumTokens: 20_000, MaximumOutput: 500);

    [Theory]
    [InlineData("openai:a", "openai:a", "openai:a", "openai:a")]
    [InlineData("draft=anthropic:b, openai:a", "anthropic:b", "openai:a", "openai:a")]
    [InlineData("openai:a,debug=builtin", "openai:a", null, "openai:a")]
    [InlineData("Draft=openai:a,debug=openai:b,improve=openai:c", "openai:a", "openai:b", "openai:c")]
    public void A_model_is_named_for_all_or_for_each_operator(string text, string? draft, string? debug, string? improve)
    {
        Crew crew = Parse(text);
        (crew[Operator.Draft]?.Model.Name, crew[Operator.Debug]?.Model.Name, crew[Operator.Improve]?.Model.Name).ShouldBe((draft, debug, improve));
    }

    [Theory]
    [InlineData("plan=openai:a", "There is no operator 'plan': they are draft, debug, improve, tune, ablate, merge, simplify; and there is review.")]
    [InlineData("1=openai:a", "There is no operator '1': they are draft, debug, improve, tune, ablate, merge, simplify; and there is review.")]
    [InlineData("openai:a,review=builtin", "The built-in engineer reviews nothing: name a model, as in review=openai:MODEL, or nobody.")]
    [InlineData("openai:a,review=openai:b,review=openai:c", "Two engineers for review: one is enough.")]
    [InlineData("draft=openai:a", "Nobody is named for debug: add one for it, or one for all else, as in draft=openai:a,builtin.")]
    [InlineData("openai:a,openai:b", "Two engineers for all else, the second being 'openai:b': name the operator of one, as in debug=openai:b.")]
    [InlineData("draft=openai:a,draft=openai:b", "Two engineers for draft: one is enough.")]
    [InlineData("openai:a,", "An engineer has no name: it is a list such as draft=anthropic:MODEL,debug=openai:MODEL,builtin.")]
    public void What_is_no_crew_is_told(string text, string message) =>
        Should.Throw<FormatException>(() => Parse(text)).Message.ShouldBe(message);

    [Fact]
    public void A_reviewer_works_on_no_operator_and_nobody_reviews_unless_named()
    {
        Crew crew = Parse("openai:a, Review=anthropic:b");
        (crew.Reviewer?.Model.Name, crew.Members.Values.Select(member => member?.Model.Name).Distinct().Single()).ShouldBe(("anthropic:b", "openai:a"));
        Parse("openai:a").Reviewer.ShouldBeNull();
    }

    [Fact]
    public void Where_nobody_is_named_for_all_else_who_improves_does_what_comes_after()
    {
        Crew crew = Parse("draft=openai:a,debug=openai:b,improve=openai:c,merge=openai:d");
        (crew[Operator.Tune]?.Model.Name, crew[Operator.Merge]?.Model.Name, crew[Operator.Simplify]?.Model.Name, crew.HasTuner).ShouldBe(("openai:c", "openai:d", "openai:c", false));
        Parse("openai:a,tune=builtin").HasTuner.ShouldBeTrue();
    }

    private static Crew Parse(string text) => Crew.Parse(text, name => new CrewMember(new ScriptedModel { Name = name }, Options));
}
