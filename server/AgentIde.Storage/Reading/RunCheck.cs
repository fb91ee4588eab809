using System.Collections.Immutable;
using AgentIde.Core.Runs;
using AgentIde.Storage.Database;
using AgentIde.Storage.Files;

namespace AgentIde.Storage.Reading;

/// <summary>Says what is wrong with a run, in words: what it lost, what was changed, what is missing.</summary>
internal static class RunCheck
{
    private const int MostFindings = 20;
    private const int EventsAtOnce = 5000;

    /// <summary>
    /// What the database lost of what the heads file vouches for: quick, and enough to know before a run goes on. The
    /// database may be ahead of the file, by what a death left unacknowledged.
    /// </summary>
    private static string? Loss(RunFolder folder, RunReader reader)
    {
        if (HeadsFile.Read(folder.Path) is not { } heads)
        {
            return $"run {folder.Run} has lost its file '{HeadsFile.Name}', so a loss of events would not show; an empty file in its place says that you accept the events as they are";
        }

        using IDisposable moment = reader.Snapshot();
        Head head = reader.Head;
        if (reader.At(head.Seq) != head || reader.At(head.Seq + 1) is not null)
        {
            return $"run {folder.Run} is damaged: its head ({head.Seq}) doesn't fit its events";
        }

        foreach (Head vouched in heads)
        {
            if (vouched.Seq > head.Seq)
            {
                return $"run {folder.Run} lost events {head.Seq + 1}–{heads[^1].Seq}";
            }

            if (reader.At(vouched.Seq) != vouched)
            {
                return $"run {folder.Run} was changed: event {vouched.Seq} is not the one that was acknowledged";
            }
        }

        return null;
    }

    /// <summary>
    /// Asks by a connection that only reads: a writer's would make room for itself in a log whose rest may still be rescued.
    /// </summary>
    /// <exception cref="RunStoreException">The run has lost events and must not go on.</exception>
    public static void RefuseLoss(RunFolder folder)
    {
        using RunReader reader = new(folder);
        if (Loss(folder, reader) is { } loss)
        {
            throw new RunStoreException($"{loss}. It can't go on; what is left can be shown, and a new run started.");
        }

        if (HeadsFile.Read(folder.Path) is [])
        {
            HeadsFile.Create(folder.Path, reader.Head);
        }
    }

    public static ImmutableArray<string> All(RunFolder folder, CancellationToken cancellationToken)
    {
        try
        {
            return StoreErrors.Translate(folder.Path, () =>
            {
                using RunReader reader = new(folder);
                return All(folder, reader, cancellationToken);
            });
        }
        catch (RunStoreException error)
        {
            return [error.Message];
        }
    }

    private static ImmutableArray<string> All(RunFolder folder, RunReader reader, CancellationToken cancellationToken)
    {
        List<string> findings = [];
        if (reader.QuickCheck() is not "ok" and { } damage)
        {
            findings.Add($"run {folder.Run}: SQLite finds its database damaged ({damage})");
        }

        if (Loss(folder, reader) is { } loss)
        {
            findings.Add(loss);
        }
        else if (HeadsFile.Read(folder.Path) is [])
        {
            findings.Add($"run {folder.Run}: its file '{HeadsFile.Name}' is empty, so a loss of events would not show");
        }

        HashSet<Digest> named = [];
        foreach (string finding in Events(folder, reader, named, cancellationToken).Concat(FilesOf(folder, reader, named, cancellationToken)))
        {
            if (findings.Count == MostFindings)
            {
                findings.Add("…");
                break;
            }

            findings.Add(finding);
        }

        return [.. findings];
    }

    private static IEnumerable<string> Events(RunFolder folder, RunReader reader, HashSet<Digest> named, CancellationToken cancellationToken)
    {
        Head last = Head.Empty;
        for (int read = EventsAtOnce; read == EventsAtOnce;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            read = 0;
            using EventScan scan = reader.Scan(last, EventsAtOnce);
            for (; scan.MoveNext(); read++)
            {
                if ((scan.Problem ?? Collect(scan, named)) is { } problem)
                {
                    yield return $"run {folder.Run}: {problem}";
                }
            }

            last = scan.Head;
        }
    }

    private static string? Collect(EventScan scan, HashSet<Digest> named)
    {
        try
        {
            named.UnionWith(NamedBlobs.Of(RunJson.Read(scan.Kind, scan.Version, scan.Payload)));
            return null;
        }
        catch (RunStoreException error)
        {
            return $"event {scan.Seq}: {error.Message}";
        }
    }

    private static IEnumerable<string> FilesOf(RunFolder folder, RunReader reader, HashSet<Digest> named, CancellationToken cancellationToken)
    {
        foreach (byte[] name in reader.BlobNames())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (name.Length != EventChain.HashLength)
            {
                yield return $"run {folder.Run}: a file is kept under a name that is no digest";
                continue;
            }

            Digest digest = Digest.Parse(Convert.ToHexStringLower(name));
            named.Remove(digest);
            if (Problem(reader, digest) is { } problem)
            {
                yield return problem;
            }
        }

        foreach (Digest missing in named)
        {
            yield return $"run {folder.Run}: the file {missing.Short}, which an event names, is missing";
        }
    }

    private static string? Problem(RunReader reader, Digest digest)
    {
        try
        {
            reader.Blob(digest);
            return null;
        }
        catch (RunStoreException error)
        {
            return error.Message;
        }
    }
}
