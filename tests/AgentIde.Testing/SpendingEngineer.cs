using System.Collections.Immutable;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Core.Search;

namespace AgentIde.Testing;

/// <summary>
/// An engineer that does nothing but spend: for each node a few calls of random size to a provider that bills as soon as
/// a call is sent, whatever becomes of its sender. What it spends is told by the run's seed and its own, never what it gets.
/// </summary>
/// <param name="sent">Hears what was billed, before anything else can happen.</param>
public sealed class SpendingEngineer(long seed, Action<long> sent) : IEngineer
{
    /// <summary>A token costs this much.</summary>
    public const decimal Price = 0.001m;

    public const int MostTokens = 1_000;

    /// <summary>The most of each call and what it comes to, in tokens; null for random ones.</summary>
    public (long Most, long Billed)? Each { get; init; }

    public string Name => "spending/1";

    public bool IsAskedAlone => false;

    public ImmutableArray<string> Observe(TaskFacts task, DataProfile profile) => [];

    public async Task<Proposal?> ProposeAsync(Assignment assignment, CancellationToken cancellationToken)
    {
        Draws draws = new(seed, assignment.Node, "spending");
        for (int calls = 1 + draws.NextIndex(3); calls > 0; calls--)
        {
            (long most, long billed) = Each ?? Random(draws);
            int call = await assignment.Purse.ReserveAsync(new CallReservation("m", $"{assignment.Node}", Tokens(most), most * Price), cancellationToken).ConfigureAwait(false);
            sent(billed);
            for (int turns = draws.NextIndex(4); turns > 0; turns--)
            {
                await Task.Yield();
            }

            CallProblem? problem = draws.NextIndex(4) == 0 ? CallProblem.Broken : null;
            await assignment.Purse.EndAsync(new CallEnd(call, problem is null ? "no" : null, "", problem, "", Tokens(billed), billed * Price, TimeSpan.Zero), CancellationToken.None).ConfigureAwait(false);
        }

        throw new NoAnswerException("It only spends.");
    }

    private static (long Most, long Billed) Random(Draws draws)
    {
        int most = 2 * (1 + draws.NextIndex(MostTokens / 2));
        return (most, draws.NextIndex(most + 1));
    }

    private static TokenUsage Tokens(long count) => new(count / 2, 0, count - (count / 2), 0);
}
