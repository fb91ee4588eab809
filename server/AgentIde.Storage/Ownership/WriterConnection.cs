using AgentIde.Core.Runs;
using AgentIde.Storage.Database;
using Microsoft.Data.Sqlite;

namespace AgentIde.Storage.Ownership;

/// <summary>The owner's connection with its statements, prepared once.</summary>
internal sealed class WriterConnection : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly Statement begin;
    private readonly Statement commit;
    private readonly Statement epoch;
    private readonly Statement insertEvent;
    private readonly Statement insertBlob;
    private readonly Statement hasBlob;
    private readonly Statement setHead;

    public WriterConnection(string folder)
    {
        connection = Connections.OpenWriter(folder);
        begin = new Statement(connection, "BEGIN IMMEDIATE");
        commit = new Statement(connection, "COMMIT");
        epoch = new Statement(connection, "SELECT epoch FROM owner WHERE id = 1");
        insertEvent = new Statement(connection, "INSERT INTO events(seq, at, kind, version, epoch, payload, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
        insertBlob = new Statement(connection, "INSERT OR IGNORE INTO blobs(sha256, size, coding, bytes) VALUES (?1, ?2, ?3, ?4)");
        hasBlob = new Statement(connection, "SELECT 1 FROM blobs WHERE sha256 = ?1");
        setHead = new Statement(connection, "UPDATE head SET seq = ?1, hash = ?2 WHERE id = 1");
    }

    public void Begin() => begin.Run();

    public void Commit() => commit.Run();

    public void RollBack() => connection.Run("ROLLBACK");

    public int BeginEpoch()
    {
        Begin();
        connection.Run("UPDATE owner SET epoch = epoch + 1 WHERE id = 1");
        int begun = Epoch();
        Commit();
        return begun;
    }

    public int Epoch()
    {
        int current = epoch.Step() ? (int)epoch.Number(0) : 0;
        epoch.Reset();
        return current;
    }

    public Head Head() => Database.Head.Read(connection);

    public bool Has(Digest blob)
    {
        bool found = hasBlob.Bind(1, blob.ToBytes()).Step();
        hasBlob.Reset();
        return found;
    }

    public void Insert(PackedBlob blob) => insertBlob
        .Bind(1, blob.Digest.ToBytes()).Bind(2, blob.Size).Bind(3, blob.Coding).Bind(4, blob.Bytes.Span)
        .Run();

    public void Insert(long seq, long at, EncodedEvent item, int epochNow, ReadOnlySpan<byte> hash) => insertEvent
        .Bind(1, seq).Bind(2, at).Bind(3, item.Kind).Bind(4, item.Version).Bind(5, epochNow).Bind(6, item.Payload).Bind(7, hash)
        .Run();

    public void SetHead(Head head) => setHead.Bind(1, head.Seq).Bind(2, head.HashBytes).Run();

    public bool TryCheckpoint() => connection.TryRun("PRAGMA wal_checkpoint(TRUNCATE)");

    public void Dispose()
    {
        begin.Dispose();
        commit.Dispose();
        epoch.Dispose();
        insertEvent.Dispose();
        insertBlob.Dispose();
        hasBlob.Dispose();
        setHead.Dispose();
        connection.Dispose();
    }
}
