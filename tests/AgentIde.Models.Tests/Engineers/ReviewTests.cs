using System.Collections.Immutable;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Models.Engineers;
using AgentIde.Models.Prompts;
using AgentIde.Testing;
using static AgentIde.Models.Tests.Engineers.ScriptedModel;

namespace AgentIde.Models.Tests.Engineers;

/// <summary>Whole runs of the loop in which one model proposes and another reads what was scored.</summary>
public sealed class ReviewTests : IDisposable
{
    private const string Suspicion = """{"is_bug": false, "is_suspect": true, "summary": "It prints a constant.", "metric": 0.1, "lower_is_better": true, "findings": ["metric: `3.5` - the score is written by hand"]}""";

    private readonly TemporaryFolder _folder = new();
    private readonly MemoryRunStore _store;

    public ReviewTests() => _store = new MemoryRunStore(_folder.Path, TimeProvider.System);

    [Fact]
    public async Task A_scored_program_is_reviewed_and_its_score_stays()
    {
        ScriptedModel reviewer = Reviewer(Says(Suspicion));
        Journal journal = await RunAsync(reviewer, new Budget(1, 600));
        (journal[1].Score!.Value, journal[1].IsValid, journal.Best).ShouldBe((3.5, true, 1));
        NodeReview review = journal[1].Review!;
        (review.Summary, review.IsSuspect, review.Problem).ShouldBe(("It prints a constant.", true, null));
        review.Findings.ShouldBe([new ReviewFinding(1, 1, "metric", "the score is written by hand")]);
        reviewer.Requests.ShouldHaveSingleItem().Messages[0].Text.ShouldContain("3.5");
        journal[1].Calls.Select(call => call.Model).ShouldBe(["scripted:one", "scripted:reviewer"]);
        journal.Spending.Calls.ShouldBe(2);
        ModelResults.Of(journal).Select(model => (model.Model, model.Nodes)).ShouldBe([("scripted:one", 1), ("scripted:reviewer", 0)]);
    }

    [Fact]
    public async Task What_failed_or_repeats_a_program_is_not_reviewed()
    {
        ScriptedModel reviewer = Reviewer(Says(Suspicion));
        Journal journal = await RunAsync(reviewer, new Budget(2, 600), Says("I would."), Says("I will."), Says("Guess.\n\n```python\n3.5\n```\n"));
        (journal[1].Review, journal[2].Review is not null, reviewer.Requests.Count).ShouldBe((null, true, 1));
    }

    [Fact]
    public async Task A_review_that_can_not_be_read_is_one_line_and_the_run_goes_on()
    {
        Journal journal = await RunAsync(Reviewer(Says("It looks fine to me.")), new Budget(2, 600));
        journal.Nodes.Select(node => node.Score!.Value).ShouldBe([3.5, 2.5]);
        journal[1].Review!.Problem.ShouldBe("scripted:reviewer gave no review that can be read: The review is no object with is_bug (true or false), summary, metric and lower_is_better.");
        journal.Finished!.Ending.ShouldBe(RunEnding.NodesSpent);
    }

    [Theory]
    [InlineData(CallProblem.Key)]
    [InlineData(CallProblem.Unreachable)]
    public async Task A_reviewer_that_can_not_be_asked_stops_nothing(CallProblem problem)
    {
        Journal journal = await RunAsync(Reviewer(Fails(problem)), new Budget(2, 600));
        (journal[1].Review!.Problem, journal.ValidNodes, journal.Finished!.Ending).ShouldBe(($"The provider says {problem}.", 2, RunEnding.NodesSpent));
    }

    [Fact]
    public async Task A_review_that_does_not_fit_into_the_budget_is_left_out_and_the_search_goes_on()
    {
        // A proposal comes to 1,000 tokens of the 1,500 that are set aside for it: with a review, the node would need more.
        Journal journal = await RunAsync(Reviewer(Says(Suspicion)), new Budget(2, 600) { NodeTokens = 2_000 });
        journal.Nodes.Select(node => (node.Score!.Value, node.Review!.Problem is not null, node.Calls.Length)).ShouldBe([(3.5, true, 1), (2.5, true, 1)]);
        journal.Refused.ShouldBeNull();
    }

