using System.Runtime.InteropServices;
using AgentIde.Core.Runs;
using AgentIde.Storage.Files;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AgentIde.Storage.Database;

/// <summary>
/// Opens a run's database with the settings it needs, which SQLite keeps for a connection only. Nothing is pooled: a
/// connection that is closed lets go of the files at once, and one that failed is never met again.
/// </summary>
internal static partial class Connections
{
    /// <summary>The first version without the bug by which a reset of the write-ahead log could lose commits.</summary>
    private const int OldestVersion = 3_051_003;

    private const int PersistLog = 10;
    private const int LimitLength = 0;

    /// <summary>A row larger than this is neither written nor read.</summary>
    private const int LongestRow = Blobs.MaximumBytes + (1 << 20);

    public static string PathIn(string folder) => Path.Combine(folder, "run.db");

    /// <summary>Makes an empty database. It is made aside and renamed, so that nobody ever sees half of one.</summary>
    public static void Create(string folder)
    {
        string making = Path.Combine(folder, "making.db");
        File.Delete(making);
        PrivateFiles.Replace(making, []);
        using (SqliteConnection connection = Open(making, SqliteOpenMode.ReadWrite))
        {
            Schema.Create(connection);
            connection.Run("PRAGMA journal_mode = WAL");
        }

        File.Move(making, PathIn(folder));
        Libc.SyncFolder(folder);
    }

    public static SqliteConnection OpenReader(string folder)
    {
        SqliteConnection connection = Open(PathIn(folder), SqliteOpenMode.ReadOnly);
        return Checked(connection, folder, () => connection.Run("PRAGMA wal_autocheckpoint = 0"));
    }

    /// <summary>
    /// For the owner alone. The log's files stay when it closes: without them the database could not be opened on a
    /// read-only file system.
    /// </summary>
    public static SqliteConnection OpenWriter(string folder)
    {
        SqliteConnection connection = Open(PathIn(folder), SqliteOpenMode.ReadWrite);
        return Checked(connection, folder, () =>
        {
            connection.Run("PRAGMA synchronous = FULL");
            connection.Run("PRAGMA foreign_keys = ON");
            connection.Run("PRAGMA journal_size_limit = 67108864");
            connection.Run("PRAGMA temp_store = MEMORY");
            int on = 1;
            SqliteException.ThrowExceptionForRC(FileControl(connection.Handle!, null, PersistLog, ref on), connection.Handle);
        });
    }

    public static void Run(this SqliteConnection connection, string sql)
    {
        using Statement statement = new(connection, sql);
        statement.Run();
    }

    public static long Number(this SqliteConnection connection, string sql)
    {
        using Statement statement = new(connection, sql);
        return statement.Step() ? statement.Number(0) : 0;
    }

    /// <summary>Runs a pragma that may be refused, and says whether it was carried out: its failure changes nothing that is stored.</summary>
    public static bool TryRun(this SqliteConnection connection, string sql) =>
        raw.sqlite3_exec(connection.Handle, sql) == raw.SQLITE_OK;

    private static SqliteConnection Checked(SqliteConnection connection, string folder, Action settings)
    {
        try
        {
            settings();
            Schema.Check(connection, folder);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        PrivateFiles.RefuseLink(path);
        PrivateFiles.RefuseLink($"{path}-wal");
        PrivateFiles.RefuseLink($"{path}-shm");
        SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        try
        {
            connection.Open();
            Harden(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Harden(SqliteConnection connection)
    {
        if (raw.sqlite3_libversion_number() < OldestVersion)
        {
            throw new RunStoreException($"SQLite {raw.sqlite3_libversion().utf8_to_string()} can lose commits; at least 3.51.3 is needed. Install agentide anew.");
        }

        foreach ((int option, int value) in new[]
        {
            (raw.SQLITE_DBCONFIG_DEFENSIVE, 1),
            (raw.SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0),
            (raw.SQLITE_DBCONFIG_DQS_DML, 0),
            (raw.SQLITE_DBCONFIG_DQS_DDL, 0),
        })
        {
            SqliteException.ThrowExceptionForRC(raw.sqlite3_db_config(connection.Handle, option, value, out _), connection.Handle);
        }

        raw.sqlite3_limit(connection.Handle, LimitLength, LongestRow);
        connection.Run("PRAGMA busy_timeout = 5000");
        connection.Run("PRAGMA cell_size_check = ON");
        connection.Run("PRAGMA mmap_size = 0");
    }

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_file_control", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int FileControl(sqlite3 connection, string? database, int operation, ref int argument);
}
