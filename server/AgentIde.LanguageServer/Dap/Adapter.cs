using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AgentIde.Core.Runs;
using AgentIde.Core.Stepping;
using AgentIde.Core.Stepping.Stops;
using AgentIde.LanguageServer.Dap.Looking;
using AgentIde.LanguageServer.Dap.Protocol;
using AgentIde.LanguageServer.Dap.Stops;
using AgentIde.LanguageServer.Lsp;
using AgentIde.LanguageServer.Lsp.Actions;
using AgentIde.LanguageServer.Lsp.Documents;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Dap;

/// <summary>
/// One connection to a debugger. Requests, news of the run and the way to the next stop are done by one loop, one after
/// the other, in the order in which they came; the way is left after some milliseconds to look for what came meanwhile.
/// A request that fails is answered with why and changes nothing. A client need not wait for a step to end: what it asks behind one that is
/// on its way is kept, in order, until that has stopped; a pause, a disconnect and a terminate are never kept waiting.
/// </summary>
internal sealed class Adapter : IDisposable
{
    /// <summary>Requests that wait for a step to end.</summary>
    private const int MostKept = 10_000;

    private readonly DebugAdapterOptions _options;
    private readonly DapConnection _connection;
    private readonly CancellationTokenSource _over = new();
    private readonly BackgroundWork _background;
    private readonly Dictionary<string, Func<JsonElement, Task<object?>>> _requests;
    private readonly Queue<ClientMessage> _kept = [];
    private Client _client = Client.Of(new InitializeArguments());
    private bool _isInitialized;
    private Opened? _opened;
    private (long Position, bool Stop, bool Hold, bool AtHead, int? Node)? _begin;
    private Func<Task>? _after;

    private Adapter(Stream input, Stream output, DebugAdapterOptions options)
    {
        _options = options;
        _connection = new DapConnection(input, output, options.Log);
        _background = new BackgroundWork((what, error) => options.Log($"{what} failed: {error}"));
        _requests = new Dictionary<string, Func<JsonElement, Task<object?>>>(StringComparer.Ordinal)
        {
            ["initialize"] = With(DapJsonContext.Default.InitializeArguments, Initialize),
            ["attach"] = With(DapJsonContext.Default.AttachArguments, AttachAsync),
            ["launch"] = With(DapJsonContext.Default.LaunchArguments, LaunchAsync),
            ["configurationDone"] = _ => ConfiguredAsync(),
            ["setBreakpoints"] = With(DapJsonContext.Default.SetBreakpointsArguments, SetBreakpointsAsync),
            ["setExceptionBreakpoints"] = With(DapJsonContext.Default.SetExceptionBreakpointsArguments, SetExceptionBreakpointsAsync),
            ["threads"] = _ => Answer(Now.Looker.Threads()),
            ["stackTrace"] = With(DapJsonContext.Default.StackTraceArguments, async arguments => await Stopped.Looker.StackAsync(arguments, _over.Token).ConfigureAwait(false)),
            ["scopes"] = With(DapJsonContext.Default.ScopesArguments, async arguments => await Now.Looker.ScopesAsync(arguments, _over.Token).ConfigureAwait(false)),
            ["variables"] = With(DapJsonContext.Default.VariablesArguments, async arguments => await Now.Looker.VariablesAsync(arguments, _over.Token).ConfigureAwait(false)),
            ["locations"] = With(DapJsonContext.Default.LocationsArguments, async arguments => await Now.Looker.LocationAsync(arguments, _over.Token).ConfigureAwait(false)),
            ["evaluate"] = With(DapJsonContext.Default.EvaluateArguments, arguments => Answer(Stopped.Looker.Evaluate(arguments))),
            ["exceptionInfo"] = With(DapJsonContext.Default.ExceptionInfoArguments, arguments => Answer(Stopped.Looker.Exception(arguments))),
            ["next"] = With(DapJsonContext.Default.ThreadArguments, arguments => Step(arguments, StrideOf(arguments, Stride.Over))),
            ["stepIn"] = With(DapJsonContext.Default.ThreadArguments, arguments => Step(arguments, StrideOf(arguments, Stride.Into))),
            ["stepOut"] = With(DapJsonContext.Default.ThreadArguments, arguments => Step(arguments, Stride.Out)),
            ["stepBack"] = With(DapJsonContext.Default.ThreadArguments, StepBack),
            ["continue"] = With(DapJsonContext.Default.ThreadArguments, _ => Move(() => Stopped.Session.Continue(), new ContinueBody(true))),
            ["reverseContinue"] = With(DapJsonContext.Default.ThreadArguments, _ => Move(() => Stopped.Session.Reverse())),
            ["pause"] = With(DapJsonContext.Default.ThreadArguments, _ => Then(Now.Session.PauseAsync)),
            ["restartFrame"] = With(DapJsonContext.Default.FrameArguments, RestartFrameAsync),
            ["setVariable"] = With(DapJsonContext.Default.SetVariableArguments, SetVariableAsync),
            ["setExpression"] = With(DapJsonContext.Default.SetExpressionArguments, SetExpressionAsync),
            ["terminateThreads"] = With(DapJsonContext.Default.TerminateThreadsArguments, TerminateThreadsAsync),
            ["terminate"] = _ => Then(Now.Session.TerminateAsync),
            ["disconnect"] = With(DapJsonContext.Default.DisconnectArguments, DisconnectAsync),
        };
    }

