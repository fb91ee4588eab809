using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;

namespace AgentIde.Models.Tests.Engineers;

/// <summary>A purse that writes down what it is told, with a cap in dollars.</summary>
internal sealed class Ledger
{
    private readonly Lock _lock = new();
    private readonly decimal _cap;

    internal Ledger(decimal cap = 1000)
    {
        _cap = cap;
        Purse = new Purse(ReserveAsync, EndAsync);
    }

    internal Purse Purse { get; }

    internal List<CallReservation> Reserved { get; } = [];

    internal List<CallEnd> Ended { get; } = [];

    internal decimal Spent => Reserved.Select((reserved, at) => Ended.Find(end => end.Call == at + 1) is { } end ? end.Dollars ?? 0 : reserved.Dollars ?? 0).Sum();

    private Task<int> ReserveAsync(CallReservation reservation, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (Spent + reservation.Dollars > _cap)
            {
                throw new BudgetSpentException($"${Spent} of ${_cap} are spent.");
            }

            Reserved.Add(reservation);
            return Task.FromResult(Reserved.Count);
        }
    }

    private Task EndAsync(CallEnd end, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Ended.Add(end);
        }

        return Task.CompletedTask;
    }
}
