using Microsoft.Data.Sqlite;

namespace AgentIde.Storage.Database;

/// <summary>How far a run's log goes: the last sequence number and the hash there.</summary>
internal readonly record struct Head(long Seq, string Hash)
{
    /// <summary>Of a database whose head row is gone: no event has this number.</summary>
    public static Head None { get; } = new(-1, "");

    public static Head Empty { get; } = Of(0, EventChain.Genesis);

    public byte[] HashBytes => Convert.FromHexString(Hash);

    public static Head Of(long seq, ReadOnlySpan<byte> hash) => new(seq, Convert.ToHexStringLower(hash));

    /// <summary>What the database's own head row says.</summary>
    public static Head Read(SqliteConnection connection)
    {
        using Statement statement = new(connection, "SELECT seq, hash FROM head WHERE id = 1");
        return statement.Step() ? Of(statement.Number(0), statement.Bytes(1)) : None;
    }
}
