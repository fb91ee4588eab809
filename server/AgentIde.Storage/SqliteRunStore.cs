using System.Collections.Immutable;
using AgentIde.Core.Runs;
using AgentIde.Storage.Chats;
using AgentIde.Storage.Database;
using AgentIde.Storage.Files;
using AgentIde.Storage.Ledgers;
using AgentIde.Storage.Ownership;
using AgentIde.Storage.Reading;
using AgentIde.Storage.Requests;

namespace AgentIde.Storage;

/// <summary>
/// The runs of one workspace, each a folder with a SQLite database of its own. Any number of stores, in one process or
/// many, may read a run; one owns it. Opening a store makes nothing: the folders appear with the first run.
/// </summary>
public sealed class SqliteRunStore : IRunStore, IDisposable
{
    private static readonly TimeSpan LiveInterval = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan IdleInterval = TimeSpan.FromSeconds(1);

    private readonly Dictionary<RunId, RunWatch> _watches = [];
    private readonly StorePlace _place;
    private readonly TimeProvider _time;
    private readonly Action<WritePoint> _reached;

    /// <exception cref="RunStoreException">There is no such folder, or no local disk to keep runs on.</exception>
    public SqliteRunStore(string workspace, TimeProvider time)
        : this(workspace, time, NetworkFileSystems.NameOf, StorePlace.UserStateFolder(), static _ => { })
    {
    }

    internal SqliteRunStore(string workspace, TimeProvider time, Func<string, string?> networkFileSystem, string stateFolder, Action<WritePoint> reached)
    {
        _place = StoreErrors.Translate(workspace, () => StorePlace.Of(workspace, networkFileSystem, stateFolder));
        _time = time;
        _reached = reached;
    }

    /// <summary>What the user should know of where the runs are kept; null where they are in the workspace as usual.</summary>
    public string? Notice => _place.Notice;

    /// <summary>Absolute path of a run's folder, whether it is there or not.</summary>
    public string FolderOf(RunId run) => Path.Combine(_place.Runs, run.Value);

    /// <summary>Where a run leaves its questions for an editor's models.</summary>
    public ChatDesk ChatsOf(RunId run) => new(FolderOf(run));

    public Task<ImmutableArray<RunListing>> ListAsync(CancellationToken cancellationToken) =>
        StoreErrors.Answer(_place.Runs, () => RunList.Read(_place.Runs, cancellationToken), cancellationToken);

    public Task<RunPage> ReadAsync(RunId run, long after, int limit, CancellationToken cancellationToken) =>
        Read(run, (reader, held) => reader.Page(after, limit, held, cancellationToken), cancellationToken);

    public async Task WaitForNewsAsync(RunId run, long after, Liveness known, CancellationToken cancellationToken)
    {
        while (true)
        {
            (long head, Liveness liveness) = StoreErrors.Translate(FolderOf(run), () => WatchOf(run).Look());
            if (head > after || liveness != known)
            {
                return;
            }

            await Task.Delay(liveness == Liveness.Live ? LiveInterval : IdleInterval, _time, cancellationToken);
        }
    }

    public Task<ReadOnlyMemory<byte>> ReadBlobAsync(RunId run, Digest blob, CancellationToken cancellationToken) =>
        Read<ReadOnlyMemory<byte>>(run, (reader, _) => reader.Blob(blob), cancellationToken);

    public Task<ImmutableArray<string>> CheckAsync(RunId run, CancellationToken cancellationToken) =>
        StoreErrors.Answer(FolderOf(run), () => RunCheck.All(Existing(run), cancellationToken), cancellationToken);

    public Task RequestAsync(RunId run, RunRequest request, CancellationToken cancellationToken) =>
        StoreErrors.Answer(
            FolderOf(run),
            () =>
            {
                new RequestFolder(Existing(run).Control, _time).Leave(request);
                return true;
            },
            cancellationToken);

    public Task<OwnedRun> CreateAsync(string taskId, CancellationToken cancellationToken) =>
        StoreErrors.Answer(_place.Runs, () => Create(taskId), cancellationToken);

    public Task<OwnedRun> TakeAsync(RunId run, CancellationToken cancellationToken) =>
        StoreErrors.Answer(FolderOf(run), () => Take(run), cancellationToken);

    public Task<string> WriteViewAsync(RunId run, int node, string fileName, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        StoreErrors.Answer(FolderOf(run), () => NodeViews.Write(Existing(run), node, fileName, bytes.Span), cancellationToken);

    /// <summary>Lets go of what waiting for news holds open. Runs that are owned are let go by their owners.</summary>
    public void Dispose()
    {
        lock (_watches)
        {
            foreach (RunWatch watch in _watches.Values)
            {
                watch.Dispose();
            }

            _watches.Clear();
        }
    }

    private Task<T> Read<T>(RunId run, Func<RunReader, bool, T> read, CancellationToken cancellationToken) => StoreErrors.Answer(
        FolderOf(run),
        () =>
        {
            RunFolder folder = Existing(run);
            bool held = OwnerLock.IsHeld(folder.Lock);
            using RunReader reader = new(folder);
            return read(reader, held);
        },
        cancellationToken);

    private RunWatch WatchOf(RunId run)
    {
        lock (_watches)
        {
            return _watches.TryGetValue(run, out RunWatch? watch) ? watch : _watches[run] = new RunWatch(Existing(run));
        }
    }

    private RunFolder Existing(RunId run)
    {
        RunFolder folder = new(run, FolderOf(run));
        PrivateFiles.RefuseLink(_place.Runs);
        PrivateFiles.RefuseLink(folder.Path);
        return folder.HasDatabase ? folder : throw new RunStoreException($"There is no run {run} in {_place.Runs}: `agentide runs` lists those there are.");
    }

    private OwnedRun Create(string taskId)
    {
        _place.Make();
        RunFolder folder = RunList.MakeNext(_place.Runs, taskId);
        OwnerLock owner = OwnerLock.TryTake(folder.Lock) ?? throw Owned(folder);
        return Own(folder, owner, () =>
        {
            folder.MakeSubfolders();
            HeadsFile.Create(folder.Path, Head.Empty);
            Connections.Create(folder.Path);
        });
    }

    private OwnedRun Take(RunId run)
    {
        RunFolder folder = Existing(run);
        OwnerLock owner = OwnerLock.TryTake(folder.Lock) ?? throw Owned(folder);
        return Own(folder, owner, () =>
        {
            folder.MakeSubfolders();
            RunCheck.RefuseLoss(folder);
        });
    }

    private SqliteOwnedRun Own(RunFolder folder, OwnerLock owner, Action prepare)
    {
        try
        {
            RequestFolder requests = new(folder.Control, _time);
            ImmutableHashSet<string> waited = [.. requests.Read().Select(request => request.Name)]; // From now on whoever leaves one means this owner.
            prepare();
            EventAppender appender = EventAppender.Open(folder.Run, folder.Path, _time, _reached);
            return new SqliteOwnedRun(this, folder, owner, appender, requests, waited, new DayLedger(_place.Spending, _time));
        }
        catch
        {
            owner.Dispose();
            throw;
        }
    }

    private static RunOwnedException Owned(RunFolder folder) =>
        new($"The run {folder.Run} is owned by {OwnerLock.DescribeOwner(folder.Lock)}: stop it with 'agentide runs --stop {folder.Run}', or wait until it ends.");
}