    private sealed record Opened(DebugRun Run, StopTable Stops, LiveControl Live, Session Session, Looker Looker, Changes Changes, Forks Forks);

    private Opened Now => _opened ?? throw new RequestFailedException("No run is open: attach to one first.");

    private Opened Stopped => Now.Session.IsRunning ? throw new RequestFailedException("The session is on its way: pause it first.") : Now;

    /// <summary>0 after <c>disconnect</c> and where the client hung up; 1 where what it sent was no frame.</summary>
    public static async Task<int> RunAsync(Stream input, Stream output, DebugAdapterOptions options)
    {
        using Adapter adapter = new(input, output, options);
        // Nobody waits for its end: a read from standard input lasts until the client closes it.
        _ = adapter._connection.ReadAsync(adapter.DoAsync, adapter._over.Token);
        await adapter.LoopAsync().ConfigureAwait(false);
        await adapter._over.CancelAsync().ConfigureAwait(false);
        await adapter._background.DisposeAsync().ConfigureAwait(false);
        await output.DisposeAsync().ConfigureAwait(false);
        await input.DisposeAsync().ConfigureAwait(false);
        return adapter._connection.IsBroken ? 1 : 0;
    }

    public void Dispose()
    {
        _connection.Dispose();
        _over.Dispose();
    }

    /// <summary>Until the client takes its leave, or hangs up.</summary>
    private async Task LoopAsync()
    {
        while (true)
        {
            while (_connection.Queue.TryRead(out Func<Task>? work))
            {
                await work().ConfigureAwait(false);
                if (_over.IsCancellationRequested)
                {
                    return;
                }
            }

            if (_kept.Count > 0 && (!IsMove(_kept.Peek()) || _opened?.Session is not { IsMoving: true }))
            {
                await AnswerAsync(_kept.Dequeue()).ConfigureAwait(false);
                if (_over.IsCancellationRequested)
                {
                    return;
                }
            }
            else if (_opened is { Session: { HasWork: true } session })
            {
                if (!await GuardAsync("Stepping", () => session.WorkAsync(_over.Token)).ConfigureAwait(false))
                {
                    await GuardAsync("Stopping", () => session.GiveUpAsync("it failed")).ConfigureAwait(false);
                }
            }
            else if (!await _connection.Queue.WaitToReadAsync().ConfigureAwait(false))
            {
                await (_opened?.Live.ReleaseAsync() ?? Task.CompletedTask).ConfigureAwait(false);
                return;
            }
        }
    }

    private async Task DoAsync(ClientMessage request)
    {
        if (request.Command is "pause" or "disconnect" or "terminate")
        {
            await GiveUpKeptAsync(request.Command).ConfigureAwait(false);
        }
        else if (_kept.Count >= MostKept)
        {
            await _connection.RefuseAsync(request, $"{MostKept:N0} requests wait for steps to end already: wait for some of them.").ConfigureAwait(false);
            return;
        }
        else if (_kept.Count > 0 || (IsMove(request) && _opened?.Session is { IsMoving: true }))
        {
            _kept.Enqueue(request);
            return;
        }

        await AnswerAsync(request).ConfigureAwait(false);
    }

    /// <summary>What waits is not done any more where it moves the session, and else at once.</summary>
    private async Task GiveUpKeptAsync(string command)
    {
        while (_kept.TryDequeue(out ClientMessage? kept))
        {
            await (IsMove(kept) ? _connection.RefuseAsync(kept, $"Not done: {command} was asked for before it came to it.") : AnswerAsync(kept)).ConfigureAwait(false);
        }
    }

    private static bool IsMove(ClientMessage request) => request.Command is "next" or "stepIn" or "stepOut" or "stepBack" or "continue" or "reverseContinue";

