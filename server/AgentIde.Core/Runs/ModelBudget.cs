using System.Collections.Immutable;
using AgentIde.Core.Engineering;

namespace AgentIde.Core.Runs;

/// <summary>
/// What a run may spend on models: the purse of each node checks the caps and records the call in one, under the lock by
/// which the log grows, so that nodes under way at once can't spend the same money. A call that would fit if those under
/// way came to nothing waits for them to end.
/// </summary>
internal sealed class ModelBudget(OwnedRun run, TimeProvider clock)
{
    private const int LongestMessage = 1_000;

    private readonly LiveCalls _live = new(clock);
    private volatile TaskCompletionSource _ended = NewSource();

    /// <summary>Calls that are ended in the log, or about to be, and count at their most in the day's ledger still.</summary>
    private int _settling;

    private DateOnly Today => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);

    public Purse PurseOf(LiveRun live, int node) => new(
        (reservation, cancellationToken) => ReserveAsync(live, node, reservation, cancellationToken),
        (end, cancellationToken) => EndAsync(live, node, end, cancellationToken),
        _live.Hear);

    /// <summary>Makes known what the models that work for a node have said meanwhile.</summary>
    public async Task TellAsync(LiveRun live, int node)
    {
        if (_live.Take(node) is { IsEmpty: false } said)
        {
            // What has ended meanwhile is known as a whole.
            await live.AppendAsync(
                journal => Task.FromResult<(ImmutableArray<RunEvent>, ImmutableArray<Blob>)>(([.. said.Where(piece => journal[node].Calls.Any(call => call.Number == piece.Call && call.IsOpen))], [])),
                CancellationToken.None);
        }
    }

    public async Task SettleDayAsync(Journal journal, CancellationToken cancellationToken)
    {
        DateOnly today = Today;
        ImmutableArray<DayEntry> entries =
            [.. journal.Nodes.SelectMany(node => node.Calls).Where(call => call.Day == today && call.Dollars is not null).Select(call => new DayEntry(call.Number, call.Dollars!.Value))];
        await run.SettleDayAsync(today, entries, cancellationToken);
    }

    private async Task<int> ReserveAsync(LiveRun live, int node, CallReservation reservation, CancellationToken cancellationToken)
    {
        Blob prompt = Blob.Of(reservation.Prompt);
        CallReservation possible = reservation with { Maximum = Spending.Possible(reservation.Maximum), Dollars = Spending.Possible(reservation.Dollars) };
        while (true)
        {
            // Taken before the look: an end right after it is not missed.
            Task ended = _ended.Task;
            int? call = null;
            await live.AppendAsync(
                async journal =>
                {
                    call = await FitsAsync(journal, node, possible, cancellationToken) ? journal.Spending.Calls + 1 : null;
                    return call is { } number
                        ? ([new CallReserved(node, number, possible.Model, prompt.Digest, possible.Maximum, possible.Dollars, Today, possible.Sample)], [prompt])
                        : ([], []);
                },
                cancellationToken);
            if (call is { } reserved)
            {
                _live.Begin(node, reserved);
                return reserved;
            }

            await ended.WaitAsync(cancellationToken);
        }
    }

    /// <returns>False where it may fit once calls under way have ended.</returns>
    /// <exception cref="BudgetSpentException">It does not, and will not.</exception>
    private async Task<bool> FitsAsync(Journal journal, int node, CallReservation reservation, CancellationToken cancellationToken)
    {
        if (BudgetCheck.Refusal(journal, node, reservation, settledOnly: true) is { } refusal)
        {
            throw refusal;
        }

        if (BudgetCheck.Refusal(journal, node, reservation, settledOnly: false) is not null)
        {
            return false;
        }

        if (reservation.Dollars is not { } dollars)
        {
            return true;
        }

        decimal? cap = journal.Settings!.Budget.DayDollars;
        DayEntry entry = new(journal.Spending.Calls + 1, dollars);
        if (await run.TryReserveDayAsync(Today, entry, cap, cancellationToken) is not { } spent)
        {
            return true;
        }

        return Volatile.Read(ref _settling) > 0 || (spent - journal.Spending.Total.ReservedDollars + dollars <= cap && journal.Spending.Total.Open > 0)
            ? false
            : throw BudgetCheck.OfDay(cap!.Value, spent, reservation);
    }

    private async Task EndAsync(LiveRun live, int node, CallEnd end, CancellationToken cancellationToken)
    {
        _live.End(end.Call);
        Blob? answer = end.Answer is { } text ? Blob.Of(text) : null;
        Blob? thinking = end.Thinking.Length > 0 ? Blob.Of(end.Thinking) : null;
        string message = end.Message.Length <= LongestMessage ? end.Message : end.Message[..LongestMessage];
        CallEnded ended = new(
            node, end.Call, answer?.Digest, thinking?.Digest, end.Problem, message, Spending.Possible(end.Usage), Spending.Possible(end.Dollars), Math.Round(Math.Max(0, end.Took.TotalSeconds), 3), end.IsCut ? true : null);
        ModelCall? open = null;
        Interlocked.Increment(ref _settling);
        try
        {
            await live.AppendAsync(
                journal =>
                {
                    open = journal[node].Calls.FirstOrDefault(call => call.Number == end.Call && call.IsOpen)
                        ?? throw new InvalidOperationException($"Call {end.Call} is not under way for node {node}.");
                    return Task.FromResult<(ImmutableArray<RunEvent>, ImmutableArray<Blob>)>(([ended], [.. new[] { answer, thinking }.OfType<Blob>()]));
                },
                cancellationToken);
            if ((ended.Dollars ?? open!.MaximumDollars) is { } dollars)
            {
                await run.SettleDayAsync(open!.Day!.Value, [new DayEntry(end.Call, dollars)], cancellationToken);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _settling);
            Interlocked.Exchange(ref _ended, NewSource()).SetResult();
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
