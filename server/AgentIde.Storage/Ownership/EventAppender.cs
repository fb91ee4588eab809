using System.Collections.Immutable;
using AgentIde.Core.Runs;
using AgentIde.Storage.Database;
using Microsoft.Data.Sqlite;

namespace AgentIde.Storage.Ownership;

/// <summary>
/// Writes groups of appends, each group as one transaction: blobs, events, head; then the heads file; only then are the
/// callers told. A group that fails fails its own callers alone: the connection is replaced (after a failed sync the
/// old one may take pages for written that are not), and what the database holds is compared with what was
/// acknowledged before anything else is written. Where that can't be settled, the appender refuses all further work:
/// the next process that takes the run reads what is there.
/// </summary>
internal sealed class EventAppender : IDisposable
{
    private readonly RunId run;
    private readonly string folder;
    private readonly int epoch;
    private readonly RunClock clock;
    private readonly EventChain chain;
    private readonly HeadsFile heads;
    private readonly Action<WritePoint> reached;
    private WriterConnection writer;
    private Head acknowledged;
    private Head attempted;
    private RunStoreException? broken;

    private EventAppender(RunId run, string folder, int epoch, RunClock clock, WriterConnection writer, HeadsFile heads, Action<WritePoint> reached)
    {
        this.run = run;
        this.folder = folder;
        this.epoch = epoch;
        this.clock = clock;
        this.writer = writer;
        this.heads = heads;
        this.reached = reached;
        chain = new EventChain(run);
        acknowledged = writer.Head();
    }

    public int Epoch => epoch;

    /// <summary>For the holder of the run's lock, after the store was found whole: begins a new epoch.</summary>
    public static EventAppender Open(RunId run, string folder, TimeProvider time, Action<WritePoint> reached)
    {
        WriterConnection writer = new(folder);
        try
        {
            int epoch = writer.BeginEpoch();
            Head head = writer.Head();
            HeadsFile heads = HeadsFile.Open(folder);
            try
            {
                // A death between commit and heads file leaves it a step behind.
                heads.Append(head);
                return new EventAppender(run, folder, epoch, new RunClock(time), writer, heads, reached);
            }
            catch
            {
                heads.Dispose();
                throw;
            }
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    /// <summary>Writes a group and tells its callers how it went. Never throws.</summary>
    public void Write(IReadOnlyList<PendingAppend> group)
    {
        try
        {
            if (broken is not null)
            {
                throw broken;
            }

            Transact(group);
            Settle(group, attempted);
        }
        catch (SqliteException error)
        {
            Recover(group, error);
        }
        catch (Exception error)
        {
            broken ??= error as RunStoreException ?? new RunStoreException($"The run {run} can't go on in this process: {error.Message} What was acknowledged is stored: resume the run.", error);
            FailAll(group, broken);
        }
    }

    /// <summary>Moves the log into the database, so that a copy of run.db alone is whole. The log stays valid where that fails.</summary>
    public void Checkpoint()
    {
        reached(WritePoint.BeforeCheckpoint);
        writer.TryCheckpoint();
    }

    public void Dispose()
    {
        writer.Dispose();
        heads.Dispose();
    }

    private void Transact(IReadOnlyList<PendingAppend> group)
    {
        writer.Begin();
        reached(WritePoint.AfterBegin);
        Fence();
        long seq = acknowledged.Seq;
        byte[] hash = acknowledged.HashBytes;
        foreach (PendingAppend append in group)
        {
            append.Refusal = Insert(append.Blobs, append.Events);
            if (append.Refusal is not null)
            {
                continue;
            }

            ImmutableArray<RecordedEvent>.Builder recorded = ImmutableArray.CreateBuilder<RecordedEvent>(append.Events.Length);
            foreach (EncodedEvent item in append.Events)
            {
                long at = clock.Microseconds;
                hash = chain.Next(hash, ++seq, at, item.KindBytes, item.Version, epoch, item.Payload);
                writer.Insert(seq, at, item, epoch, hash);
                recorded.Add(new RecordedEvent(seq, RunClock.ToTime(at), epoch, item.Event));
            }

            append.Recorded = recorded.MoveToImmutable();
        }

        attempted = Head.Of(seq, hash);
        writer.SetHead(attempted);
        reached(WritePoint.AfterInsert);
        writer.Commit();
        reached(WritePoint.AfterCommit);
    }

    /// <summary>Refuses events that name a blob which is nowhere, before any of their events is written.</summary>
    private RunStoreException? Insert(ImmutableArray<PackedBlob> blobs, ImmutableArray<EncodedEvent> events)
    {
        foreach (PackedBlob blob in blobs)
        {
            writer.Insert(blob);
        }

        foreach (EncodedEvent item in events)
        {
            foreach (Digest name in item.Names.Where(name => !writer.Has(name)))
            {
                return new RunStoreException($"An event '{item.Kind}' names the file {name.Short}, which is not in the store of {run}.");
            }
        }

        return null;
    }

    /// <summary>Another owner may have taken over although the lock should not allow it, as when its file was deleted.</summary>
    private void Fence()
    {
        (int current, Head head) = (writer.Epoch(), writer.Head());
        if (current != epoch || head != acknowledged)
        {
            writer.RollBack();
            throw new RunStoreException($"The run {run} has been taken over by another process (owner {current} instead of {epoch}): this one writes no more. Stop it.");
        }
    }

    private void Settle(IReadOnlyList<PendingAppend> group, Head written)
    {
        if (written.Seq > acknowledged.Seq)
        {
            heads.Append(written);
            reached(WritePoint.AfterHeads);
        }

        acknowledged = written;
        foreach (PendingAppend append in group)
        {
            append.Acknowledge();
        }
    }

    private void Recover(IReadOnlyList<PendingAppend> group, SqliteException error)
    {
        RunStoreException failure = StoreErrors.Translated(folder, error);
        try
        {
            // The new one is opened before the old one is closed: the index of the log, which the two share in memory,
            // stays, and with it the knowledge of which frames were committed.
            WriterConnection fresh = new(folder);
            writer.Dispose();
            writer = fresh;
            Head now = writer.Head();
            if (now == acknowledged)
            {
                FailAll(group, failure);
            }
            else if (now == attempted && writer.TryCheckpoint())
            {
                Settle(group, now);
            }
            else
            {
                broken = new RunStoreException($"The run {run} can't go on in this process: it is not certain what was written when this happened: {failure.Message} Resume the run.", error);
                FailAll(group, broken);
            }
        }
        catch (Exception second) when (second is SqliteException or IOException or RunStoreException)
        {
            broken = new RunStoreException($"The run {run} can't go on in this process: {failure.Message} Resume the run.", second);
            FailAll(group, broken);
        }
    }

    private static void FailAll(IReadOnlyList<PendingAppend> group, RunStoreException error)
    {
        foreach (PendingAppend append in group)
        {
            append.Fail(error);
        }
    }
}
