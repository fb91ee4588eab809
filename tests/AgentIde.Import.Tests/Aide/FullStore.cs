using System.Collections.Immutable;
using AgentIde.Core.Runs;

namespace AgentIde.Import.Tests.Aide;

/// <summary>A store on a disk that fills up once a run has been made.</summary>
internal sealed class FullStore(IRunStore store) : IRunStore
{
    public Task<ImmutableArray<RunListing>> ListAsync(CancellationToken cancellationToken) => store.ListAsync(cancellationToken);

    public Task<RunPage> ReadAsync(RunId run, long after, int limit, CancellationToken cancellationToken) => store.ReadAsync(run, after, limit, cancellationToken);

    public Task WaitForNewsAsync(RunId run, long after, Liveness known, CancellationToken cancellationToken) => store.WaitForNewsAsync(run, after, known, cancellationToken);

    public Task<ReadOnlyMemory<byte>> ReadBlobAsync(RunId run, Digest blob, CancellationToken cancellationToken) => store.ReadBlobAsync(run, blob, cancellationToken);

    public Task<ImmutableArray<string>> CheckAsync(RunId run, CancellationToken cancellationToken) => store.CheckAsync(run, cancellationToken);

    public Task RequestAsync(RunId run, RunRequest request, CancellationToken cancellationToken) => store.RequestAsync(run, request, cancellationToken);

    public async Task<OwnedRun> CreateAsync(string taskId, CancellationToken cancellationToken) => new Owned(await store.CreateAsync(taskId, cancellationToken));

    public Task<OwnedRun> TakeAsync(RunId run, CancellationToken cancellationToken) => store.TakeAsync(run, cancellationToken);

    public Task<string> WriteViewAsync(RunId run, int node, string fileName, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        store.WriteViewAsync(run, node, fileName, bytes, cancellationToken);

    private sealed class Owned(OwnedRun run) : OwnedRun
    {
        public override RunId Run => run.Run;

        public override int Epoch => run.Epoch;

        public override string Folder => run.Folder;

        public override Task<ImmutableArray<RecordedEvent>> AppendAsync(ImmutableArray<RunEvent> events, ImmutableArray<Blob> blobs, CancellationToken cancellationToken) =>
            throw new RunStoreException("The disk is full.");

        public override Task<ImmutableArray<WaitingRequest>> ReadRequestsAsync(CancellationToken cancellationToken) => run.ReadRequestsAsync(cancellationToken);

        public override Task RemoveRequestsAsync(ImmutableArray<WaitingRequest> answered, CancellationToken cancellationToken) => run.RemoveRequestsAsync(answered, cancellationToken);

        public override Task<decimal?> TryReserveDayAsync(DateOnly day, DayEntry entry, decimal? cap, CancellationToken cancellationToken) => run.TryReserveDayAsync(day, entry, cap, cancellationToken);

        public override Task SettleDayAsync(DateOnly day, ImmutableArray<DayEntry> entries, CancellationToken cancellationToken) => run.SettleDayAsync(day, entries, cancellationToken);

        public override ValueTask DisposeAsync() => run.DisposeAsync();
    }
}
