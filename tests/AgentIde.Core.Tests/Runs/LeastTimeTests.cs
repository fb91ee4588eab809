using System.Globalization;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AgentIde.Core.Tests.Runs;

/// <summary>Where a search ends before its time is spent, since nothing would end in what is left.</summary>
public sealed class LeastTimeTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly MemoryRunStore _store;

    public LeastTimeTests() => _store = new MemoryRunStore("/nowhere", _clock);

    [Fact]
    public async Task With_less_than_the_quickest_program_took_no_node_is_begun()
    {
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        Journal journal = await Loop((assignment, _) => Task.FromResult<Proposal?>(Takes(10 + (assignment.Node % 3)))).RunAsync(owned, new Budget(50, 100));

        // 15 s are the refit's, and less than 10 were left beside them.
        journal.Nodes.ShouldAllBe(node => node.IsValid);
        (journal.Finished!.Ending, journal.Choice!.Refit!.Taken).ShouldBe((RunEnding.TimeSpent, true));
        journal.Finished.Why.ShouldBe("the time budget was spent but for less than the 10 s that the quickest program with a score took, and for choice and refit");
        (100 - journal.Nodes.Sum(node => node.Execution!.Seconds!.Value)).ShouldBeInRange(15, 25.1);
    }

    [Fact]
    public async Task An_engineer_that_nothing_is_left_in_time_for_ends_the_search_and_more_time_has_it_go_on()
    {
        List<int> asked = [];
        ScriptedLoop loop = Loop((assignment, _) =>
        {
            asked.Add(assignment.Node);
            return assignment.Node < 3 || assignment.Journal.Settings!.Budget.Seconds > 600 ? Task.FromResult<Proposal?>(Takes(20)) : throw new NoTimeLeftException("nothing would end in time");
        });
        Journal journal;
        await using (OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None))
        {
            journal = await loop.RunAsync(owned, new Budget(4, 600));
        }

        (journal.Finished!.Ending, journal.Finished.Why, journal.Nodes.Count, journal.IsOutOfTime).ShouldBe((RunEnding.TimeSpent, "nothing would end in time", 3, true));
        asked.ShouldBe([1, 2, 3]);
        (await _store.ReadAsync(journal.Settings!.Run, 0, int.MaxValue, CancellationToken.None)).Events.Select(entry => entry.Event).OfType<EngineerExhausted>().Single().ShouldBe(new EngineerExhausted(3, "nothing would end in time", true));
    }

    [Theory]
    [InlineData(true, null)]
    [InlineData(false, "nothing left")]
    [InlineData(null, "nothing left")]
    public void More_time_helps_who_lacked_it_alone(bool? isOfTime, string? left)
    {
        JournalBuilder run = new JournalBuilder().Node(Operator.Draft, null, 0.5).Begin(Operator.Improve, 1).Add(new EngineerExhausted(2, "nothing left", isOfTime));
        run.Journal.Exhausted.ShouldBe("nothing left");

        run.Add(new BudgetChanged("somebody", new Budget(20, 1200)));

        (run.Journal.Exhausted, run.Journal.IsOutOfTime, run.Journal.Settings!.Budget.Seconds).ShouldBe((left, false, 1200));
    }

    [Fact]
    public void One_or_two_solutions_tell_nothing_of_the_least()
    {
        JournalBuilder run = new();
        foreach ((double seconds, double least) in new[] { (30.0, 1.0), (20, 1), (40, 20), (0.2, 1) })
        {
            run.Begin(Operator.Draft).Execute(Digest.Of("output"), seconds).Score(0.5);
            LeastTime.Of(run.Journal).ShouldBe(least);
        }

        LeastTime.Words(run.Journal).ShouldBe("the time budget was spent");
    }

    /// <summary>Each execution takes as many seconds as its program says, and leaves that as its score.</summary>
    private ScriptedLoop Loop(Func<Assignment, CancellationToken, Task<Proposal?>> propose) => new(_store, new ScriptedEngineer(propose), _clock)
    {
        Sandbox = new ScriptedSandbox((spec, _) =>
        {
            string program = System.Text.Encoding.UTF8.GetString(spec.Code.Span);
            double seconds = Math.Floor(double.Parse(program, CultureInfo.InvariantCulture));
            _clock.Advance(TimeSpan.FromSeconds(seconds));
            return Task.FromResult(ScriptedSandbox.Left(program, seconds));
        }),
    };

    private Proposal Takes(double seconds) => new("A plan.", FormattableString.Invariant($"{seconds + (++_programs * 0.001):0.000}"), [], null);

    private int _programs;
}
