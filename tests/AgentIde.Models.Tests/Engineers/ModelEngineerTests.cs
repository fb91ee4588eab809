using System.Collections.Immutable;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Models.Engineers;
using AgentIde.Models.Prompts;
using AgentIde.Testing;
using Microsoft.Extensions.Time.Testing;
using static AgentIde.Models.Tests.Engineers.ScriptedModel;

namespace AgentIde.Models.Tests.Engineers;

/// <summary>Whole runs of the loop with a model that says what its script says. A program is a number, which is its score.</summary>
public sealed class ModelEngineerTests : IDisposable
{
    private static readonly Patience AtOnce = new(1, TimeSpan.Zero, TimeSpan.FromMinutes(2));
    private static PromptOptions Options(EnvironmentFacts environment) => new(environment, MaximumTokens: 20_000, MaximumOutput: 500);

    private readonly TemporaryFolder _folder = new();
    private readonly MemoryRunStore _store;
    private TimeProvider _clock = TimeProvider.System;

    public ModelEngineerTests() => _store = new MemoryRunStore(_folder.Path, TimeProvider.System);

    [Fact]
    public async Task A_run_takes_plans_and_programs_from_a_model_and_keeps_what_was_said()
    {
        ScriptedModel model = new(Says("Guess low.\n\n```python\n3.5\n```\n"), Says("Guess lower.\n\n```python\n2.5\n```\n"));
        Journal journal = await RunAsync(model, nodes: 2);
        journal.Nodes.Select(node => (node.Plan, node.Score?.Value)).ShouldBe([("Guess low.", 3.5), ("Guess lower.", 2.5)]);
        (journal.Settings!.Engineer, journal.Spending.Calls, journal.Spending.Total.Settled.Total, journal.Spending.Total.SettledDollars).ShouldBe(("scripted:one", 2, 2000, 0.0056m));
        journal[1].Notes.ShouldBe($$"""{"model":"scripted:one","prompt":"draft/2","version":"{{Templates.Version.Short}}"}""");
        ModelCall call = journal[1].Calls.ShouldHaveSingleItem();
        (await TextAsync(journal, call.Prompt)).ShouldContain("A sample");
        (await TextAsync(journal, call.Outcome!.Answer!.Value)).ShouldBe("Guess low.\n\n```python\n3.5\n```\n");
    }

    [Fact]
    public async Task An_answer_that_can_not_be_read_is_asked_for_once_more_with_the_reason()
    {
        ScriptedModel model = new(Says("I would use a forest."), Says("Guess.\n\n```python\n3.5\n```\n"));
        Journal journal = await RunAsync(model, nodes: 1);
        journal[1].Score!.Value.ShouldBe(3.5);
        ImmutableArray<ModelMessage> messages = model.Requests[1].Messages;
        messages.Select(message => message.Role).ShouldBe([ModelRole.User, ModelRole.Assistant, ModelRole.User]);
        messages[1].Text.ShouldBe("I would use a forest.");
        messages[2].Text.ShouldStartWith("Your answer could not be used: ");
    }

    [Fact]
    public async Task Two_answers_without_a_program_fail_the_node_and_not_the_run()
    {
        ScriptedModel model = new(Says("I would use a forest."), Says("A big one."), Says("Guess.\n\n```python\n3.5\n```\n"));
        Journal journal = await RunAsync(model, nodes: 2);
        (journal[1].Failure!.Kind, journal[2].Score?.Value, journal.Spending.Calls).ShouldBe((FailureKind.NoAnswer, 3.5, 3));
        journal.BuggyLeaves.ShouldBeEmpty();
        journal[1].Failure!.Message.ShouldStartWith("scripted:one gave no program that can be run, in two answers: ");
    }

    [Fact]
    public async Task A_program_that_was_cut_off_is_not_run_and_a_shorter_one_is_asked_for()
    {
        ScriptedModel model = new(_ => new ModelReply("Guess.\n\n```python\n3.", "", new TokenUsage(800, 0, 500, 0), StopReason.TooLong, "one"), Says("Guess.\n\n```python\n3.5\n```\n"));
        Journal journal = await RunAsync(model, nodes: 1);
        (journal.Nodes.Count, journal[1].Score!.Value).ShouldBe((1, 3.5));
        model.Requests[1].Messages[^1].Text.ShouldContain("It was cut off at 500 tokens");
    }

    [Fact]
    public async Task A_refusal_fails_the_node_and_not_the_run()
    {
        ScriptedModel model = new(_ => new ModelReply("I can't.", "", new TokenUsage(800, 0, 5, 0), StopReason.Refused, "one"), Says("Guess.\n\n```python\n3.5\n```\n"));
        Journal journal = await RunAsync(model, nodes: 2);
        (journal[1].Failure!.Message, journal[2].Score!.Value).ShouldBe(("scripted:one refused to answer.", 3.5));
    }

