using System.Security.Cryptography;
using System.Text;
using AgentIde.Core.Runs;
using AgentIde.Storage.Database;
using Microsoft.Data.Sqlite;

namespace AgentIde.Storage.Reading;

/// <summary>
/// Walks over the events of a run in order and checks the chain at each step. It goes on over a break, with the hash
/// that the store holds, so that a check can name all of them; whoever reads the events stops at the first.
/// </summary>
internal sealed class EventScan : IDisposable
{
    public const long LatestTime = 253_402_300_799_000_000;
    private const int MostKinds = 64;

    private readonly Statement _statement;
    private readonly EventChain _chain;
    private readonly List<(byte[] Bytes, string Name)> _kinds = [];
    private byte[] _previous;

    /// <param name="after">The event before the first one wanted, with the hash stored there.</param>
    public EventScan(SqliteConnection connection, RunId run, Head after, long limit)
    {
        _chain = new EventChain(run);
        _previous = Fit(after.HashBytes);
        Seq = after.Seq;
        _statement = new Statement(connection, "SELECT seq, at, kind, version, epoch, payload, hash FROM events WHERE seq > ?1 ORDER BY seq LIMIT ?2");
        _statement.Bind(1, after.Seq).Bind(2, limit);
    }

    public long Seq { get; private set; }

    public long At { get; private set; }

    public string Kind { get; private set; } = "";

    public int Version { get; private set; }

    public int Epoch { get; private set; }

    /// <summary>Valid until the next step.</summary>
    public ReadOnlySpan<byte> Payload => _statement.Bytes(5);

    /// <summary>What is wrong with this event, in words; null where nothing is.</summary>
    public string? Problem { get; private set; }

    public Head Head => Head.Of(Seq, _previous);

    public bool MoveNext()
    {
        if (!_statement.Step())
        {
            return false;
        }

        (long before, int epochBefore) = (Seq, Epoch);
        long version = _statement.Number(3);
        long epoch = _statement.Number(4);
        Seq = _statement.Number(0);
        At = _statement.Number(1);
        (Version, Epoch) = ((int)version, (int)epoch);
        ReadOnlySpan<byte> kind = _statement.Bytes(2);
        ReadOnlySpan<byte> stored = _statement.Bytes(6);
        Kind = KindOf(kind);
        byte[] hash = _chain.Next(_previous, Seq, At, kind, Version, Epoch, Payload);
        Problem =
            Seq != before + 1 ? $"events {before + 1}–{Seq - 1} are missing"
            : version != Version || epoch != Epoch || Epoch < epochBefore || Epoch < 1 || At is < 0 or > LatestTime ? $"event {Seq} can't be: its numbers are out of range"
            : !stored.SequenceEqual(hash) ? $"event {Seq} was changed, or comes from another run: its hash doesn't fit"
            : null;
        _previous = Problem is null ? hash : Fit(stored);
        return true;
    }

    public void Dispose() => _statement.Dispose();

    /// <summary>A stored hash of a wrong length is no hash; what stands for it fits nothing either.</summary>
    private static byte[] Fit(ReadOnlySpan<byte> stored) =>
        stored.Length == EventChain.HashLength ? stored.ToArray() : SHA256.HashData(stored);

    /// <summary>There are few kinds and many events: each name is made into a string once.</summary>
    private string KindOf(ReadOnlySpan<byte> bytes)
    {
        foreach ((byte[] known, string name) in _kinds)
        {
            if (bytes.SequenceEqual(known))
            {
                return name;
            }
        }

        string made = Encoding.UTF8.GetString(bytes);
        if (_kinds.Count < MostKinds)
        {
            _kinds.Add((bytes.ToArray(), made));
        }

        return made;
    }
}
