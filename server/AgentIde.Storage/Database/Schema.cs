using AgentIde.Core.Runs;
using Microsoft.Data.Sqlite;

namespace AgentIde.Storage.Database;

/// <summary>
/// The shape of a run's database. A database may be a stranger's, so its schema must be these statements, to the
/// letter: no view, no trigger, no column that computes itself.
/// </summary>
internal static class Schema
{
    public const int Version = 1;

    /// <summary>"agid" in ASCII.</summary>
    public const int ApplicationId = 0x61676964;

    private static readonly (string Name, string Sql)[] Objects =
    [
        ("blobs", "CREATE TABLE blobs(sha256 BLOB PRIMARY KEY, size INTEGER NOT NULL, coding INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT"),
        ("endings", "CREATE INDEX endings ON events(seq) WHERE kind = 'run-finished'"),
        ("events", "CREATE TABLE events(seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, version INTEGER NOT NULL, epoch INTEGER NOT NULL, payload BLOB NOT NULL, hash BLOB NOT NULL) STRICT"),
        ("head", "CREATE TABLE head(id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, hash BLOB NOT NULL) STRICT"),
        ("owner", "CREATE TABLE owner(id INTEGER PRIMARY KEY CHECK (id = 1), epoch INTEGER NOT NULL) STRICT"),
        ("sqlite_autoindex_blobs_1", ""),
    ];

    /// <summary>Tables first: an index needs its own.</summary>
    public static void Create(SqliteConnection connection)
    {
        connection.Run("BEGIN IMMEDIATE");
        connection.Run($"PRAGMA application_id = {ApplicationId}");
        connection.Run($"PRAGMA user_version = {Version}");
        foreach ((_, string sql) in Objects.Where(item => item.Sql.Length > 0).OrderByDescending(item => item.Sql.StartsWith("CREATE TABLE", StringComparison.Ordinal)))
        {
            connection.Run(sql);
        }

        connection.Run("INSERT INTO owner(id, epoch) VALUES (1, 0)");
        using (Statement head = new(connection, "INSERT INTO head(id, seq, hash) VALUES (1, 0, ?1)"))
        {
            head.Bind(1, EventChain.Genesis).Run();
        }

        connection.Run("COMMIT");
    }

    /// <exception cref="RunStoreException">The database is not one that this program wrote.</exception>
    public static void Check(SqliteConnection connection, string folder)
    {
        long version = connection.Number("PRAGMA user_version");
        if (connection.Number("PRAGMA application_id") != ApplicationId || version < 1)
        {
            throw new RunStoreException($"The database in {folder} is not a run of agentide.");
        }

        if (version > Version)
        {
            throw new RunStoreException($"The run in {folder} was written by a newer agentide (format {version}, this one reads up to {Version}): use a newer one.");
        }

        List<(string, string)> found = [];
        using Statement objects = new(connection, "SELECT name, sql FROM sqlite_schema ORDER BY name");
        while (objects.Step() && found.Count <= Objects.Length)
        {
            found.Add((objects.Text(0), objects.Text(1)));
        }

        if (!found.SequenceEqual(Objects))
        {
            throw new RunStoreException($"The database in {folder} is not as agentide makes it: another program changed its tables, so it is not read.");
        }
    }
}
