using System.Collections.Immutable;
using AgentIde.Core.Runs;

namespace AgentIde.Import;

/// <summary>
/// A run that another program made, as events of ours. It was folded once already: what is wrong with the file is known
/// before a store is touched, and what is stored is stored whole or not at all.
/// </summary>
public sealed class ImportedRun
{
    private static readonly RunId Trial = RunId.Parse("trial-1");

    private readonly Func<RunId, RunStarted> _start;
    private readonly ImmutableArray<RunEvent> _events;
    private readonly ImmutableArray<Blob> _blobs;
    private readonly string _why;

    /// <exception cref="ImportException">An event of it is larger than a store keeps, or the events don't fit together.</exception>
    internal ImportedRun(string name, Func<RunId, RunStarted> start, ImmutableArray<RunEvent> events, ImmutableArray<Blob> blobs, string why)
    {
        Name = name;
        _start = start;
        _events = events;
        _blobs = blobs;
        _why = why;
        foreach (RunEvent @event in (RunEvent[])[start(Trial), .. events])
        {
            (string kind, _, byte[] payload) = RunJson.Write(@event);
            if (payload.Length > RunJson.MaximumPayloadBytes)
            {
                throw new ImportException($"An event '{kind}' of the run would have {payload.Length:N0} bytes, and at most {RunJson.MaximumPayloadBytes:N0} are kept: shorten the texts in the file.");
            }
        }

        try
        {
            Journal = Finished(Trial).Journal;
        }
        catch (RunStoreException error)
        {
            throw new ImportException($"The file's nodes don't make a run: {error.Message}", error);
        }
    }

    /// <summary>What the run is to be named after.</summary>
    public string Name { get; }

    /// <summary>What it comes to, under a name of its own.</summary>
    public Journal Journal { get; }

    /// <summary>Makes a finished run of it.</summary>
    /// <exception cref="RunStoreException">It can't be stored; nothing of it is left.</exception>
    public async Task<RunId> StoreAsync(IRunStore store, CancellationToken cancellationToken)
    {
        OwnedRun owned = await store.CreateAsync(Name, cancellationToken);
        RunId run = owned.Run;
        bool stored = false;
        try
        {
            await owned.AppendAsync(Finished(run).Events, _blobs, cancellationToken);
            stored = true;
            return run;
        }
        finally
        {
            string folder = owned.Folder;
            await owned.DisposeAsync();
            if (!stored && Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private (ImmutableArray<RunEvent> Events, Journal Journal) Finished(RunId run)
    {
        RunStarted start = _start(run);
        Journal journal = Fold([start, .. _events]);
        RunFinished end = new(RunEnding.Imported, _why, Digest.Of(RunJson.WriteCanonical(journal)));
        return ([start, .. _events, end], journal.Apply(At(journal.Seq + 1, end)));
    }

    private static Journal Fold(IEnumerable<RunEvent> events) =>
        events.Aggregate(Journal.Empty, (journal, next) => journal.Apply(At(journal.Seq + 1, next)));

    /// <summary>When it was recorded bears on nothing that the journal's digest covers.</summary>
    private static RecordedEvent At(long seq, RunEvent @event) => new(seq, DateTimeOffset.UnixEpoch, 1, @event);
}
