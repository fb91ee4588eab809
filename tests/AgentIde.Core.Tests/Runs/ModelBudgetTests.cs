using System.Globalization;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AgentIde.Core.Tests.Runs;

/// <summary>Whole runs whose engineer spends: what is sent, what is recorded, and how the search ends.</summary>
public sealed class ModelBudgetTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly MemoryRunStore _store;
    private int _sent;

    public ModelBudgetTests() => _store = new MemoryRunStore("/nowhere", _clock);

    [Fact]
    public async Task Four_nodes_at_once_send_three_calls_where_the_budget_fits_three_and_a_half()
    {
        using SemaphoreSlim asked = new(0);
        TaskCompletionSource answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ScriptedEngineer engineer = new(async (assignment, token) =>
        {
            Task<int> reserving = assignment.Purse.ReserveAsync(Call(tokens: 1_000), token);
            asked.Release();
            int call = await reserving;
            Interlocked.Increment(ref _sent);
            await answer.Task.WaitAsync(token);
            await assignment.Purse.EndAsync(End(call, 1_000), token);
            return Proposal(assignment);
        });
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        Task<Journal> running = Loop(engineer).RunAsync(owned, new Budget(20, 600, Tokens: 3_500), workers: 4);
        for (int node = 0; node < 4; node++)
        {
            (await asked.WaitAsync(Patience)).ShouldBeTrue();
        }

        answer.SetResult();
        Journal journal = await running;

        (_sent, journal.Spending.Calls, journal.Spending.Total.Tokens).ShouldBe((3, 3, 3_000));
        (journal.Finished!.Ending, journal.ValidNodes, journal.Choice?.Node).ShouldBe((RunEnding.BudgetSpent, 3, journal.Best));
        journal.Finished.Why.ShouldBe("the budget for models allows no more: the run may use 3.5k tokens, of which 3k are used, and the next call, to openai:gpt-5.1, may need 1k; --tokens 4000 would have let it go on.");
        (await HighestAsync(owned.Run)).ShouldBe(3_000);
    }

    [Fact]
    public async Task Calls_that_come_to_less_than_their_most_make_room_for_those_that_wait()
    {
        ScriptedEngineer engineer = new(async (assignment, token) =>
        {
            int call = await assignment.Purse.ReserveAsync(Call(tokens: 1_000), token);
            Interlocked.Increment(ref _sent);
            await Task.Yield();
            await assignment.Purse.EndAsync(End(call, 100), token);
            return Proposal(assignment);
        });
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);

        Journal journal = await Loop(engineer).RunAsync(owned, new Budget(8, 600, Tokens: 1_800), workers: 4);

        (_sent, journal.Spending.Total.Tokens, journal.Finished!.Ending).ShouldBe((8, 800, RunEnding.NodesSpent));
        (await HighestAsync(owned.Run)).ShouldBeLessThanOrEqualTo(1_800);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Four_at_once_with_a_cap_of_three_and_a_half_calls_whose_cost_is_a_tenth_make_many_and_none_above_the_cap(bool ofDay)
    {
        ScriptedEngineer engineer = new(async (assignment, token) =>
        {
            int call = await assignment.Purse.ReserveAsync(Call(1_000, 1m), token);
            Interlocked.Increment(ref _sent);
            await Task.Yield();
            await assignment.Purse.EndAsync(End(call, 100, 0.1m), token);
            return Proposal(assignment);
        });
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);

        Journal journal = await Loop(engineer).RunAsync(owned, ofDay ? new Budget(100, 600, DayDollars: 3.5m) : new Budget(100, 600, Dollars: 3.5m), workers: 4);

        // The 26th would fit with 2.5 settled, and the 27th would not with 2.6.
        (_sent, journal.Spending.Total.Dollars, journal.Finished!.Ending).ShouldBe((26, 2.6m, RunEnding.BudgetSpent));
        (await HighestAsync(owned.Run, spent => spent.Dollars)).ShouldBeLessThanOrEqualTo(3.5m);
    }

    [Fact]
    public async Task A_call_that_has_ended_and_counts_at_its_most_in_the_day_s_ledger_still_is_waited_for()
    {
        TaskCompletionSource settling = new(TaskCreationOptions.RunContinuationsAsynchronously), refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _store.BeforeSettling = () =>
        {
            settling.TrySetResult();
            return refused.Task.WaitAsync(Patience);
        };
        _store.OnRefusal = () => refused.TrySetResult();
        ScriptedEngineer engineer = new(async (assignment, token) =>
        {
            if (assignment.Node == 2)
            {
                await settling.Task.WaitAsync(Patience, token);
            }

            int call = await assignment.Purse.ReserveAsync(Call(1_000, 1m), token);
            Interlocked.Increment(ref _sent);
            await assignment.Purse.EndAsync(End(call, 100, 0.1m), token);
            return Proposal(assignment);
        });
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);

        Journal journal = await Loop(engineer).RunAsync(owned, new Budget(2, 600, DayDollars: 1.5m), workers: 2);

        (_sent, journal.Spending.Total.Dollars, journal.Finished!.Ending).ShouldBe((2, 0.2m, RunEnding.NodesSpent));
    }

    [Fact]
    public async Task The_texts_of_a_call_are_in_the_store_and_its_figures_in_the_journal()
    {
        ScriptedEngineer engineer = new(async (assignment, token) =>
        {
            int call = await assignment.Purse.ReserveAsync(Call(1_000, 0.5m), token);
            await assignment.Purse.EndAsync(new CallEnd(call, "the answer", "the thought", null, "", new TokenUsage(400, 0, 600, 100), 0.3m, TimeSpan.FromSeconds(2)), token);
            return Proposal(assignment);
        });
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        Journal journal = await Loop(engineer).RunAsync(owned, new Budget(1, 600));

        ModelCall asked = journal[1].Calls.ShouldHaveSingleItem();
        asked.ShouldSatisfyAllConditions(
            () => (asked.Number, asked.Model, asked.Day, asked.Dollars).ShouldBe((1, "openai:gpt-5.1", new DateOnly(2026, 5, 1), 0.3m)),
            () => asked.Outcome!.Usage.ShouldBe(new TokenUsage(400, 0, 600, 100)),
            () => asked.Prompt.ShouldBe(Digest.Of("the prompt")),
            () => asked.Outcome!.Answer.ShouldBe(Digest.Of("the answer")),
            () => asked.Outcome!.Thinking.ShouldBe(Digest.Of("the thought")));
        (await _store.ReadBlobAsync(owned.Run, asked.Prompt, CancellationToken.None)).ToArray().ShouldBe("the prompt"u8.ToArray());
        (await _store.ReadBlobAsync(owned.Run, asked.Outcome!.Thinking!.Value, CancellationToken.None)).ToArray().ShouldBe("the thought"u8.ToArray());
    }

    [Fact]
    public async Task Absurd_figures_become_the_nearest_that_can_be_recorded()
    {
        ScriptedEngineer engineer = new(async (assignment, token) =>
        {
            int call = await assignment.Purse.ReserveAsync(Call(1_000, 0.5m), token);
            await assignment.Purse.EndAsync(new CallEnd(call, null, "", CallProblem.Malformed, "\ud800" + new string('x', 5_000), new TokenUsage(-5, 0, long.MaxValue, 0), decimal.MaxValue, TimeSpan.Zero), token);
            return Proposal(assignment);
        });
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        Journal journal = await Loop(engineer).RunAsync(owned, new Budget(1, 600));

        journal[1].Calls[0].Outcome!.Usage.ShouldBe(new TokenUsage(0, 0, 1_000_000_000_000, 0));
        CallEnded ended = (await EventsAsync(owned.Run)).OfType<CallEnded>().ShouldHaveSingleItem();
        (ended.Dollars, ended.Message.Length).ShouldBe((1_000_000_000m, 1_000));
        RunJson.Read("call-ended", 1, RunJson.Write(ended).Payload).ShouldBeOfType<CallEnded>();
    }

    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(null, 2)]
    public async Task A_model_that_does_not_keep_to_the_length_is_asked_no_more_where_a_cap_relies_on_it(double? dollars, int calls)
    {
        ScriptedEngineer engineer = new(async (assignment, token) =>
        {
            int call = await assignment.Purse.ReserveAsync(new CallReservation("openai:gpt-5.1", "prompt", new TokenUsage(50, 0, 1_000, 0), (decimal?)dollars), token);
            await assignment.Purse.EndAsync(new CallEnd(call, "answer", "", null, "", new TokenUsage(50, 0, 1_400, 0), (decimal?)dollars, TimeSpan.FromSeconds(1)), token);
            return Proposal(assignment);
        });
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        Journal journal = await Loop(engineer).RunAsync(owned, new Budget(2, 600, Dollars: dollars is null ? null : 100));

        journal.Spending.Calls.ShouldBe(calls);
        journal.Refused.ShouldBe(dollars is null ? null : "openai:gpt-5.1 gave 1.4k tokens in call 1, where 1k were allowed: it does not keep to the length that it is asked for, so no cap can hold, and it is asked no more.");
        journal.Choice.ShouldNotBeNull().Node.ShouldBe(1);
    }

    [Fact]
    public async Task A_node_that_has_spent_its_own_part_fails_and_the_search_goes_on()
    {
        ScriptedEngineer engineer = new(async (assignment, token) =>
        {
            for (int attempt = 0; attempt < (assignment.Node == 1 ? 3 : 2); attempt++)
            {
                int call = await assignment.Purse.ReserveAsync(Call(100, 0.4m), token);
                await assignment.Purse.EndAsync(End(call, 100, 0.4m), token);
            }

            return Proposal(assignment);
        });
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        Journal journal = await Loop(engineer).RunAsync(owned, new Budget(3, 600, NodeDollars: 1));

        journal[1].Failure.ShouldBe(new Failure(FailureKind.NoAnswer, "node 1 may cost $1.00, of which $0.80 is spent, and the next call, to openai:gpt-5.1, may cost $0.40; --node-cost 1.2 would have let it go on.", null, null));
        (journal.ValidNodes, journal.Finished!.Ending, journal.Spending.Calls).ShouldBe((2, RunEnding.NodesSpent, 6));
    }

    [Theory]
    [InlineData(1.0, null)]
    [InlineData(null, 1.0)]
    public async Task A_call_without_a_price_does_not_fit_into_a_budget_in_dollars(double? dollars, double? day)
    {
        ScriptedEngineer engineer = new(async (assignment, token) =>
        {
            await assignment.Purse.ReserveAsync(Call(100), token);
            return Proposal(assignment);
        });
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        Journal journal = await Loop(engineer).RunAsync(owned, new Budget(3, 600, Dollars: (decimal?)dollars, DayDollars: (decimal?)day));

        (journal.Finished!.Ending, journal.Choice, journal.Spending.Calls).ShouldBe((RunEnding.BudgetSpent, null, 0));
        journal.Refused.ShouldNotBeNull().ShouldStartWith("The price of openai:gpt-5.1 is not known");
        journal.Refused.ShouldContain("--tokens");
    }

    [Fact]
    public async Task The_runs_of_a_day_share_its_cap_and_the_next_day_has_its_own()
    {
        ScriptedEngineer engineer = new(async (assignment, token) =>
        {
            int call = await assignment.Purse.ReserveAsync(Call(100, 0.4m), token);
            await assignment.Purse.EndAsync(End(call, 100, 0.4m), token);
            return Proposal(assignment);
        });
        Budget budget = new(20, 6_000_000, DayDollars: 1);
        await using OwnedRun first = await _store.CreateAsync("sample", CancellationToken.None);
        (await Loop(engineer).RunAsync(first, new Budget(1, 600))).Spending.Total.Dollars.ShouldBe(0.4m);
        await using OwnedRun second = await _store.CreateAsync("sample", CancellationToken.None);
        Journal journal = await Loop(engineer).RunAsync(second, budget);

        (journal.Spending.Calls, journal.Finished!.Ending).ShouldBe((1, RunEnding.BudgetSpent));
        journal.Refused.ShouldBe("all runs of today (by UTC) may cost $1.00, of which $0.80 is spent or set aside for calls under way, and the next call, to openai:gpt-5.1, may cost $0.40; --day-cost 1.2 would have let it go on.");
        _clock.Advance(TimeSpan.FromHours(12));
        await using OwnedRun third = await _store.CreateAsync("sample", CancellationToken.None);
        (await Loop(engineer).RunAsync(third, budget)).Spending.Calls.ShouldBe(2);
    }

    [Fact]
    public async Task A_call_that_a_death_left_open_is_ended_as_lost_at_its_most()
    {
        ScriptedEngineer engineer = new(async (assignment, token) =>
        {
            int call = await assignment.Purse.ReserveAsync(Call(1_000, 0.5m), token);
            if (Interlocked.Increment(ref _sent) == 1)
            {
                throw new InvalidOperationException("the machine lost its power");
            }

            await assignment.Purse.EndAsync(End(call, 100, 0.1m), token);
            return Proposal(assignment);
        });
        Budget budget = new(1, 600, Dollars: 1);
        OwnedRun dying = await _store.CreateAsync("sample", CancellationToken.None);
        await using (dying)
        {
            await Should.ThrowAsync<InvalidOperationException>(() => Loop(engineer).RunAsync(dying, budget));
        }

        await using OwnedRun owned = await _store.TakeAsync(dying.Run, CancellationToken.None);
        Journal journal = await Loop(engineer).RunAsync(owned, budget);

        journal[1].Calls.Select(call => (call.Outcome!.Problem, call.Usage.Total, call.Dollars)).ShouldBe([(CallProblem.Lost, 1_000, 0.5m), (null, 100, 0.1m)]);
        (journal.Spending.Total.Dollars, journal.ValidNodes).ShouldBe((0.6m, 1));
        (await EventsAsync(owned.Run)).OfType<CallEnded>().First().Message.ShouldBe("the process that ran it died");
    }

    [Fact]
    public async Task A_resumed_run_keeps_its_budget_or_takes_the_one_it_is_given()
    {
        ScriptedEngineer engineer = new(async (assignment, token) =>
        {
            int call = await assignment.Purse.ReserveAsync(Call(100, 0.4m), token);
            await assignment.Purse.EndAsync(End(call, 100, 0.4m), token);
            return assignment.Node == 3 && Interlocked.Increment(ref _sent) == 1 ? throw new EngineerException("The key is wrong.") : Proposal(assignment);
        });
        OwnedRun left = await _store.CreateAsync("sample", CancellationToken.None);
        await using (left)
        {
            await Should.ThrowAsync<EngineerException>(() => Loop(engineer).RunAsync(left, new Budget(5, 600, Dollars: 1.2m)));
        }

        await using OwnedRun owned = await _store.TakeAsync(left.Run, CancellationToken.None);
        Journal journal = await Loop(engineer).RunAsync(owned, new Budget(5, 600, Dollars: 2));

        (journal.Settings!.Budget.Dollars, journal.Spending.Total.Dollars, journal.Finished!.Ending).ShouldBe((2m, 2m, RunEnding.BudgetSpent));
        journal.ValidNodes.ShouldBe(4);
    }

    [Fact]
    public async Task An_engineer_that_can_not_go_on_leaves_the_run_to_be_resumed_once_all_that_is_under_way_has_ended()
    {
        TaskCompletionSource executing = new(TaskCreationOptions.RunContinuationsAsynchronously), stuck = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ScriptedEngineer engineer = new(async (assignment, token) =>
        {
            if (assignment.Node == 2 && !stuck.Task.IsCompleted)
            {
                await executing.Task.WaitAsync(Patience, token);
                stuck.SetResult();
                throw new EngineerException("The key is wrong.");
            }

            return Proposal(assignment);
        });
        ScriptedSandbox sandbox = new(async (spec, token) =>
        {
            executing.TrySetResult();
            await stuck.Task.WaitAsync(Patience, token);
            return ScriptedSandbox.Left(System.Text.Encoding.UTF8.GetString(spec.Code.Span));
        });
        OwnedRun left = await _store.CreateAsync("sample", CancellationToken.None);
        await using (left)
        {
            (await Should.ThrowAsync<EngineerException>(() => Loop(engineer, sandbox).RunAsync(left, new Budget(3, 600), workers: 2))).Message.ShouldBe("The key is wrong.");
        }

        Journal before = Journal.Empty.Apply((await _store.ReadAsync(left.Run, 0, 1_000, CancellationToken.None)).Events);
        (before.ValidNodes, before[2].Stage, before.Finished, before.OpenExecutions.Length).ShouldBe((1, NodeStage.Think, null, 0));
        await using OwnedRun owned = await _store.TakeAsync(left.Run, CancellationToken.None);
        (await Loop(engineer, sandbox).RunAsync(owned, new Budget(3, 600), workers: 2)).ValidNodes.ShouldBe(3);
    }

    [Fact]
    public async Task A_node_without_an_answer_fails_and_the_search_goes_on()
    {
        ScriptedEngineer engineer = new((assignment, _) =>
            assignment.Node == 1 ? throw new NoAnswerException("openai:gpt-5.1 gave no code in 2 tries.") : Task.FromResult<Proposal?>(Proposal(assignment)));
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        Journal journal = await Loop(engineer).RunAsync(owned, new Budget(2, 600));

        journal[1].Failure.ShouldBe(new Failure(FailureKind.NoAnswer, "openai:gpt-5.1 gave no code in 2 tries.", null, null));
        journal.BuggyLeaves.ShouldBeEmpty("there is no code to mend");
        journal.Choice?.Node.ShouldBe(2);
    }

    [Fact]
    public async Task A_stop_interrupts_an_engineer_that_thinks_and_what_it_spent_is_recorded()
    {
        OwnedRun? owned = null;
        ScriptedEngineer engineer = new(async (assignment, token) =>
        {
            int call = await assignment.Purse.ReserveAsync(Call(1_000, 0.5m), CancellationToken.None);
            try
            {
                await _store.RequestAsync(owned!.Run, new StopRequest("a test", Choose: true), CancellationToken.None);
                await TickUntilAsync(token);
            }
            finally
            {
                await assignment.Purse.EndAsync(new CallEnd(call, null, "", CallProblem.Cut, "It was stopped.", new TokenUsage(500, 0, 500, 0), 0.5m, TimeSpan.Zero), CancellationToken.None);
            }

            return Proposal(assignment);
        });
        await using (owned = await _store.CreateAsync("sample", CancellationToken.None))
        {
            Journal journal = await Loop(engineer).RunAsync(owned, new Budget(2, 600));

            (journal.Finished!.Ending, journal[1].IsDone, journal.Spending.Total.Open, journal.Spending.Total.Dollars).ShouldBe((RunEnding.Stopped, false, 0, 0.5m));
        }
    }

    [Fact]
    public async Task The_time_of_the_run_ends_an_engineer_that_thinks()
    {
        ScriptedEngineer engineer = new(async (assignment, token) =>
        {
            _clock.Advance(TimeSpan.FromSeconds(601));
            await new TaskCompletionSource().Task.WaitAsync(token);
            return Proposal(assignment);
        });
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        Journal journal = await Loop(engineer).RunAsync(owned, new Budget(5, 600));

        (journal.Finished!.Ending, journal.Nodes.Count, journal[1].Failure?.Kind).ShouldBe((RunEnding.TimeSpent, 1, FailureKind.NoAnswer));
        journal[1].Failure!.Message.ShouldBe("scripted/1 did not answer in the time that was left");
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 3)]
    public async Task Only_an_engineer_that_says_so_is_asked_several_at_once(bool alone, int expected)
    {
        int asked = 0, most = 0;
        TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ScriptedEngineer engineer = new(async (assignment, token) =>
        {
            int now = Interlocked.Increment(ref asked);
            most = Math.Max(most, now);
            if (now == expected)
            {
                all.TrySetResult();
            }

            await all.Task.WaitAsync(Patience, token);
            Interlocked.Decrement(ref asked);
            return Proposal(assignment);
        })
        { IsAskedAlone = alone };
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        Journal journal = await Loop(engineer).RunAsync(owned, new Budget(3, 600), workers: 3);

        (most, journal.ValidNodes).ShouldBe((expected, 3));
    }

    private ScriptedLoop Loop(ScriptedEngineer engineer, ScriptedSandbox? sandbox = null) =>
        sandbox is null ? new ScriptedLoop(_store, engineer, _clock) : new ScriptedLoop(_store, engineer, _clock) { Sandbox = sandbox };

    /// <summary>Moves the clock, by which the run looks for requests.</summary>
    private async Task TickUntilAsync(CancellationToken token)
    {
        while (!token.IsCancellationRequested)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }

        token.ThrowIfCancellationRequested();
    }

    private static CallReservation Call(long tokens, decimal? dollars = null) => new("openai:gpt-5.1", "the prompt", new TokenUsage(tokens / 2, 0, tokens / 2, 0), dollars);

    private static CallEnd End(int call, long tokens, decimal? dollars = null) => new(call, "the answer", "", null, "", new TokenUsage(tokens / 2, 0, tokens / 2, 0), dollars, TimeSpan.FromSeconds(1));

    private static Proposal Proposal(Assignment assignment) => new("a plan", assignment.Node.ToString(CultureInfo.InvariantCulture), [], null);

    /// <summary>The most that was ever spent or set aside.</summary>
    private Task<long> HighestAsync(RunId run) => HighestAsync(run, spent => spent.Tokens);

    private async Task<T> HighestAsync<T>(RunId run, Func<Outlay, T> amount)
        where T : struct, IComparable<T>
    {
        (Journal journal, T most) = (Journal.Empty, default);
        foreach (RecordedEvent recorded in (await _store.ReadAsync(run, 0, 1_000, CancellationToken.None)).Events)
        {
            journal = journal.Apply(recorded);
            T now = amount(journal.Spending.Total);
            most = now.CompareTo(most) > 0 ? now : most;
        }

        return most;
    }

    private async Task<RunEvent[]> EventsAsync(RunId run) => [.. (await _store.ReadAsync(run, 0, 1_000, CancellationToken.None)).Events.Select(recorded => recorded.Event)];
}
