using System.Collections.Immutable;
using AgentIde.Core.Runs;

namespace AgentIde.Testing;

/// <summary>An owned run whose process dies at one of its appends: before it is written or right after, and from then on nothing is written.</summary>
/// <param name="appends">How many go well.</param>
/// <param name="written">Whether the last one is written although nobody is told.</param>
public sealed class DyingRun(OwnedRun inner, int appends, bool written) : OwnedRun
{
    private int _appends;

    public override RunId Run => inner.Run;

    public override int Epoch => inner.Epoch;

    public override string Folder => inner.Folder;

    private bool IsDead => Volatile.Read(ref _appends) > appends;

    public override async Task<ImmutableArray<RecordedEvent>> AppendAsync(ImmutableArray<RunEvent> events, ImmutableArray<Blob> blobs, CancellationToken cancellationToken)
    {
        int number = Interlocked.Increment(ref _appends);
        if (number > appends && !(written && number == appends + 1))
        {
            throw Death();
        }

        ImmutableArray<RecordedEvent> recorded = await inner.AppendAsync(events, blobs, cancellationToken).ConfigureAwait(false);
        return number > appends ? throw Death() : recorded;
    }

    public override Task<ImmutableArray<WaitingRequest>> ReadRequestsAsync(CancellationToken cancellationToken) => inner.ReadRequestsAsync(cancellationToken);

    public override Task RemoveRequestsAsync(ImmutableArray<WaitingRequest> answered, CancellationToken cancellationToken) => inner.RemoveRequestsAsync(answered, cancellationToken);

    public override Task<decimal?> TryReserveDayAsync(DateOnly day, DayEntry entry, decimal? cap, CancellationToken cancellationToken) =>
        IsDead ? throw Death() : inner.TryReserveDayAsync(day, entry, cap, cancellationToken);

    public override Task SettleDayAsync(DateOnly day, ImmutableArray<DayEntry> entries, CancellationToken cancellationToken) =>
        IsDead ? throw Death() : inner.SettleDayAsync(day, entries, cancellationToken);

    public override ValueTask DisposeAsync() => inner.DisposeAsync();

    private static RunStoreException Death() => new("the process died");
}