    private async Task AnswerAsync(ClientMessage request)
    {
        try
        {
            if (!_isInitialized && request.Command is not ("initialize" or "disconnect"))
            {
                throw new RequestFailedException("The first request is initialize.");
            }

            Func<JsonElement, Task<object?>> answer = _requests.GetValueOrDefault(request.Command!)
                ?? throw new RequestFailedException($"There is no request '{PlainText.Visible(request.Command!, 60)}'.");
            object? body = await answer(request.Arguments ?? default).ConfigureAwait(false);
            await _connection.AnswerAsync(request, body).ConfigureAwait(false);
        }
        catch (Exception error) when (error is RequestFailedException or RunStoreException or RunNotStartedException or JsonException or IOException or UnauthorizedAccessException)
        {
            _after = null;
            await _connection.RefuseAsync(request, error.Message).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Translated once, at the wire: the client is told, the log has the rest, and the session goes on.
        catch (Exception error)
        {
            _after = null;
            _options.Log($"{request.Command} failed: {error}");
            await _connection.RefuseAsync(request, $"{request.Command} failed: {error.Message}").ConfigureAwait(false);
        }
#pragma warning restore CA1031

        if (_after is { } after)
        {
            _after = null;
            await GuardAsync(request.Command!, after).ConfigureAwait(false);
        }
    }

    /// <summary>What has no answer to carry its failure: the client is told by a line of output.</summary>
    /// <returns>Whether it was done.</returns>
    private async Task<bool> GuardAsync(string what, Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
            return true;
        }
        catch (Exception problem) when (problem is RequestFailedException or RunStoreException or IOException or UnauthorizedAccessException)
        {
            await _connection.TellAsync("output", new OutputBody("important", problem.Message + "\n")).ConfigureAwait(false);
            return false;
        }
#pragma warning disable CA1031 // The last handler of its work: told to the person and the log, never swallowed.
        catch (Exception error)
        {
            _options.Log($"{what} failed: {error}");
            await _connection.TellAsync("output", new OutputBody("important", $"{what} failed: {error.Message}\n")).ConfigureAwait(false);
            return false;
        }
#pragma warning restore CA1031
    }

    private Task<object?> Initialize(InitializeArguments arguments)
    {
        _client = Client.Of(arguments);
        _isInitialized = true;
        return Answer(new Capabilities([.. StopFilter.All.Select(OfFilter)]));
    }

    private static ExceptionBreakpointsFilter OfFilter(StopFilter filter) =>
        new(filter.Id, filter.Label, filter.Description, Default: false, SupportsCondition: true, "A condition such as score < 0.1 or gain < 2 * error");

    private async Task<object?> AttachAsync(AttachArguments arguments)
    {
        CheckPlace(arguments.At, arguments.Node);
        string folder = FolderOf(arguments.Folder);
        return await OpenAsync(_options.OpenStore(folder), folder, arguments).ConfigureAwait(false);
    }

    private async Task<object?> LaunchAsync(LaunchArguments arguments)
    {
        CheckPlace(arguments.At, arguments.Node);
        if (arguments is { Task: not null, Run: not null })
        {
            throw new RequestFailedException("\"task\" starts a run and \"run\" names one that is there: write one of them.");
        }

        string folder = FolderOf(arguments.Folder);
        IRunStore store = _options.OpenStore(folder);
        string? name = arguments.Run;
        if (arguments.Task is { } task)
        {
            StartRunCommand.Check(arguments.Nodes, arguments.Seconds, arguments.Dollars, arguments.Tokens);
            string path = FilePaths.Real(Path.GetFullPath(task, folder));
            RunId started = await _options.StartRun(
                new StartRunRequest(
                    folder, path, arguments.SolutionFile is { } file ? Path.GetFullPath(file, folder) : null, arguments.Nodes, arguments.Seconds, arguments.Seed, StartRunCommand.Allowed(arguments.Engineer), arguments.Dollars, arguments.Tokens),
                _over.Token).ConfigureAwait(false);
            name = started.Value;
        }
        else if (name is null)
        {
            throw new RequestFailedException("Nothing to launch: name a task, such as \"task\": \"tasks/diamonds\", or a run.");
        }

        return await OpenAsync(store, folder, new AttachArguments(name, folder, arguments.At, arguments.Node, arguments.StopOnEntry)).ConfigureAwait(false);
    }

