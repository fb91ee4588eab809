using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AgentIde.Core.Tests.Runs;

/// <summary>What a model says, for those who look on while it says it.</summary>
public sealed class LiveCallsTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void What_is_said_comes_in_pieces_the_longer_the_seldomer()
    {
        LiveCalls calls = new(_clock);
        calls.Begin(1, 1);
        List<CallWritten> pieces = [];
        for (int tenth = 0; tenth < 1_200; tenth++)
        {
            calls.Hear(1, "word ", isThinking: tenth < 600);
            _clock.Advance(TimeSpan.FromSeconds(0.1));
            pieces.AddRange(calls.Take(1));
        }

        pieces.Count.ShouldBe(20 + ((120 - 10) / 2));
        (string.Concat(pieces.Select(piece => piece.Thinking)).Length, string.Concat(pieces.Select(piece => piece.Text)).Length, pieces[^1].Characters).ShouldBe((3_000, 3_000, 6_000));
    }

    [Fact]
    public void Of_a_flood_the_end_of_each_piece_comes_and_no_half_characters()
    {
        LiveCalls calls = new(_clock);
        calls.Begin(1, 1);
        calls.Hear(1, new string('a', 100_000) + "the end\ud835", isThinking: true);
        _clock.Advance(TimeSpan.FromSeconds(1));
        CallWritten piece = calls.Take(1).ShouldHaveSingleItem();
        (piece.Thinking.Length, piece.Thinking.EndsWith("the end", StringComparison.Ordinal), piece.Characters).ShouldBe((1_999, true, 100_008));
        calls.Hear(1, "\udd18", isThinking: true);
        _clock.Advance(TimeSpan.FromSeconds(1));
        calls.Take(1).ShouldHaveSingleItem().Thinking.ShouldBe("\ud835\udd18");
    }

    [Fact]
    public void A_call_that_has_ended_is_not_listened_to_nor_one_of_another_node()
    {
        LiveCalls calls = new(_clock);
        calls.Begin(1, 1);
        calls.Begin(2, 2);
        calls.Hear(1, "one", isThinking: true);
        calls.Hear(2, "two", isThinking: true);
        calls.End(2);
        calls.Hear(2, "more", isThinking: true);
        _clock.Advance(TimeSpan.FromSeconds(1));
        calls.Take(1).ShouldHaveSingleItem().Call.ShouldBe(1);
        calls.Take(2).ShouldBeEmpty();
    }

    [Fact]
    public void What_was_said_so_far_is_gone_with_the_end_of_its_call()
    {
        JournalBuilder run = new(Samples.Task("rmse"), Samples.Gems);
        run.Begin(Operator.Draft).Add(new CallReserved(1, 1, "m", Digest.Of("prompt"), new TokenUsage(10, 0, 10, 0), null, default));
        byte[] before = RunJson.WriteCanonical(run.Journal);
        run.Add(new CallWritten(1, 1, "Let me ", "", 7)).Add(new CallWritten(1, 1, "see.", "", 11));
        CallSoFar soFar = run.Journal[1].Calls[0].SoFar.ShouldNotBeNull();
        (soFar.Thinking, soFar.Tokens, soFar.IsAnswering, soFar.LastWords(40)).ShouldBe(("Let me see.", 3, false, "Let me see."));
        RunJson.WriteCanonical(run.Journal).ShouldBe(before);

        run.Add(new CallEnded(1, 1, Digest.Of("answer"), null, null, "", new TokenUsage(1, 0, 1, 0), null, 1));
        run.Journal[1].Calls[0].SoFar.ShouldBeNull();
        Should.Throw<RunStoreException>(() => run.Add(new CallWritten(1, 1, "more", "", 15))).Message.ShouldContain("Call 1 of node 1 is heard that is not under way");
    }

    [Theory]
    [InlineData("one two three", 40, "one two three")]
    [InlineData("one two\nthree  four", 11, "…three four")]
    [InlineData("onetwothreefour", 10, "…threefour")]
    public void The_last_words_are_whole_and_on_one_line(string said, int characters, string words) => new CallSoFar(said, "", 0).LastWords(characters).ShouldBe(words);

    [Fact]
    public async Task Readers_of_a_run_see_a_thought_before_its_call_has_ended()
    {
        MemoryRunStore store = new("/nowhere", TimeProvider.System);
        await using OwnedRun owned = await store.CreateAsync("sample", CancellationToken.None);
        ScriptedEngineer engineer = new(async (assignment, token) =>
        {
            int call = await assignment.Purse.ReserveAsync(new CallReservation("m", "prompt", new TokenUsage(1, 0, 1, 0), null), token);
            assignment.Purse.Hear(call, "Let me see.", isThinking: true);
            WaitLimit limit = new();
            while (!await IsSeenAsync() && limit.Lasts())
            {
                await Task.Yield();
            }

            await assignment.Purse.EndAsync(new CallEnd(call, "answer", "Let me see.", null, "", new TokenUsage(1, 0, 1, 0), null, TimeSpan.Zero), token);
            return new Proposal("plan", "1", [], null);
        });
        Journal journal = await new ScriptedLoop(store, engineer, TimeProvider.System).RunAsync(owned, new Budget(1, 600));
        (journal[1].Score!.Value, journal[1].Calls[0].SoFar).ShouldBe((1, null));

        async Task<bool> IsSeenAsync() =>
            (await store.ReadAsync(owned.Run, 0, int.MaxValue, CancellationToken.None)).Events.Any(recorded => recorded.Event is CallWritten { Thinking: "Let me see." });
    }
}
