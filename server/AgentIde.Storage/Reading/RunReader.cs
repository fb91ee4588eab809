using System.Collections.Immutable;
using AgentIde.Core.Runs;
using AgentIde.Storage.Database;
using AgentIde.Storage.Files;
using AgentIde.Storage.Ownership;
using Microsoft.Data.Sqlite;

namespace AgentIde.Storage.Reading;

/// <summary>
/// Reads a run by a connection of its own that only reads and never checkpoints. Each answer is one short transaction.
/// </summary>
internal sealed class RunReader(RunFolder folder) : IDisposable
{
    /// <summary>A page ends early where its payloads come to more: a stranger's store must not fill the memory.</summary>
    private const long LargestPage = 128L << 20;

    private readonly SqliteConnection _connection = Connections.OpenReader(folder.Path);

    /// <summary>A number that changes with each commit of another connection; asking costs microseconds.</summary>
    public long DataVersion => _connection.Number("PRAGMA data_version");

    public bool HasFinished => _connection.Number("SELECT 1 FROM events WHERE kind = 'run-finished' LIMIT 1") == 1;

    public Head Head => Head.Read(_connection);

    public int Epoch => (int)_connection.Number("SELECT epoch FROM owner WHERE id = 1");

    /// <summary>When the last event happened; null where there is none.</summary>
    public DateTimeOffset? LastAt
    {
        get
        {
            using EventScan last = new(_connection, folder.Run, Head with { Seq = Head.Seq - 1 }, 1);
            return last.MoveNext() && last.At is >= 0 and <= EventScan.LatestTime ? RunClock.ToTime(last.At) : null;
        }
    }

    /// <summary>An event's number with the hash stored there; null where there is no such event.</summary>
    public Head? At(long seq)
    {
        if (seq == 0)
        {
            return Head.Empty;
        }

        using Statement statement = new(_connection, "SELECT hash FROM events WHERE seq = ?1");
        return statement.Bind(1, seq).Step() ? Head.Of(seq, statement.Bytes(0)) : null;
    }

    public EventScan Scan(Head after, long limit) => new(_connection, folder.Run, after, limit);

    public byte[] Blob(Digest digest) => Blobs.Read(_connection, folder.Run, digest);

    /// <summary>The names of all blobs, as bytes: a damaged one need not be a digest.</summary>
    public List<byte[]> BlobNames()
    {
        List<byte[]> names = [];
        using Statement statement = new(_connection, "SELECT sha256 FROM blobs ORDER BY sha256");
        while (statement.Step())
        {
            names.Add(statement.Bytes(0).ToArray());
        }

        return names;
    }

    /// <summary>SQLite's own opinion of its pages: <c>ok</c>, or what is wrong.</summary>
    public string QuickCheck()
    {
        using Statement statement = new(_connection, "PRAGMA quick_check(1)");
        return statement.Step() ? statement.Text(0) : "no answer";
    }

    /// <param name="isHeld">Whether the run's lock was held <em>before</em> this is called: an owner that lets go has written all.</param>
    /// <exception cref="RunStoreException">The chain breaks, or an event can't be understood.</exception>
    public RunPage Page(long after, int limit, bool isHeld, CancellationToken cancellationToken)
    {
        using IDisposable transaction = Snapshot();
        Head head = Head;
        return new RunPage(Events(after, limit, head, cancellationToken), head.Seq, LivenessOf(isHeld));
    }

    public Liveness LivenessOf(bool isHeld) => isHeld ? Liveness.Live : HasFinished ? Liveness.Finished : Liveness.Interrupted;

    public void Dispose() => _connection.Dispose();

    /// <summary>Until it is disposed, all answers are of one moment.</summary>
    public IDisposable Snapshot()
    {
        _connection.Run("BEGIN");
        return new ReadTransaction(_connection);
    }

    private ImmutableArray<RecordedEvent> Events(long after, int limit, Head head, CancellationToken cancellationToken)
    {
        if (head == Database.Head.None)
        {
            throw Damaged("it has no head");
        }

        if (limit <= 0 || after >= head.Seq)
        {
            return [];
        }

        Head start = At(after) ?? throw Damaged($"event {after} is missing");
        ImmutableArray<RecordedEvent>.Builder events = ImmutableArray.CreateBuilder<RecordedEvent>((int)Math.Min(limit, Math.Min(head.Seq - after, 1 << 20)));
        using EventScan scan = Scan(start, limit);
        for (long size = 0; size < LargestPage && scan.MoveNext();)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (scan.Problem is { } problem)
            {
                throw Damaged(problem);
            }

            ReadOnlySpan<byte> payload = scan.Payload;
            size += payload.Length;
            events.Add(new RecordedEvent(scan.Seq, RunClock.ToTime(scan.At), scan.Epoch, RunJson.Read(scan.Kind, scan.Version, payload)));
        }

        if (scan.Seq >= head.Seq ? scan.Head != head : events.Count == 0)
        {
            throw Damaged($"its head ({head.Seq}) doesn't fit its last event ({scan.Seq})");
        }

        return events.DrainToImmutable();
    }

    private RunStoreException Damaged(string problem) =>
        new($"The run {folder.Run} is damaged: {problem}. Nothing after that is read; keep the folder and start a new run.");

    private sealed class ReadTransaction(SqliteConnection connection) : IDisposable
    {
        public void Dispose() => connection.Run("COMMIT");
    }
}
