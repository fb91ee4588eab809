using AgentIde.Core.Runs;
using AgentIde.Testing;
using CsCheck;

namespace AgentIde.Core.Tests.Runs;

/// <summary>Whatever is spent at once, and wherever the process dies: no more is billed than allowed, and no less recorded than billed.</summary>
public sealed class ModelBudgetProperties
{
    private static readonly Gen<(long Seed, int Workers, int Cap, (int Appends, bool Written)[] Deaths)> Runs =
        Gen.Select(Gen.Long, Gen.Int[1, 4], Gen.Int[0, 8_000], Gen.Select(Gen.Int[0, 40], Gen.Bool).Array[0, 4]);

    [Fact]
    public async Task Never_more_is_billed_than_allowed_nor_less_recorded_than_billed() =>
        await Runs.SampleAsync(async run => await CheckAsync(run.Seed, run.Workers, new Budget(8, 1e6, Tokens: run.Cap), run.Deaths), iter: 200);

    [Fact]
    public async Task The_same_holds_for_dollars_of_a_run_and_of_a_day() =>
        await Runs.SampleAsync(async run => await CheckAsync(run.Seed, run.Workers, new Budget(8, 1e6, Dollars: run.Cap * SpendingEngineer.Price, DayDollars: run.Cap * SpendingEngineer.Price / 2), run.Deaths), iter: 200);

    [Fact]
    public async Task Four_at_once_make_more_calls_than_fit_at_their_most_where_each_comes_to_a_tenth_of_it() =>
        await Gen.Select(Gen.Int[0, 60], Gen.Bool).Array[0, 3].SampleAsync(
            async deaths =>
            {
                Journal journal = await CheckAsync(1, 4, new Budget(60, 1e6, Tokens: 3_500), deaths, (1_000, 100));

                // A call that a death left open counts at its most; with three of them there is no room for a fourth.
                ModelCall[] calls = [.. journal.Nodes.SelectMany(node => node.Calls)];
                (calls.Length > 3 || calls.Count(call => call.Outcome!.Problem == CallProblem.Lost) == 3).ShouldBeTrue();
            },
            iter: 100);

    private static async Task<Journal> CheckAsync(long seed, int workers, Budget budget, (int Appends, bool Written)[] deaths, (long Most, long Billed)? each = null)
    {
        long billed = 0;
        MemoryRunStore store = new("/nowhere", TimeProvider.System);
        SpendingEngineer engineer = new(seed, tokens => Interlocked.Add(ref billed, tokens)) { Each = each };
        OwnedRun owned = await store.CreateAsync("sample", CancellationToken.None);
        foreach ((int appends, bool written) in deaths)
        {
            await using (DyingRun dying = new(owned, appends, written))
            {
                try
                {
                    await new ScriptedLoop(store, engineer, TimeProvider.System).RunAsync(dying, budget, workers);
                }
                catch (RunStoreException death) when (death.Message == "the process died")
                {
                    // What it was about to do is lost; what it had sent was billed.
                }
            }

            owned = await store.TakeAsync(owned.Run, CancellationToken.None);
        }

        Journal journal;
        await using (owned)
        {
            journal = await new ScriptedLoop(store, engineer, TimeProvider.System).RunAsync(owned, budget, workers);
        }

        long tokens = budget.Tokens ?? (long)(Math.Min(budget.Dollars!.Value, budget.DayDollars!.Value) / SpendingEngineer.Price);
        Outlay spent = journal.Spending.Total;
        billed.ShouldBeLessThanOrEqualTo(tokens);
        spent.Tokens.ShouldBeInRange(billed, tokens);
        spent.Dollars.ShouldBe(spent.Tokens * SpendingEngineer.Price);
        (spent.Open, journal.Finished!.Ending is RunEnding.NodesSpent or RunEnding.BudgetSpent).ShouldBe((0, true));
        return journal;
    }
}
