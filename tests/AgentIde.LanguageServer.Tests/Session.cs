using AgentIde.Core.Runs;
using AgentIde.Storage.Chats;
using AgentIde.Testing;
using Nerdbank.Streams;

namespace AgentIde.LanguageServer.Tests;

/// <summary>A workspace with one task, a store in memory, and an editor connected to the real server.</summary>
internal sealed class Session : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Task<int> _server;
    private readonly Stream _ours;
    private readonly RecordedStream? _recorded;
    private readonly TestEditor? _editor;
    private readonly RawEditor? _raw;

    private Session(Func<StartRunRequest, CancellationToken, Task<RunId>>? startRun, Func<CreateTaskRequest, CancellationToken, Task<CreatedTask>>? createTask = null, Func<ResumeRunRequest, CancellationToken, Task>? resumeRun = null, bool raw = false, TimeProvider? time = null, IPullRequests? pulls = null, Func<string, CancellationToken, Task<TaskLeaks>>? findLeaks = null)
    {
        Store = new MemoryRunStore(Root, TimeProvider.System);
        Through = new DelegatingStore(Store);
        TaskFile = _folder.Write("tasks/diamonds/task.yaml", "id: diamonds\ntitle: Diamond price\nmetric: rmsle\nlabel: price\n");
        (Stream ours, Stream connected) = FullDuplexStream.CreatePair();
        Stream theirs = RecordedStream.Around(connected, isClientSound: !raw);
        _recorded = theirs as RecordedStream;
        _server = LanguageServerHost.RunAsync(theirs, theirs, new LanguageServerOptions(
            "1.2.3",
            root =>
            {
                OpenedStore = root;
                return Through;
            },
            startRun ?? (static (_, _) => throw new RunNotStartedException("bubblewrap is not installed: apt-get install bubblewrap")),
            RecordAsync,
            time ?? TimeProvider.System,
            line =>
            {
                lock (Log)
                {
                    Log.Add(line);
                }
            })
        {
            ChatsOf = (_, run) => DeskOf(run),
            CreateTask = createTask,
            ResumeRun = resumeRun,
            PullRequests = pulls,
            FindLeaks = findLeaks,
        });
        _ours = ours;
        _editor = raw ? null : new TestEditor(ours);
        _raw = raw ? new RawEditor(ours) : null;
    }

    public string Root => _folder.Path;

    public string TaskFile { get; }

    public string SolutionFile => Path.Combine(Root, "tasks/diamonds/solution.py");

    public MemoryRunStore Store { get; }

    /// <summary>The same, as the server reads it.</summary>
    public DelegatingStore Through { get; }

    public TestEditor Editor => _editor ?? throw new InvalidOperationException("This session's editor writes bytes.");

    public RawEditor Raw => _raw ?? throw new InvalidOperationException("This session's editor speaks by a library.");

    public string? OpenedStore { get; private set; }

    public List<string> Log { get; } = [];

    public List<RunRequest> Recorded { get; } = [];

    public Task<int> Server => _server;

    public static async Task<Session> StartAsync(Func<StartRunRequest, CancellationToken, Task<RunId>>? startRun = null, bool markdown = true, Func<CreateTaskRequest, CancellationToken, Task<CreatedTask>>? createTask = null, Func<ResumeRunRequest, CancellationToken, Task>? resumeRun = null)
    {
        Session session = new(startRun, createTask, resumeRun);
        await session.Editor.InitializeAsync(session.Root, TestEditor.Capabilities(markdown));
        return session;
    }

    public static Session Unstarted(TimeProvider? time = null, IPullRequests? pulls = null, Func<string, CancellationToken, Task<TaskLeaks>>? findLeaks = null) => new(null, time: time, pulls: pulls, findLeaks: findLeaks);

    /// <summary>With an editor that writes bytes, and has not initialised the server yet.</summary>
    public static Session OfBytes(Func<CreateTaskRequest, CancellationToken, Task<CreatedTask>>? createTask = null) => new(null, createTask, raw: true);

    /// <summary>Where a run leaves its questions for the editor's models.</summary>
    public ChatDesk DeskOf(RunId run) => new(Directory.CreateDirectory(Path.Combine(Root, ".agentide", "runs", run.Value)).FullName);

    public Task<ScriptedRun> RunAsync(int nodes = 20) => ScriptedRun.StartAsync(Store, nodes: nodes);

    /// <summary>The editor's process dies: its end of the connection is closed, whatever is under way.</summary>
    public void KillEditor() => _ours.Dispose();

    public string Write(string relative, string text) => _folder.Write(relative, text);

    public async ValueTask DisposeAsync()
    {
        _editor?.Dispose();
        if (_raw is not null)
        {
            await _raw.DisposeAsync();
        }

        await _server.WaitAsync(TimeSpan.FromSeconds(30));
        _recorded?.Save();
        _folder.Dispose();
    }

    private Task RecordAsync(IRunStore store, RunId run, RunRequest request, CancellationToken cancellationToken)
    {
        lock (Recorded)
        {
            Recorded.Add(request);
        }

        return Store.RecordAsync(run, request, cancellationToken);
    }
}
