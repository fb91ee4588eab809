using System.Collections.Immutable;

namespace AgentIde.Core.Runs;

/// <summary>
/// The runs of one workspace. Many readers, one owner for each live run; readers ask for changes by requests. A run's
/// store may come from a stranger's repository: what is read is checked, and what doesn't fit is a
/// <see cref="RunStoreException"/>, never a crash.
/// </summary>
public interface IRunStore
{
    /// <summary>Newest first.</summary>
    Task<ImmutableArray<RunListing>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Events with <c>Seq &gt; after</c>, at most <paramref name="limit"/>, chain checked from <paramref name="after"/> on.</summary>
    Task<RunPage> ReadAsync(RunId run, long after, int limit, CancellationToken cancellationToken);

    /// <summary>Completes when the run has events after <paramref name="after"/>, or its liveness differs from <paramref name="known"/>.</summary>
    Task WaitForNewsAsync(RunId run, long after, Liveness known, CancellationToken cancellationToken);

    /// <summary>Bytes of a blob, checked against its digest.</summary>
    Task<ReadOnlyMemory<byte>> ReadBlobAsync(RunId run, Digest blob, CancellationToken cancellationToken);

    /// <summary>Reads the whole run and checks every hash, the head and the sidecar; returns what is wrong, in words, or nothing.</summary>
    Task<ImmutableArray<string>> CheckAsync(RunId run, CancellationToken cancellationToken);

    /// <summary>Leaves a request for the owner of a run.</summary>
    Task RequestAsync(RunId run, RunRequest request, CancellationToken cancellationToken);

    /// <summary>Makes a new run, named after the task, and owns it.</summary>
    Task<OwnedRun> CreateAsync(string taskId, CancellationToken cancellationToken);

    /// <summary>Takes over a run that nobody owns.</summary>
    /// <exception cref="RunOwnedException">Somebody owns it; the message names the process.</exception>
    /// <exception cref="RunStoreException">It has lost events, and so must not go on.</exception>
    Task<OwnedRun> TakeAsync(RunId run, CancellationToken cancellationToken);

    /// <summary>Writes a read-only document of a node under the run's <c>view/</c> and returns its absolute path.</summary>
    Task<string> WriteViewAsync(RunId run, int node, string fileName, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);
}

/// <summary>
/// A run in the hands of its only writer. The lock is the operating system's and is freed on any death; each append
/// carries the epoch, and one by an owner that has been superseded is refused.
/// </summary>
public abstract class OwnedRun : IAsyncDisposable
{
    public abstract RunId Run { get; }

    public abstract int Epoch { get; }

    /// <summary>Names of the requests that waited when it was taken: they were left to whoever owned it before. Null where that is not known, and all that wait are.</summary>
    public virtual ImmutableHashSet<string>? WaitedWhenTaken => null;

    /// <summary>Absolute path of the run's folder; <c>work/</c> in it is the owner's, <c>out/</c> holds the result.</summary>
    public abstract string Folder { get; }

    /// <summary>
    /// Appends events with the blobs they name in one transaction and returns when they are durable: the returned
    /// events may be acted on. Concurrent calls share a transaction.
    /// </summary>
    /// <exception cref="RunStoreException">Nothing of it was written.</exception>
    public abstract Task<ImmutableArray<RecordedEvent>> AppendAsync(ImmutableArray<RunEvent> events, ImmutableArray<Blob> blobs, CancellationToken cancellationToken);

    /// <summary>
    /// The requests that wait, in the order of their names. Each waits until it is removed, which is after what it comes
    /// to is durable: a death in between leaves it to the next owner, who knows by its name what it came to.
    /// </summary>
    public abstract Task<ImmutableArray<WaitingRequest>> ReadRequestsAsync(CancellationToken cancellationToken);

    /// <summary>Removes requests that are answered.</summary>
    public abstract Task RemoveRequestsAsync(ImmutableArray<WaitingRequest> answered, CancellationToken cancellationToken);

    /// <summary>
    /// Sets aside what a call may cost in the day's ledger, which all runs of the workspace share, whether in this
    /// process or another. Durable when it returns. A call that has an entry already is taken anew.
    /// </summary>
    /// <param name="cap">Dollars that all calls of the day may cost together; null for no cap.</param>
    /// <returns>Null where it fits; else what the calls of the day cost so far, and nothing is set aside.</returns>
    /// <exception cref="RunStoreException">The ledger can't be read or written.</exception>
    public abstract Task<decimal?> TryReserveDayAsync(DateOnly day, DayEntry entry, decimal? cap, CancellationToken cancellationToken);

    /// <summary>Replaces entries of this run by what the calls came to.</summary>
    /// <exception cref="RunStoreException">The ledger can't be read or written.</exception>
    public abstract Task SettleDayAsync(DateOnly day, ImmutableArray<DayEntry> entries, CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();
}

/// <summary>A store can't be read or written. The message says what is wrong and the way out.</summary>
public class RunStoreException(string message, Exception? inner = null) : Exception(message, inner);

public sealed record RunListing(RunId Run, Liveness Liveness, long Head, DateTimeOffset ChangedAt);

/// <param name="Head">The last sequence number in the store when the page was read.</param>
public sealed record RunPage(ImmutableArray<RecordedEvent> Events, long Head, Liveness Liveness);

public enum Liveness
{
    /// <summary>A process owns the run.</summary>
    Live,
    /// <summary>Nobody owns it and it has not finished: it can be resumed.</summary>
    Interrupted,
    Finished,
}
