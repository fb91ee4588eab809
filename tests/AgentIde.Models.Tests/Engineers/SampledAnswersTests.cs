using System.Collections.Immutable;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Models.Engineers;
using AgentIde.Models.Prompts;
using AgentIde.Models.Recordings;
using AgentIde.Testing;
using CsCheck;
using static AgentIde.Models.Tests.Engineers.ScriptedModel;

namespace AgentIde.Models.Tests.Engineers;

/// <summary>Several answers to one prompt. A program is a number, which is its score.</summary>
public sealed class SampledAnswersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MemoryRunStore _store;

    public SampledAnswersTests() => _store = new MemoryRunStore(_folder.Path, TimeProvider.System);

    [Fact]
    public async Task Each_answer_with_a_new_program_becomes_a_node_and_is_paid_once()
    {
        ScriptedModel model = Guesses();
        Journal journal = await RunAsync(model, new Budget(4, 600), samples: 3);
        journal.Nodes.Select(node => (node.Operator, node.Plan, node.Score?.Value)).ShouldBe(
            [(Operator.Draft, "Guess 1.", 1.5), (Operator.Draft, "Guess 2.", 2.5), (Operator.Draft, "Guess 3.", 3.5), (Operator.Draft, "Guess 4.", 4.5)]);
        (model.Requests.Count, journal.Spending.Calls, journal.Samples.Count, journal.Drafts).ShouldBe((4, 4, 0, 4));

        // Which answers are to one prompt is in the journal.
        Node first = journal[1];
        first.Calls.Select(call => (call.Number, call.Sample, call.Prompt == first.Calls[0].Prompt)).ShouldBe([(1, 1, true), (2, 2, true), (3, 3, true)]);
        (first.Call, journal[2].SampleOf, journal[3].SampleOf).ShouldBe((1, new SampleOf(1, 2), new SampleOf(1, 3)));
        first.Samples!.Value.ShouldBe([2, 3]);
        journal[2].Why.ShouldBe("Another answer to the prompt of node 1.");
        (journal[2].Calls.Length, journal[2].Notes, journal.AnswerOf(journal[2])!.Number).ShouldBe((0, first.Notes, 2));
        ModelResults.Of(journal).ShouldHaveSingleItem().Nodes.ShouldBe(4);

        // The last node is one: no more is asked for than can become nodes.
        (journal[4].Calls.Length, journal[4].Call, journal[4].SampleOf).ShouldBe((1, null, null));
    }

    [Fact]
    public async Task An_answer_that_can_not_be_read_or_says_the_same_becomes_no_node()
    {
        ScriptedModel model = new(Says("I would use a forest."), Says(Guess(3)), Says("Again.\n\n```python\n# The same.\n3.5\n```\n"), Says(Guess(4)), Says(Guess(5)), Says(Guess(6)));
        Journal journal = await RunAsync(model, new Budget(4, 600), samples: 4);
        journal.Nodes.Select(node => node.Score?.Value).ShouldBe([3.5, 4.5, 5.5, 6.5]);
        (journal[1].Call, journal[2].SampleOf).ShouldBe((2, new SampleOf(1, 4)));
    }

    [Fact]
    public async Task Where_no_answer_can_be_read_the_first_is_asked_for_once_more()
    {
        ScriptedModel model = new(Says("A forest."), Says("A tree."), Says(Guess(3)));
        Journal journal = await RunAsync(model, new Budget(2, 600), samples: 2);
        (journal[1].Score!.Value, journal[1].Calls.Length, journal[1].Samples).ShouldBe((3.5, 3, null));
        model.Requests[2].Messages[1].Text.ShouldBe("A forest.");
        model.Requests[2].Sample.ShouldBeNull();
    }

    [Fact]
    public async Task As_many_are_asked_for_as_fit_and_it_is_said()
    {
        // Each call is reserved at 1,500 tokens and comes to 1,000.
        Journal journal = await RunAsync(Guesses(), new Budget(10, 600) { Tokens = 3_600 }, samples: 4);
        (journal.Spending.Calls, journal.Spending.Total.Tokens, journal.ValidNodes).ShouldBe((3, 3_000, 3));
        journal[1].Plan.ShouldBe("Guess 1. (3 of 4 answers: the run may use 3.6k tokens, of which 3k are used, and the next call, to scripted:one, may need 1.5k; --tokens 4500 would have let it go on.)");
        journal.Finished!.Ending.ShouldBe(RunEnding.BudgetSpent);
    }

    [Fact]
    public async Task A_provider_that_fails_some_of_them_loses_the_others_nothing()
    {
        ScriptedModel model = new(Fails(CallProblem.Malformed), Says(Guess(2)), Fails(CallProblem.Malformed), Says(Guess(4)));
        Journal journal = await RunAsync(model, new Budget(3, 600), samples: 3);
        journal[1].Plan.ShouldBe("Guess 2. (1 of 3 answers: The provider says Malformed.)");
        (journal[2].SampleOf, journal[2].Calls.Length).ShouldBe((null, 2));
    }

    [Fact]
    public async Task A_recording_gives_the_same_nodes_again()
    {
        string file = _folder["exchanges.jsonl"];
        byte[] recorded;
        await using (RecordingFile recording = RecordingFile.Create(file, text => text))
        {
            recorded = Told(await RunAsync(new RecordingModel(Guesses(), recording), new Budget(7, 600), samples: 3));
        }

        ReplayModel replay = ReplayModel.Parse(await File.ReadAllTextAsync(file), text => text, Incidentals.TakenOut);
        Told(await RunAsync(replay, new Budget(7, 600), samples: 3)).ShouldBe(recorded);

        static byte[] Told(Journal journal) => System.Text.Encoding.UTF8.GetBytes(string.Join('\n', journal.Nodes.Select(node => $"{node.Plan} {node.Code} {node.SampleOf} {node.Call} {node.Score?.Value}")));
    }

    /// <summary>Wherever the process dies and however often: no more is billed than allowed, and each answer becomes one node at most.</summary>
    [Fact]
    public async Task Whatever_dies_the_cap_holds_and_each_answer_is_used_once() =>
        await Gen.Select(Gen.Int[2, 5], Gen.Int[1, 3], Gen.Int[0, 14_000], Gen.Select(Gen.Int[0, 40], Gen.Bool).Array[0, 4]).SampleAsync(
            async (samples, workers, cap, deaths) =>
            {
                ScriptedModel model = Guesses();
                Budget budget = new(8, 1e6) { Tokens = cap };
                OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
                foreach ((int appends, bool written) in deaths)
                {
                    await using (DyingRun dying = new(owned, appends, written))
                    {
                        try
                        {
                            await RunAsync(dying, model, budget, samples, workers);
                        }
                        catch (RunStoreException death) when (death.Message == "the process died")
                        {
                            // It is taken up again.
                        }
                    }

                    owned = await _store.TakeAsync(owned.Run, CancellationToken.None);
                }

                Journal journal;
                await using (owned)
                {
                    journal = await RunAsync(owned, model, budget, samples, workers);
                }

                long billed = model.Requests.Count * 1_000L;
                billed.ShouldBeLessThanOrEqualTo(cap);
                journal.Spending.Total.Tokens.ShouldBeInRange(billed, cap);
                (journal.Finished!.Ending is RunEnding.NodesSpent or RunEnding.BudgetSpent, journal.Spending.Total.Open).ShouldBe((true, 0));
                ImmutableArray<int> used = [.. journal.Nodes.Where(node => node.Code is not null).Select(node => journal.AnswerOf(node)!.Number)];
                used.Distinct().Count().ShouldBe(used.Length);
                journal.Nodes.Count.ShouldBeLessThanOrEqualTo(8);
                journal.Nodes.ShouldAllBe(node => node.SampleOf == null || (node.Calls.IsEmpty && journal[node.SampleOf.Node].Samples!.Value.Contains(node.SampleOf.Call)));
                if (journal.Finished.Ending == RunEnding.BudgetSpent && journal.Nodes.Count < 8)
                {
                    journal.Samples.ShouldBeEmpty();
                }
            },
            iter: 150);

    [Fact]
    public async Task Answers_that_came_before_a_death_are_taken_after_it_and_none_is_asked_for_again()
    {
        // What is appended: the start, holdout, profile, node, three reservations, three ends; then the process dies before it is proposed.
        ScriptedModel model = Guesses();
        OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        await using (DyingRun dying = new(owned, 10, written: false))
        {
            await Should.ThrowAsync<RunStoreException>(RunAsync(dying, model, new Budget(3, 600), 3, 1));
        }

        await using OwnedRun again = await _store.TakeAsync(owned.Run, CancellationToken.None);
        Journal journal = await RunAsync(again, model, new Budget(3, 600), 3, 1);
        (model.Requests.Count, journal.Spending.Calls, journal.ValidNodes).ShouldBe((3, 3, 3));
        journal.Nodes.Select(node => node.Plan).ShouldBe(["Guess 1.", "Guess 2.", "Guess 3."]);
    }

    public void Dispose() => _folder.Dispose();

    private static string Guess(int number) => $"Guess {number}.\n\n```python\n{number}.5\n```\n";

    private static ScriptedModel Guesses()
    {
        int asked = 0;
        return new ScriptedModel(_ => new ModelReply(Guess(Interlocked.Increment(ref asked)), "", new TokenUsage(800, 0, 200, 0), StopReason.Finished, "one"));
    }

    private async Task<Journal> RunAsync(IModel model, Budget budget, int samples)
    {
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        return await RunAsync(owned, model, budget, samples, 1);
    }

    private async Task<Journal> RunAsync(OwnedRun owned, IModel model, Budget budget, int samples, int workers)
    {
        Crew crew = Crew.Parse(model.Name, _ => new CrewMember(model, environment => new PromptOptions(environment, MaximumTokens: 20_000, MaximumOutput: 500)));
        using ModelEngineer engineer = new(crew, RecordedEngineer.Parse("{\"plan\": \"Substitute.\", \"code\": \"9\"}"), Patience.None, TimeProvider.System);
        return await new ScriptedLoop(_store, engineer, TimeProvider.System) { Samples = samples }.RunAsync(owned, budget, workers);
    }
}
