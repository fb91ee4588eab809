using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Models.Engineers;
using AgentIde.Models.Prompts;
using AgentIde.Models.Recordings;
using AgentIde.Models.Tests.Engineers;
using AgentIde.Testing;
using static AgentIde.Models.Tests.Engineers.ScriptedModel;

namespace AgentIde.Models.Tests.Recordings;

/// <summary>Whole runs that were recorded, played again: as they were, longer, and as others.</summary>
public sealed class ReplayTests : IDisposable
{
    private static readonly TokenUsage Usage = new(800, 0, 200, 0);

    private readonly TemporaryFolder _folder = new();
    private readonly MemoryRunStore _store;

    public ReplayTests() => _store = new MemoryRunStore(_folder.Path, TimeProvider.System);

    [Fact]
    public async Task A_recording_that_is_played_to_its_end_has_nothing_left_to_propose()
    {
        string recording = await RecordAsync(2, Program(3.5), Program(2.5));
        Journal journal = await PlayAsync(recording, new Budget(5, 600));
        (journal.Finished!.Ending, journal.ValidNodes, journal.Best, journal.Nodes.Count(node => node.Failure is not null)).ShouldBe((RunEnding.EngineerExhausted, 2, 2, 0));
    }

    [Fact]
    public async Task What_was_tried_again_when_it_was_recorded_is_tried_again_and_nobody_waits()
    {
        string recording = await RecordAsync(2, Program(3.5), Fails(CallProblem.Busy, Usage, TimeSpan.FromSeconds(100)), Program(2.5));
        Journal journal = await PlayAsync(recording, new Budget(2, 600));
        journal[2].Calls.Select(call => (call.Outcome!.Problem, call.Usage)).ShouldBe([(CallProblem.Busy, Usage), (null, Usage)]);
        journal.Nodes.Select(node => node.Score?.Value).ShouldBe([3.5, 2.5]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_recording_of_another_run_stops_once_and_says_at_which_prompt_and_where(int workers)
    {
        // The second program is another one, which the third prompt tells of.
        string recording = await RecordAsync(4, Program(3.5), Program(2.5), Program(1.5), Program(0.5));
        EngineerException stop = await Should.ThrowAsync<EngineerException>(() => PlayAsync(recording, new Budget(4, 600), workers, prompt => prompt.Replace("Guess 2.5", "Think 2.5", StringComparison.Ordinal)));
        stop.IsOfReplay.ShouldBeTrue();
        stop.Message.ShouldMatch("^The recording does not fit this run: at node [1-4] \\(draft\\), message 1 \\(user\\) differs from the nearest recorded one at character [0-9]+: \".+\", and it was \".+\"\\. Play it with the task, the flags and the edition of agentide that it was made with, or make a new one with --record\\.$");
    }

    public void Dispose() => _folder.Dispose();

    private static Func<ModelRequest, ModelReply> Program(double number) => Says(FormattableString.Invariant($"Guess {number}.\n\n```python\n{number}\n```\n"));

    private static PromptOptions Options(EnvironmentFacts environment) => new(environment, MaximumTokens: 20_000, MaximumOutput: 500);

    private async Task<string> RecordAsync(int nodes, params Func<ModelRequest, ModelReply>[] script)
    {
        await using (RecordingFile file = RecordingFile.Create(_folder["r.jsonl"], text => text))
        {
            await RunAsync(new RecordingModel(new ScriptedModel(script), file), new Patience(1, TimeSpan.Zero, TimeSpan.FromMinutes(2)) { Waits = false }, engineer => engineer, new Budget(nodes, 600), 1);
        }

        return await File.ReadAllTextAsync(_folder["r.jsonl"]);
    }

    private Task<Journal> PlayAsync(string recording, Budget budget, int workers = 1, Func<string, string>? change = null)
    {
        ReplayModel replay = ReplayModel.Parse(recording, change ?? (text => text), Incidentals.TakenOut);
        return RunAsync(replay, Patience.Replayed, engineer => new ReplayEngineer(replay, engineer), budget, workers);
    }

    private async Task<Journal> RunAsync(IModel model, Patience patience, Func<ModelEngineer, IEngineer> wrap, Budget budget, int workers)
    {
        Crew crew = Crew.Parse(model.Name, _ => new CrewMember(model, Options));
        using ModelEngineer engineer = new(crew, RecordedEngineer.Parse("{\"plan\": \"Substitute.\", \"code\": \"9\"}"), patience, TimeProvider.System);
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        return await new ScriptedLoop(_store, wrap(engineer), TimeProvider.System).RunAsync(owned, budget, workers);
    }
}
