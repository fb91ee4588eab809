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
    private readonly RunId _run;
    private readonly string _folder;
    private readonly int _epoch;
    private readonly RunClock _clock;
    private readonly EventChain _chain;
    private readonly HeadsFile _heads;
    private readonly Action<WritePoint> _reached;
    private WriterConnection _writer;
    private Head _acknowledged;
    private Head _attempted;
    private RunStoreException? _broken;

    private EventAppender(RunId run, string folder, int epoch, RunClock clock, WriterConnection writer, HeadsFile heads, Action<WritePoint> reached)
    {
        _run = run;
        _folder = folder;
        _epoch = epoch;
        _clock = clock;
        _writer = writer;
        _heads = heads;
        _reached = reached;
        _chain = new EventChain(run);
        _acknowledged = writer.Head();
    }

    public int Epoch => _epoch;

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
            if (_broken is not null)
            {
                throw _broken;
            }

            Transact(group);
            Settle(group, _attempted);
        }
        catch (SqliteException error)
        {
            Recover(group, error);
        }
        catch (Exception error)
        {
            _broken ??= error as RunStoreException ?? new RunStoreException($"The run {_run} can't go on in this process: {error.Message} What was acknowledged is stored: resume the run.", error);
            FailAll(group, _broken);
        }
    }

    /// <summary>Moves the log into the database, so that a copy of run.db alone is whole. The log stays valid where that fails.</summary>
    public void Checkpoint()
    {
        _reached(WritePoint.BeforeCheckpoint);
        _writer.TryCheckpoint();
    }

    public void Dispose()
    {
        _writer.Dispose();
        _heads.Dispose();
    }

    private void Transact(IReadOnlyList<PendingAppend> group)
    {
        _writer.Begin();
        _reached(WritePoint.AfterBegin);
        Fence();
        long seq = _acknowledged.Seq;
        byte[] hash = _acknowledged.HashBytes;
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
                long at = _clock.Microseconds;
                hash = _chain.Next(hash, ++seq, at, item.KindBytes, item.Version, _epoch, item.Payload);
                _writer.Insert(seq, at, item, _epoch, hash);
                recorded.Add(new RecordedEvent(seq, RunClock.ToTime(at), _epoch, item.Event));
            }

            append.Recorded = recorded.MoveToImmutable();
        }

        _attempted = Head.Of(seq, hash);
        _writer.SetHead(_attempted);
        _reached(WritePoint.AfterInsert);
        _writer.Commit();
        _reached(WritePoint.AfterCommit);
    }

    /// <summary>Refuses events that name a blob which is nowhere, before any of their events is written.</summary>
    private RunStoreException? Insert(ImmutableArray<PackedBlob> blobs, ImmutableArray<EncodedEvent> events)
    {
        foreach (PackedBlob blob in blobs)
        {
            _writer.Insert(blob);
        }

        foreach (EncodedEvent item in events)
        {
            foreach (Digest name in item.Names.Where(name => !_writer.Has(name)))
            {
                return new RunStoreException($"An event '{item.Kind}' names the file {name.Short}, which is not in the store of {_run}.");
            }
        }

        return null;
    }

    /// <summary>Another owner may have taken over although the lock should not allow it, as when its file was deleted.</summary>
    private void Fence()
    {
        (int current, Head head) = (_writer.Epoch(), _writer.Head());
        if (current != _epoch || head != _acknowledged)
        {
            _writer.RollBack();
            throw new RunStoreException($"The run {_run} has been taken over by another process (owner {current} instead of {_epoch}): this one writes no more. Stop it.");
        }
    }

    private void Settle(IReadOnlyList<PendingAppend> group, Head written)
    {
        if (written.Seq > _acknowledged.Seq)
        {
            _heads.Append(written);
            _reached(WritePoint.AfterHeads);
        }

        _acknowledged = written;
        foreach (PendingAppend append in group)
        {
            append.Acknowledge();
        }
    }

    private void Recover(IReadOnlyList<PendingAppend> group, SqliteException error)
    {
        RunStoreException failure = StoreErrors.Translated(_folder, error);
        try
        {
            // The new one is opened before the old one is closed: the index of the log, which the two share in memory,
            // stays, and with it the knowledge of which frames were committed.
            WriterConnection fresh = new(_folder);
            _writer.Dispose();
            _writer = fresh;
            Head now = _writer.Head();
            if (now == _acknowledged)
            {
                FailAll(group, failure);
            }
            else if (now == _attempted && _writer.TryCheckpoint())
            {
                Settle(group, now);
            }
            else
            {
                _broken = new RunStoreException($"The run {_run} can't go on in this process: it is not certain what was written when this happened: {failure.Message} Resume the run.", error);
                FailAll(group, _broken);
            }
        }
        catch (Exception second) when (second is SqliteException or IOException or RunStoreException)
        {
            _broken = new RunStoreException($"The run {_run} can't go on in this process: {failure.Message} Resume the run.", second);
            FailAll(group, _broken);
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
