using System.Text.Json;
using AgentIde.Core.Runs;
using AgentIde.Testing;
using Nerdbank.Streams;

namespace AgentIde.LanguageServer.Tests.Dap;

/// <summary>A workspace with a store in memory, and a debugger connected to the real adapter.</summary>
internal sealed class DebugSession : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordedStream? _recorded;
    private readonly Stream _ours;

    public DebugSession(Func<StartRunRequest, CancellationToken, Task<RunId>>? startRun = null, bool isSound = true, Func<ResumeRunRequest, CancellationToken, Task>? resumeRun = null, TimeProvider? time = null)
    {
        Store = new MemoryRunStore(Root, TimeProvider.System);
        (Stream ours, Stream connected) = FullDuplexStream.CreatePair();
        _ours = ours;
        Stream theirs = RecordedStream.Around(connected, isSound, "DAP");
        _recorded = theirs as RecordedStream;
        Adapter = DebugAdapterHost.RunAsync(theirs, theirs, new DebugAdapterOptions(
            Root,
            folder =>
            {
                OpenedStore = folder;
                return Store;
            },
            startRun ?? (static (_, _) => throw new RunNotStartedException("bubblewrap is not installed: apt-get install bubblewrap")),
            (_, run, request, cancellationToken) =>
            {
                Recorded.Add(request);
                return Store.RecordAsync(run, request, cancellationToken);
            },
            line =>
            {
                lock (Log)
                {
                    Log.Add(line);
                }
            })
        {
            ResumeRun = resumeRun,
            Time = time ?? TimeProvider.System,
        });
        Client = new DebugClient(ours, ours);
    }

    public string Root => _folder.Path;

    public MemoryRunStore Store { get; }

    public DebugClient Client { get; }

    public Task<int> Adapter { get; }

    public string? OpenedStore { get; private set; }

    public List<string> Log { get; } = [];

    public List<RunRequest> Recorded { get; } = [];

    public Task<ScriptedRun> RunAsync(int nodes = 20) => ScriptedRun.StartAsync(Store, nodes: nodes);

    public string Write(string relative, string text) => _folder.Write(relative, text);

    public Task<JsonElement> InitializeAsync(bool startsDebugging = false) => Client.AskAsync("initialize", new
    {
        clientID = "test",
        clientName = "A test",
        adapterID = "agentide",
        linesStartAt1 = true,
        columnsStartAt1 = true,
        pathFormat = "path",
        supportsVariableType = true,
        supportsVariablePaging = true,
        supportsStartDebuggingRequest = startsDebugging,
    });

    /// <summary>Attaches to the newest run and stops where it begins, or where it is said.</summary>
    public async Task<JsonElement> AttachAsync(object? arguments = null, bool startsDebugging = false)
    {
        await OpenAsync(arguments, startsDebugging);
        await Client.AskAsync("configurationDone");
        return await Client.EventAsync("stopped");
    }

    /// <summary>Up to where breakpoints are set.</summary>
    public async Task OpenAsync(object? arguments = null, bool startsDebugging = false)
    {
        await InitializeAsync(startsDebugging);
        await Client.AskAsync("attach", arguments ?? new { run = "last" });
        await Client.EventAsync("initialized");
    }

    /// <summary>Does it and waits for the stop that it leads to.</summary>
    public async Task<JsonElement> MoveAsync(string command, int thread = 1, string? granularity = null)
    {
        await Client.AskAsync(command, granularity is null ? new { threadId = thread } : (object)new { threadId = thread, granularity });
        return await Client.EventAsync("stopped");
    }

    public async Task<JsonElement[]> StackAsync(int thread = 1) =>
        [.. (await Client.AskAsync("stackTrace", new { threadId = thread })).GetProperty("stackFrames").EnumerateArray()];

    /// <summary>The values of a scope of the first frame by their names.</summary>
    public async Task<Dictionary<string, JsonElement>> ScopeAsync(string name, int thread = 1) => await ScopeOfAsync((await StackAsync(thread))[0], name);

    public async Task<Dictionary<string, JsonElement>> ScopeOfAsync(JsonElement frame, string name)
    {
        JsonElement scopes = (await Client.AskAsync("scopes", new { frameId = frame.GetProperty("id").GetInt32() })).GetProperty("scopes");
        JsonElement scope = scopes.EnumerateArray().Single(scope => scope.GetProperty("name").GetString() == name);
        return await PartsAsync(scope);
    }

    public async Task<Dictionary<string, JsonElement>> PartsAsync(JsonElement value)
    {
        JsonElement variables = (await Client.AskAsync("variables", new { variablesReference = value.GetProperty("variablesReference").GetInt32() })).GetProperty("variables");
        return variables.EnumerateArray().ToDictionary(variable => variable.GetProperty("name").GetString()!);
    }

    public async Task<string> EvaluateAsync(string expression, string context = "repl") =>
        (await Client.AskAsync("evaluate", new { expression, context })).GetProperty("result").GetString()!;

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Adapter.WaitAsync(TimeSpan.FromSeconds(30));
        _recorded?.Save();
        _ours.Dispose();
        _folder.Dispose();
    }
}
