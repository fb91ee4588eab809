using System.Collections.Immutable;
using AgentIde.Core.Runs;
using AgentIde.Storage.Files;
using AgentIde.Storage.Ledgers;
using AgentIde.Storage.Requests;

namespace AgentIde.Storage.Ownership;

/// <summary>
/// A run in the hands of this process. Letting go writes what waits, checkpoints, frees the lock, and only then looks
/// for requests once more: whoever leaves one looks at the lock afterwards, so that one of the two always sees the other.
/// </summary>
internal sealed class SqliteOwnedRun(IRunStore store, RunFolder folder, OwnerLock owner, EventAppender appender, RequestFolder requests, ImmutableHashSet<string> waited, DayLedger days) : OwnedRun
{
    private readonly GroupCommit _commits = new(folder.Run, appender);
    private int _disposed;

    public override RunId Run => folder.Run;

    public override int Epoch => appender.Epoch;

    public override ImmutableHashSet<string>? WaitedWhenTaken => waited;

    public override string Folder => folder.Path;

    public override async Task<ImmutableArray<RecordedEvent>> AppendAsync(ImmutableArray<RunEvent> events, ImmutableArray<Blob> blobs, CancellationToken cancellationToken) =>
        events.IsEmpty && blobs.IsEmpty ? [] : await _commits.AppendAsync(new PendingAppend(events, blobs), cancellationToken);

    public override Task<ImmutableArray<WaitingRequest>> ReadRequestsAsync(CancellationToken cancellationToken) =>
        StoreErrors.Answer(folder.Path, requests.Read, cancellationToken);

    public override Task RemoveRequestsAsync(ImmutableArray<WaitingRequest> answered, CancellationToken cancellationToken) => StoreErrors.Answer(
        folder.Path,
        () =>
        {
            requests.Remove(answered);
            return true;
        },
        cancellationToken);

    public override Task<decimal?> TryReserveDayAsync(DateOnly day, DayEntry entry, decimal? cap, CancellationToken cancellationToken) =>
        days.TryReserveAsync(day, Run, entry, cap, cancellationToken);

    public override Task SettleDayAsync(DateOnly day, ImmutableArray<DayEntry> entries, CancellationToken cancellationToken) =>
        entries.IsEmpty ? Task.CompletedTask : days.SettleAsync(day, Run, entries, cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _commits.CloseAsync();
        try
        {
            appender.Checkpoint();
        }
        finally
        {
            appender.Dispose();
            days.Dispose();
            owner.Dispose();
        }

        if (requests.HasUnread)
        {
            await RunDecisions.SettleAsync(store, Run, CancellationToken.None);
        }
    }
}