    private async Task<object?> OpenAsync(IRunStore store, string folder, AttachArguments arguments)
    {
        if (_opened is not null)
        {
            throw new RequestFailedException($"This session is about {_opened.Run.Run} already: start another one.");
        }

        DebugRun run = await DebugRun.OpenAsync(store, folder, arguments.Run ?? "last", _over.Token).ConfigureAwait(false);
        NodeBlames blames = new(run.History, run.ReadTextAsync);
        StopTable stops = new(run, blames);
        LiveControl live = new(run, _client.Name, _options.Record);
        Looker? looker = null;
        Forks forks = new(run, _connection, _client, new Forking(store, folder, _options.ResumeRun, _options.Sandbox));
        Session session = new(run, stops, _connection, live, forks, () =>
        {
            looker!.Forget();
            return Task.CompletedTask;
        });
        looker = new Looker(run, session, blames, new Documents(run), forks, _client);
        long position = PositionOf(run, arguments);
        // A run that somebody holds is not let go by looking at it.
        bool atHead = run.GoesOn && !run.History.Head.IsPaused && position == run.History.Length;
        _begin = (position, arguments.StopOnEntry ?? (!run.GoesOn || run.History.Head.IsPaused), arguments.StopOnEntry == true, atHead, arguments.Node);
        _opened = new Opened(run, stops, live, session, looker, new Changes(run, session, blames), forks);
        (long known, Liveness liveness) = (run.History.Length, run.Liveness);
        if (run.GoesOn)
        {
            _background.Start($"Watching {run.Run}", cancellationToken => RenewAsync(live, cancellationToken));
        }

        _background.Start($"Reading {run.Run}", cancellationToken => FollowAsync(run, session, known, liveness, cancellationToken));
        _after = () => _connection.TellAsync("initialized");
        return null;
    }