    [Fact]
    public async Task A_run_that_goes_on_reviews_what_was_left_and_nothing_twice()
    {
        OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        using CancellationTokenSource dying = new();
        ScriptedModel first = Reviewer(Says(Suspicion), _ =>
        {
            dying.Cancel();
            throw new OperationCanceledException(dying.Token);
        });
        await Should.ThrowAsync<OperationCanceledException>(RunAsync(owned, first, new Budget(2, 600), dying.Token));
        await owned.DisposeAsync();
        await using OwnedRun again = await _store.TakeAsync(owned.Run, CancellationToken.None);
        ScriptedModel second = Reviewer(Says(Suspicion));
        Journal journal = await RunAsync(again, second, new Budget(2, 600), CancellationToken.None);
        (first.Requests.Count, second.Requests.Count).ShouldBe((2, 1));
        journal.Nodes.ShouldAllBe(node => node.Review!.IsSuspect);
        journal[2].Calls.Count(call => call.Model == "scripted:reviewer").ShouldBe(2);
    }

    [Fact]
    public async Task What_the_built_in_engineer_wrote_it_tunes_itself_unless_somebody_is_named()
    {
        const string notes = """{"kind":"draft","name":"linear","seconds":1,"parts":[{"component":"linear","with":{}}]}""";
        foreach ((string text, string? own, bool asked) in new (string, string?, bool)[] { ("scripted:one", notes, false), ("scripted:one", null, true), ("scripted:one,tune=scripted:one", notes, true) })
        {
            ScriptedModel model = new(Says("Guess.\n\n```python\n1.5\n```\n"));
            using ModelEngineer engineer = new(Crew.Parse(text, _ => new CrewMember(model, Options)), RecordedEngineer.Parse("{\"plan\": \"Substitute.\", \"code\": \"8\"}\n{\"plan\": \"Substitute.\", \"code\": \"9\"}"), Patience.None, TimeProvider.System);
            Prompts.SmallRun run = new();
            run.Node(Operator.Draft, null, "A plan.", "print(1)\n", "", new Score(0.2, ScoreKind.Verified, 0.01, null, []), notes: own);
            Proposal proposal = (await engineer.ProposeAsync(run.Assignment(Operator.Tune, 1) with { Purse = new Ledger().Purse }, CancellationToken.None))!;
            (proposal.Code.Trim(), model.Requests.Count).ShouldBe(asked ? ("1.5", 1) : ("9", 0));
        }
    }

    public void Dispose() => _folder.Dispose();

    private static PromptOptions Options(EnvironmentFacts environment) => new(environment, MaximumTokens: 20_000, MaximumOutput: 500);

    private static ScriptedModel Reviewer(params Func<ModelRequest, ModelReply>[] script) => new(script) { Name = "scripted:reviewer" };

    private async Task<Journal> RunAsync(ScriptedModel reviewer, Budget budget, params Func<ModelRequest, ModelReply>[] script)
    {
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        return await RunAsync(owned, reviewer, budget, CancellationToken.None, script);
    }

    private async Task<Journal> RunAsync(OwnedRun owned, ScriptedModel reviewer, Budget budget, CancellationToken cancellationToken, params Func<ModelRequest, ModelReply>[] script)
    {
        ScriptedModel model = new(script.Length > 0 ? script : [Says("Guess.\n\n```python\n3.5\n```\n"), Says("Guess lower.\n\n```python\n2.5\n```\n")]);
        using ModelEngineer engineer = new(Crew.Parse(model.Name, _ => new CrewMember(model, Options)), RecordedEngineer.Parse("{\"plan\": \"Substitute.\", \"code\": \"8\"}\n{\"plan\": \"Substitute.\", \"code\": \"9\"}"), Patience.None, TimeProvider.System);
        return await new ScriptedLoop(_store, engineer, TimeProvider.System) { Reviewer = new ModelReviewer(new CrewMember(reviewer, Options), Patience.None, TimeProvider.System) }.RunAsync(owned, budget, 1, cancellationToken);
    }
}
