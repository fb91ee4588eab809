using System.Globalization;
using AgentIde.Core.Runs;

namespace AgentIde.Storage.Tests;

/// <summary>Wherever the process that spends is killed: no more is billed than allowed, and no less recorded than billed.</summary>
public sealed class SpendingTests
{
    private static readonly DateOnly Day = new(2026, 5, 1);

    [Theory]
    [InlineData("AfterBegin:9")]
    [InlineData("AfterInsert:10")]
    [InlineData("AfterCommit:8")]
    [InlineData("AfterHeads:12")]
    public async Task Overspends_nothing_and_forgets_nothing_when_it_is_killed_inside_a_commit(string point)
    {
        const long Cap = 6_000;
        using TemporaryWorkspace workspace = new();
        long billed = 0;
        RunId run;
        using (VictimProcess victim = await VictimProcess.StartAsync(workspace.Path, "new", "--stop-at", point))
        {
            run = victim.Run;
            await victim.TellAsync($"spend 7 {Cap}");
            string? line;
            while ((line = await victim.HearAsync()) is not null && !line.StartsWith("AT ", StringComparison.Ordinal))
            {
                billed += Billed(line);
            }

            line.ShouldBe($"AT {point.Split(':')[0]}");

            // Others of its threads may have gone on until all of it stood still.
            await victim.KillAsync(late => billed += Billed(late));
        }

        Journal left = await ReadAsync(workspace, run);
        left.Spending.Total.Tokens.ShouldBeInRange(billed, Cap);
        using VictimProcess next = await VictimProcess.StartAsync(workspace.Path, run.Value);
        await next.TellAsync($"spend 7 {Cap}");
        string? said;
        while ((said = await next.HearAsync()) is not null && !said.StartsWith("SPENT ", StringComparison.Ordinal))
        {
            billed += Billed(said);
        }

        await next.EndAsync();
        Journal journal = await ReadAsync(workspace, run);
        said.ShouldBe($"SPENT {journal.Spending.Total.Tokens}");
        journal.Spending.Total.Tokens.ShouldBeInRange(billed, Cap);
        (journal.Spending.Total.Open, journal.Finished?.Ending).ShouldBe((0, RunEnding.BudgetSpent));
        (await workspace.Store.CheckAsync(run, CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_runs_of_two_programs_share_the_cap_of_a_day()
    {
        using TemporaryWorkspace workspace = new();
        await using OwnedRun first = await workspace.Store.CreateAsync("sample", CancellationToken.None);
        await using OwnedRun second = await workspace.OtherStore().CreateAsync("sample", CancellationToken.None);

        int[] taken = await Task.WhenAll(new[] { first, second }.Select(run => Task.Run(async () =>
        {
            int fits = 0;
            for (int call = 1; call <= 50; call++)
            {
                fits += await run.TryReserveDayAsync(Day, new DayEntry(call, 0.1m), 5.05m, CancellationToken.None) is null ? 1 : 0;
            }

            return fits;
        })));

        taken.Sum().ShouldBe(50);
        (await first.TryReserveDayAsync(Day, new DayEntry(99, 0.1m), 5.05m, CancellationToken.None)).ShouldBe(5.0m);
        (await first.TryReserveDayAsync(Day.AddDays(1), new DayEntry(99, 0.1m), 5.05m, CancellationToken.None)).ShouldBeNull();
    }

    [Fact]
    public async Task What_a_call_came_to_takes_the_place_of_what_was_set_aside_for_it()
    {
        using TemporaryWorkspace workspace = new();
        await using OwnedRun run = await workspace.Store.CreateAsync("sample", CancellationToken.None);
        (await run.TryReserveDayAsync(Day, new DayEntry(1, 0.9m), 1m, CancellationToken.None)).ShouldBeNull();
        (await run.TryReserveDayAsync(Day, new DayEntry(2, 0.2m), 1m, CancellationToken.None)).ShouldBe(0.9m);

        await run.SettleDayAsync(Day, [new DayEntry(1, 0.3m)], CancellationToken.None);

        (await run.TryReserveDayAsync(Day, new DayEntry(2, 0.7m), 1m, CancellationToken.None)).ShouldBeNull();
        (await run.TryReserveDayAsync(Day, new DayEntry(2, 0.6m), 1m, CancellationToken.None)).ShouldBeNull("a call that was never sent is taken anew");
        (await run.TryReserveDayAsync(Day, new DayEntry(3, 0.2m), 1m, CancellationToken.None)).ShouldBe(0.9m);
    }

    [Theory]
    [InlineData("sample-9 1 -100 ;\n")]
    [InlineData("sample-9 1 1e-5 ;\nsample-9 2 79228162514264337593543950335 ;\n")]
    [InlineData("nonsense\n\0\0\0\n")]
    [InlineData("sample-9 1 0.0")]
    public async Task What_is_no_line_of_the_ledger_neither_gives_nor_takes_money(string content)
    {
        using TemporaryWorkspace workspace = new();
        await using OwnedRun run = await workspace.Store.CreateAsync("sample", CancellationToken.None);
        (await run.TryReserveDayAsync(Day, new DayEntry(1, 0.5m), 1m, CancellationToken.None)).ShouldBeNull();
        string file = Directory.GetFiles(Path.Combine(workspace.Path, ".agentide", "spending")).ShouldHaveSingleItem();
        await File.AppendAllTextAsync(file, content);

        await using OwnedRun other = await workspace.OtherStore().CreateAsync("sample", CancellationToken.None);
        (await other.TryReserveDayAsync(Day, new DayEntry(1, 0.6m), 1m, CancellationToken.None)).ShouldBe(0.5m);
        (await other.TryReserveDayAsync(Day, new DayEntry(1, 0.5m), 1m, CancellationToken.None)).ShouldBeNull();
        (await run.TryReserveDayAsync(Day, new DayEntry(2, 0.1m), 1m, CancellationToken.None)).ShouldBe(1.0m);
    }

    [Fact]
    public async Task A_ledger_that_is_a_link_is_not_followed()
    {
        using TemporaryWorkspace workspace = new();
        await using OwnedRun run = await workspace.Store.CreateAsync("sample", CancellationToken.None);
        string elsewhere = Directory.CreateDirectory(Path.Combine(workspace.Path, "elsewhere")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(workspace.Path, ".agentide", "spending"), elsewhere);

        (await Should.ThrowAsync<RunStoreException>(() => run.TryReserveDayAsync(Day, new DayEntry(1, 0.5m), 1m, CancellationToken.None))).Message.ShouldContain("is a link");
        Directory.GetFiles(elsewhere).ShouldBeEmpty();
    }

    private static long Billed(string line) => line.StartsWith("SENT ", StringComparison.Ordinal) ? long.Parse(line.AsSpan(5), CultureInfo.InvariantCulture) : 0;

    private static async Task<Journal> ReadAsync(TemporaryWorkspace workspace, RunId run) =>
        Journal.Empty.Apply((await workspace.Store.ReadAsync(run, 0, int.MaxValue, CancellationToken.None)).Events);
}
