using AgentIde.Core.Runs;
using AgentIde.Storage.Database;
using Microsoft.Data.Sqlite;

namespace AgentIde.Storage.Ownership;

/// <summary>The owner's connection with its statements, prepared once.</summary>
internal sealed class WriterConnection : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _epoch;
    private readonly Statement _insertEvent;
    private readonly Statement _insertBlob;
    private readonly Statement _hasBlob;
    private readonly Statement _setHead;

    public WriterConnection(string folder)
    {
        _connection = Connections.OpenWriter(folder);
        _begin = new Statement(_connection, "BEGIN IMMEDIATE");
        _commit = new Statement(_connection, "COMMIT");
        _epoch = new Statement(_connection, "SELECT epoch FROM owner WHERE id = 1");
        _insertEvent = new Statement(_connection, "INSERT INTO events(seq, at, kind, version, epoch, payload, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
        _insertBlob = new Statement(_connection, "INSERT OR IGNORE INTO blobs(sha256, size, coding, bytes) VALUES (?1, ?2, ?3, ?4)");
        _hasBlob = new Statement(_connection, "SELECT 1 FROM blobs WHERE sha256 = ?1");
        _setHead = new Statement(_connection, "UPDATE head SET seq = ?1, hash = ?2 WHERE id = 1");
    }

    public void Begin() => _begin.Run();

    public void Commit() => _commit.Run();

    public void RollBack() => _connection.Run("ROLLBACK");

    public int BeginEpoch()
    {
        Begin();
        _connection.Run("UPDATE owner SET epoch = epoch + 1 WHERE id = 1");
        int begun = Epoch();
        Commit();
        return begun;
    }

    public int Epoch()
    {
        int current = _epoch.Step() ? (int)_epoch.Number(0) : 0;
        _epoch.Reset();
        return current;
    }

    public Head Head() => Database.Head.Read(_connection);

    public bool Has(Digest blob)
    {
        bool found = _hasBlob.Bind(1, blob.ToBytes()).Step();
        _hasBlob.Reset();
        return found;
    }

    public void Insert(PackedBlob blob) => _insertBlob
        .Bind(1, blob.Digest.ToBytes()).Bind(2, blob.Size).Bind(3, blob.Coding).Bind(4, blob.Bytes.Span)
        .Run();

    public void Insert(long seq, long at, EncodedEvent item, int epochNow, ReadOnlySpan<byte> hash) => _insertEvent
        .Bind(1, seq).Bind(2, at).Bind(3, item.Kind).Bind(4, item.Version).Bind(5, epochNow).Bind(6, item.Payload).Bind(7, hash)
        .Run();

    public void SetHead(Head head) => _setHead.Bind(1, head.Seq).Bind(2, head.HashBytes).Run();

    public bool TryCheckpoint() => _connection.TryRun("PRAGMA wal_checkpoint(TRUNCATE)");

    public void Dispose()
    {
        _begin.Dispose();
        _commit.Dispose();
        _epoch.Dispose();
        _insertEvent.Dispose();
        _insertBlob.Dispose();
        _hasBlob.Dispose();
        _setHead.Dispose();
        _connection.Dispose();
    }
}