    private async Task RenewAsync(LiveControl live, CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(LiveControl.Renewal, _options.Time);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            _connection.Post(() => GuardAsync("Watching", live.RenewAsync));
        }
    }

    private async Task FollowAsync(DebugRun run, Session session, long known, Liveness liveness, CancellationToken cancellationToken)
    {
        try
        {
            await run.FollowAsync(known, liveness, page => _connection.Post(() => GuardAsync($"Reading {run.Run}", () => session.TakeAsync(page))), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is RunStoreException or IOException or UnauthorizedAccessException)
        {
            _connection.Post(() => session.SayAsync($"{run.Run} can't be read any further: {problem.Message}", "important"));
        }
    }

    private Task<object?> ConfiguredAsync()
    {
        (long position, bool stop, bool hold, bool atHead, int? node) = _begin ?? throw new RequestFailedException("There is nothing to begin: attach to a run first.");
        _begin = null;
        return Then(() => Now.Session.BeginAsync(position, stop, hold, atHead, node));
    }

    private async Task<object?> SetBreakpointsAsync(SetBreakpointsArguments arguments)
    {
        Opened opened = Now;
        List<SourceBreakpoint> wanted = [];
        List<string?> problems = [];
        foreach ((int index, JsonElement json) in (arguments.Breakpoints ?? []).Index())
        {
            string? problem = ArgumentShape.Problem(string.Create(CultureInfo.InvariantCulture, $"breakpoints[{index}]"), json, DapJsonContext.Default.SourceBreakpoint);
            problems.Add(problem);
            if (problem is null)
            {
                wanted.Add(json.Deserialize(DapJsonContext.Default.SourceBreakpoint)!);
            }
        }

        Queue<Breakpoint> read = new(Client.ToPath(arguments.Source.Path) is { } path
            ? await opened.Stops.SetLinesAsync(path, wanted, _client.FromLine, _over.Token).ConfigureAwait(false)
            : wanted.Select(breakpoint => new Breakpoint(false, Message: "Breakpoints stand in files.", Line: breakpoint.Line)));
        Breakpoint[] set = [.. problems.Select(problem => problem is null ? read.Dequeue() : new Breakpoint(false, Message: problem))];
        opened.Session.LookAgain();
        await opened.Session.WatchAsync().ConfigureAwait(false);
        return new BreakpointsBody([.. set.Select(breakpoint => breakpoint with { Source = arguments.Source })]);
    }

    private async Task<object?> SetExceptionBreakpointsAsync(SetExceptionBreakpointsArguments arguments)
    {
        IReadOnlyList<Breakpoint> set = Now.Stops.SetFilters(arguments);
        Now.Session.LookAgain();
        await Now.Session.WatchAsync().ConfigureAwait(false);
        return new BreakpointsBody(set);
    }

    private Task<object?> Step(ThreadArguments arguments, Stride stride)
    {
        Session session = Stopped.Session;
        session.CheckThread(arguments.ThreadId);
        session.Step(arguments.ThreadId - 1, stride);
        return Answer(null);
    }

    private Task<object?> StepBack(ThreadArguments arguments)
    {
        Session session = Stopped.Session;
        session.CheckThread(arguments.ThreadId);
        return Then(() => session.StepBackAsync(StrideOf(arguments, Stride.Over)));
    }

    private Task<object?> RestartFrameAsync(FrameArguments arguments)
    {
        Opened opened = Stopped;
        int node = opened.Looker.NodeOf(arguments.FrameId);
        BranchRequest branch = new(_client.Name, node, null);
        if (opened.Forks.Refusal(branch) is { } refusal)
        {
            throw new RequestFailedException(PlainText.Visible(refusal));
        }

        return Then(() => opened.Session.BranchAsync(new BranchRequest("", node, null), follow: true));
    }

    private async Task<object?> SetVariableAsync(SetVariableArguments arguments)
    {
        Opened opened = Stopped;
        Change change = await opened.Looker.ChangeAsync(arguments, _over.Token).ConfigureAwait(false);
        return new SetVariableBody(await opened.Changes.MakeAsync(change, arguments.Value, _over.Token).ConfigureAwait(false));
    }

    private async Task<object?> SetExpressionAsync(SetExpressionArguments arguments)
    {
        Opened opened = Stopped;
        Change change = Changes.Of(arguments.Expression, opened.Looker.NodeIn(arguments.FrameId))
            ?? throw new RequestFailedException(Changes.Refusal(arguments.Expression, Looker.IsKnown(arguments.Expression)));
        return new SetVariableBody(await opened.Changes.MakeAsync(change, arguments.Value, _over.Token).ConfigureAwait(false));
    }

    private async Task<object?> TerminateThreadsAsync(TerminateThreadsArguments arguments)
    {
        Opened opened = Now;
        if (!opened.Run.GoesOn)
        {
            throw new RequestFailedException($"Nobody works on {opened.Run.Run}: there is nothing to give up.");
        }

        await opened.Session.AbandonAsync(arguments.ThreadIds ?? []).ConfigureAwait(false);
        return null;
    }

    private async Task<object?> DisconnectAsync(DisconnectArguments arguments)
    {
        if (_opened is { Run.GoesOn: true } opened)
        {
            await (arguments.TerminateDebuggee is true ? opened.Live.StopAsync()
                : arguments.SuspendDebuggee is true ? opened.Live.SuspendAsync()
                : opened.Live.ReleaseAsync()).ConfigureAwait(false);
        }

        _after = () => _over.CancelAsync();
        return null;
    }

    private string FolderOf(string? folder) => FilePaths.Real(folder is null ? _options.Folder : Path.GetFullPath(folder, _options.Folder));

    private static void CheckPlace(string? at, int? node)
    {
        if (at is not null && node is not null)
        {
            throw new RequestFailedException("Both \"at\" and \"node\" say where to begin: write one of them.");
        }
    }

    private static long PositionOf(DebugRun run, AttachArguments arguments)
    {
        RunHistory history = run.History;
        if (arguments.Node is { } node)
        {
            return history.Head.Has(node) ? history.StartOf(node)
                : run.GoesOn && node > history.Head.Nodes.Count && node <= history.Head.Nodes.Count + Math.Max(1, history.Head.Asked.Count) ? history.Length
                : throw new RequestFailedException($"{run.Run} has no node {node}: it has {history.Head.Nodes.Count}.");
        }

        return arguments.At switch
        {
            null => run.GoesOn ? history.Length : 1,
            "start" => 1,
            "head" => history.Length,
            { } number when long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long seq) && seq >= 1 && seq <= history.Length => seq,
            { } other => throw new RequestFailedException($"\"at\" is '{PlainText.Visible(other, 40)}': write start, head, or the number of an event from 1 to {history.Length}."),
        };
    }

    private static Stride StrideOf(ThreadArguments arguments, Stride usual) => arguments.Granularity == "instruction" ? Stride.Event : usual;

    private static Task<object?> Answer(object? body) => Task.FromResult(body);

    /// <summary>Does something once the request is answered.</summary>
    private Task<object?> Then(Func<Task> after)
    {
        _after = after;
        return Task.FromResult<object?>(null);
    }

    private static Task<object?> Move(Action move, object? body = null)
    {
        move();
        return Task.FromResult(body);
    }

    private static Func<JsonElement, Task<object?>> With<T>(JsonTypeInfo<T> type, Func<T, Task<object?>> answer) => json => answer(
        json.ValueKind == JsonValueKind.Undefined
            ? ArgumentShape.Read(JsonElement.Parse("{}"u8), type)
            : ArgumentShape.Read(json, type));
}
