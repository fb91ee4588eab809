using System.Collections.Immutable;
using System.Globalization;
using AgentIde.Core.Runs;

namespace AgentIde.Testing;

/// <summary>
/// The runs of a workspace in memory, with the promises of a store on disk: sequence numbers without gaps, one owner
/// at a time, epochs, requests in order, news without polling. Documents of nodes are real files under
/// <c>root/.agentide/runs</c>, since editors open them. For tests; safe for several threads.
/// </summary>
public sealed class MemoryRunStore(string root, TimeProvider time) : IRunStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<RunId, MemoryRun> _runs = [];
    private readonly Dictionary<(DateOnly Day, RunId Run, int Call), decimal> _days = [];
    private TaskCompletionSource _news = NewSource();
    private int _documents;

    /// <summary>What goes on between the end of a call in the log and in the day's ledger: others look at both meanwhile.</summary>
    public Func<Task> BeforeSettling { get; set; } = () => Task.CompletedTask;

    /// <summary>What a reservation that the day's cap refused leads to.</summary>
    public Action OnRefusal { get; set; } = () => { };

    public Task<ImmutableArray<RunListing>> ListAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult<ImmutableArray<RunListing>>(
            [
                .. _runs.Values.OrderByDescending(run => run.Number).Select(run => new RunListing(run.Id, run.Liveness, run.Events.Count, run.Events.LastOrDefault()?.At ?? default)),
            ]);
        }
    }

    public Task<RunPage> ReadAsync(RunId run, long after, int limit, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            MemoryRun found = Find(run);
            if (found.IsBroken)
            {
                throw new RunStoreException($"event {found.Events.Count} of {run} does not fit its hash.");
            }

            int first = (int)Math.Min(after, found.Events.Count);
            ImmutableArray<RecordedEvent> events = [.. found.Events.GetRange(first, Math.Min(limit, found.Events.Count - first))];
            return Task.FromResult(new RunPage(events, found.Events.Count, found.Liveness));
        }
    }

    public async Task WaitForNewsAsync(RunId run, long after, Liveness known, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task news;
            lock (_gate)
            {
                MemoryRun found = Find(run);
                if (found.IsBroken || found.Events.Count > after || found.Liveness != known)
                {
                    return;
                }

                news = _news.Task;
            }

            await news.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public Task<ReadOnlyMemory<byte>> ReadBlobAsync(RunId run, Digest blob, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Find(run).Blobs.TryGetValue(blob, out ReadOnlyMemory<byte> bytes)
                ? Task.FromResult(bytes)
                : throw new RunStoreException($"{run} has no blob {blob.Short}.");
        }
    }

    public Task<ImmutableArray<string>> CheckAsync(RunId run, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Find(run);
            return Task.FromResult(ImmutableArray<string>.Empty);
        }
    }

    public Task RequestAsync(RunId run, RunRequest request, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Find(run).Leave(request);
            Tell();
        }

        return Task.CompletedTask;
    }

    public Task<OwnedRun> CreateAsync(string taskId, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            int number = 1;
            while (_runs.ContainsKey(Name(taskId, number)))
            {
                number++;
            }

            MemoryRun run = new(Name(taskId, number), _runs.Count + 1);
            _runs.Add(run.Id, run);
            return Task.FromResult<OwnedRun>(Own(run));
        }
    }

    public Task<OwnedRun> TakeAsync(RunId run, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            MemoryRun found = Find(run);
            return found.Owner is null
                ? Task.FromResult<OwnedRun>(Own(found))
                : throw new RunStoreException($"{run} is owned by epoch {found.Epoch} of this process.");
        }
    }

    public async Task<string> WriteViewAsync(RunId run, int node, string fileName, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        string folder = Path.Combine(Folder(run), "view", node.ToString(CultureInfo.InvariantCulture));
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, fileName);
        string aside = Path.Combine(folder, $".{Interlocked.Increment(ref _documents)}");
        await File.WriteAllBytesAsync(aside, bytes, cancellationToken).ConfigureAwait(false);
        File.Move(aside, path, overwrite: true);
        return path;
    }

    /// <summary>As the program does it: the owner is asked, and where there is none it is recorded at once.</summary>
    public async Task RecordAsync(RunId run, RunRequest request, CancellationToken cancellationToken)
    {
        bool owned;
        lock (_gate)
        {
            owned = Find(run).Owner is not null;
        }

        if (owned)
        {
            await RequestAsync(run, request, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (request is not AppliedRequest applied)
        {
            await RunDecisions.RecordAsync(this, run, request, cancellationToken).ConfigureAwait(false);
            return;
        }

        OwnedRun taken = await TakeAsync(run, cancellationToken).ConfigureAwait(false);
        await using (taken.ConfigureAwait(false))
        {
            await taken.AppendAsync([new NodeApplied(applied.Node, applied.Code, applied.File, Before: applied.Before is { } before ? Digest.Of(before) : null)], applied.Before is { } text ? [Blob.Of(text)] : [], cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Completes when a request waits for the owner of the run.</summary>
    public Task WaitForRequestAsync(RunId run, CancellationToken cancellationToken) => WaitAsync(run, found => found.Requests.Count > 0, cancellationToken);

    /// <summary>Completes when a run is asked for something of a kind.</summary>
    public Task WaitForRequestAsync<T>(RunId run, CancellationToken cancellationToken)
        where T : RunRequest => WaitAsync(run, found => found.Requests.Any(waiting => waiting.Request is T), cancellationToken);

    /// <summary>Completes when something was asked of a run, sooner or later, and nothing waits any more.</summary>
    public Task WaitForAnswerAsync(RunId run, CancellationToken cancellationToken) => WaitAsync(run, found => found is { Left: > 0, Requests.Count: 0 }, cancellationToken);

    private async Task WaitAsync(RunId run, Func<MemoryRun, bool> until, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task news;
            lock (_gate)
            {
                if (until(Find(run)))
                {
                    return;
                }

                news = _news.Task;
            }

            await news.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>From now on the run reads as one whose chain does not fit.</summary>
    public void Break(RunId run)
    {
        lock (_gate)
        {
            Find(run).IsBroken = true;
            Tell();
        }
    }

    private TimeProvider Clock => time;

    private static RunId Name(string taskId, int number) => RunId.Parse($"{taskId}-{number}");

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private string Folder(RunId run) => Path.Combine(root, ".agentide", "runs", run.Value);

    private MemoryRun Find(RunId run) => _runs.TryGetValue(run, out MemoryRun? found) ? found : throw new RunStoreException($"There is no run {run}.");

    private Owner Own(MemoryRun run)
    {
        run.Epoch++;
        run.Owner = new Owner(this, run, run.Epoch);
        Tell();
        return run.Owner;
    }

    private void Tell()
    {
        _news.TrySetResult();
        _news = NewSource();
    }

    private sealed class MemoryRun(RunId id, int number)
    {
        private int _left;

        public RunId Id => id;

        public int Number => number;

        public List<RecordedEvent> Events { get; } = [];

        public Dictionary<Digest, ReadOnlyMemory<byte>> Blobs { get; } = [];

        public List<WaitingRequest> Requests { get; } = [];

        public Journal Journal { get; set; } = Journal.Empty;

        public int Epoch { get; set; }

        public Owner? Owner { get; set; }

        public bool IsBroken { get; set; }

        public int Left => _left;

        public void Leave(RunRequest request) => Requests.Add(new WaitingRequest($"request-{++_left}", request));

        public Liveness Liveness => Owner is not null ? Liveness.Live : Journal.Finished is not null ? Liveness.Finished : Liveness.Interrupted;
    }

    private sealed class Owner(MemoryRunStore store, MemoryRun run, int epoch) : OwnedRun
    {
        public override RunId Run => run.Id;

        public override int Epoch => epoch;

        public override string Folder => store.Folder(run.Id);

        public override Task<ImmutableArray<RecordedEvent>> AppendAsync(ImmutableArray<RunEvent> events, ImmutableArray<Blob> blobs, CancellationToken cancellationToken)
        {
            lock (store._gate)
            {
                if (run.Owner != this)
                {
                    throw new RunStoreException($"{run.Id} belongs to somebody else by now.");
                }

                DateTimeOffset at = store.Clock.GetUtcNow();
                ImmutableArray<RecordedEvent> recorded = [.. events.Select((@event, index) => new RecordedEvent(run.Events.Count + index + 1, at, epoch, @event))];
                run.Journal = run.Journal.Apply(recorded);
                run.Events.AddRange(recorded);
                foreach (Blob blob in blobs)
                {
                    run.Blobs[blob.Digest] = blob.Bytes;
                }

                store.Tell();
                return Task.FromResult(recorded);
            }
        }

        public override Task<ImmutableArray<WaitingRequest>> ReadRequestsAsync(CancellationToken cancellationToken)
        {
            lock (store._gate)
            {
                return Task.FromResult<ImmutableArray<WaitingRequest>>([.. run.Requests]);
            }
        }

        public override Task RemoveRequestsAsync(ImmutableArray<WaitingRequest> answered, CancellationToken cancellationToken)
        {
            lock (store._gate)
            {
                run.Requests.RemoveAll(answered.Contains);
                store.Tell();
            }

            return Task.CompletedTask;
        }

        public override Task<decimal?> TryReserveDayAsync(DateOnly day, DayEntry entry, decimal? cap, CancellationToken cancellationToken)
        {
            lock (store._gate)
            {
                decimal others = store._days.Where(other => other.Key.Day == day && other.Key != (day, run.Id, entry.Call)).Sum(other => other.Value);
                if (others + entry.Dollars > cap)
                {
                    store.OnRefusal();
                    return Task.FromResult<decimal?>(others);
                }

                store._days[(day, run.Id, entry.Call)] = entry.Dollars;
                return Task.FromResult<decimal?>(null);
            }
        }

        public override async Task SettleDayAsync(DateOnly day, ImmutableArray<DayEntry> entries, CancellationToken cancellationToken)
        {
            await store.BeforeSettling();
            lock (store._gate)
            {
                foreach (DayEntry entry in entries)
                {
                    store._days[(day, run.Id, entry.Call)] = entry.Dollars;
                }
            }
        }

        public override ValueTask DisposeAsync()
        {
            lock (store._gate)
            {
                if (run.Owner == this)
                {
                    run.Owner = null;
                    store.Tell();
                }
            }

            return ValueTask.CompletedTask;
        }
    }
}