    [Fact]
    public async Task A_program_that_was_tried_is_asked_to_be_another()
    {
        ScriptedModel model = new(
            Says("Guess.\n\n```python\n3.5\n```\n"), Says("Guess again.\n\n```python\n# The same, with a comment.\n3.5\n```\n"), Says("Guess else.\n\n```python\n2.5\n```\n"));
        Journal journal = await RunAsync(model, nodes: 2);
        journal[2].Score!.Value.ShouldBe(2.5);
        model.Requests[2].Messages[^1].Text.ShouldStartWith("That is the program of node 1 again");
    }

    [Fact]
    public async Task The_substitute_takes_the_node_of_a_provider_that_is_down_and_says_so()
    {
        ScriptedModel model = new(Says("Guess.\n\n```python\n3.5\n```\n"), Fails(CallProblem.Unreachable));
        Journal journal = await RunAsync(model, nodes: 2);
        (journal[2].Plan, journal[2].Score!.Value, journal.Spending.Calls).ShouldBe(("Substitute. (By the built-in engineer: The provider says Unreachable.)", 8, 3));
    }

    [Theory]
    [InlineData(CallProblem.Key)]
    [InlineData(CallProblem.Model)]
    [InlineData(CallProblem.Quota)]
    [InlineData(CallProblem.Unreachable)]
    public async Task A_provider_that_takes_no_call_stops_the_run_which_can_go_on_later(CallProblem problem)
    {
        OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        EngineerException stopped = await Should.ThrowAsync<EngineerException>(RunAsync(owned, new ScriptedModel(Fails(problem)), new Budget(1, 600)));
        stopped.Message.ShouldBe($"The provider says {problem}.");
        await owned.DisposeAsync();
        await using OwnedRun again = await _store.TakeAsync(owned.Run, CancellationToken.None);
        Journal journal = await RunAsync(again, new ScriptedModel(Says("Guess.\n\n```python\n3.5\n```\n")), new Budget(1, 600));
        (journal.Nodes.Count, journal[1].Score!.Value).ShouldBe((1, 3.5));
    }

    [Fact]
    public async Task Four_at_once_never_spend_more_than_a_budget_for_three_and_a_half_calls()
    {
        // Each call is reserved at 1,500 tokens and comes to 1,500.
        int sent = 0;
        ScriptedModel model = new(_ => new ModelReply($"Guess {Interlocked.Increment(ref sent)}.\n\n```python\n{sent}.5\n```\n", "", new TokenUsage(1000, 0, 500, 0), StopReason.Finished, "one"));
        Journal journal = await RunAsync(model, new Budget(20, 600) { Tokens = 5_250 }, workers: 4);
        (journal.Finished!.Ending, journal.Spending.Total.Settled.Total, model.Requests.Count, journal.ValidNodes).ShouldBe((RunEnding.BudgetSpent, 4500, 3, 3));
    }

    [Fact]
    public async Task The_same_script_gives_the_same_journal()
    {
        static ScriptedModel Model() => new(Says("Guess low.\n\n```python\n3.5\n```\n"), Says("nothing"), Says("Guess lower.\n\n```python\n2.5\n```\n"));
        _clock = new FakeTimeProvider();
        using ModelEngineerTests another = new() { _clock = new FakeTimeProvider() };
        byte[] one = RunJson.WriteCanonical(await RunAsync(Model(), nodes: 2)), other = RunJson.WriteCanonical(await another.RunAsync(Model(), nodes: 2));
        one.ShouldBe(other);
    }

    public void Dispose() => _folder.Dispose();

    private Task<Journal> RunAsync(ScriptedModel model, int nodes) => RunAsync(model, new Budget(nodes, 600));

    private async Task<Journal> RunAsync(ScriptedModel model, Budget budget, int workers = 1)
    {
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        return await RunAsync(owned, model, budget, workers);
    }

    private async Task<Journal> RunAsync(OwnedRun owned, ScriptedModel model, Budget budget, int workers = 1)
    {
        Crew crew = Crew.Parse(model.Name, _ => new CrewMember(model, Options));
        using ModelEngineer engineer = new(crew, RecordedEngineer.Parse("{\"plan\": \"Substitute.\", \"code\": \"9\"}\n{\"plan\": \"Substitute.\", \"code\": \"8\"}"), AtOnce, _clock);
        return await new ScriptedLoop(_store, engineer, _clock).RunAsync(owned, budget, workers);
    }

    private async Task<string> TextAsync(Journal journal, Digest digest) =>
        System.Text.Encoding.UTF8.GetString((await _store.ReadBlobAsync(journal.Settings!.Run, digest, CancellationToken.None)).Span);
}
