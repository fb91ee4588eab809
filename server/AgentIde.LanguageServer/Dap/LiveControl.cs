using System.Collections.Immutable;
using System.Globalization;
using AgentIde.Core.Runs;
using AgentIde.Core.Stepping.Stops;
using AgentIde.LanguageServer.Lsp;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Dap;

/// <summary>
/// What a session asks of the process of a live run. It keeps in mind what was asked and not seen yet, so that a person
/// who presses a key three times does not let the run take three steps more than are seen. While the session stands at the head the process
/// knows its breakpoints and holds the run at them itself, before anything acts on what was met.
/// </summary>
internal sealed class LiveControl(DebugRun run, string by, Func<IRunStore, RunId, RunRequest, CancellationToken, Task> record)
{
    /// <summary>In whose name it asks.</summary>
    public string By => by;

    /// <summary>How often the process is told that the session is still there: thrice as often as it wants to know.</summary>
    public static readonly TimeSpan Renewal = TimeSpan.FromSeconds(20);

    private static int _sessions;

    private readonly string _session = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{Interlocked.Increment(ref _sessions)}");
    private ImmutableArray<StopSpec> _watched = [];
    private bool _isPaused = run.History.Head.IsPaused;
    private bool _asksForPause;
    private bool _steps;
    private bool _holds;
    private int? _lent;

    /// <summary>
    /// Lets a run that waits at its head go on as far as a goal needs it to. Whether it goes on or stands is asked for once
    /// for each key: somebody else may want it otherwise meanwhile, and the last one has it.
    /// </summary>
    /// <param name="isFirst">Whether the session has just come to the head on its way to the goal.</param>
    public Task DriveAsync(Goal goal, bool isFirst)
    {
        Journal head = run.History.Head;
        switch (goal)
        {
            case ContinueGoal when isFirst && (head.IsPaused || _asksForPause || _steps):
                (_asksForPause, _steps, _holds) = (false, false, false);
                return RequestAsync(new ContinueRequest(by));
            case StepGoal when isFirst && !head.IsPaused && !_steps:
                return PauseAsync();
            case StepGoal { Node: { } held } when head.IsPaused && !_steps && head.Held.Contains(held) && !head[held].IsDone:
                _steps = true;
                return RequestAsync(new StepRequest(by, held));
            case StepGoal when head.IsPaused && !_steps && head.UnderWay.All(node => head.Held.Contains(node.Id)):
            case BranchGoal when head.IsPaused && !_steps:
                // Whoever had it paused still has: only a pause of this session's is taken back by leaving.
                _steps = true;
                return RequestAsync(new StepRequest(by));
            default:
                return Task.CompletedTask;
        }
    }

    /// <summary>Tells the process what to hold the run at, where it does not know yet.</summary>
    public Task WatchAsync(ImmutableArray<StopSpec> stops)
    {
        if (!run.GoesOn || _watched.SequenceEqual(stops))
        {
            return Task.CompletedTask;
        }

        _watched = stops;
        return RequestAsync(new WatchRequest(by, _session, stops));
    }

    /// <summary>Says that the session is still there, where the process stops at something for it, or waits for it.</summary>
    public Task RenewAsync() => run.GoesOn && (!_watched.IsEmpty || _holds || _asksForPause) ? RequestAsync(new WatchRequest(by, _session, _watched)) : Task.CompletedTask;

    /// <summary>Gives up what is under way in a node.</summary>
    /// <exception cref="RequestFailedException">Nothing is; the message says so.</exception>
    public Task AbandonAsync(int node) => AskAsync(name => new AbandonRequest(name, node));

    /// <summary>Asks the run to wait before its next node, unless it does or will.</summary>
    public Task PauseAsync()
    {
        if (run.History.Head.IsPaused || _asksForPause || _steps)
        {
            return Task.CompletedTask;
        }

        (_asksForPause, _holds) = (true, true);
        return RequestAsync(new PauseRequest(by, _session));
    }

    /// <summary>Lets a run go on that waits because of this session: whoever leaves leaves it as it was.</summary>
    public async Task ReleaseAsync()
    {
        await WatchAsync([]).ConfigureAwait(false);
        if (_holds && run.GoesOn)
        {
            _holds = false;
            await RequestAsync(new ContinueRequest(by)).ConfigureAwait(false);
        }
    }

    /// <summary>Leaves a run that is to wait until somebody lets it go on.</summary>
    public async Task SuspendAsync()
    {
        await WatchAsync([]).ConfigureAwait(false);
        if (_holds || !run.History.Head.IsPaused)
        {
            // In nobody's session: it stays when this one is gone.
            _holds = false;
            await RequestAsync(new PauseRequest(by)).ConfigureAwait(false);
        }
    }

    public Task StopAsync() => RequestAsync(new StopRequest(by, Choose: true));

    /// <exception cref="RequestFailedException">It would come to nothing; the message says why.</exception>
    public async Task AskAsync(Func<string, RunRequest> ask)
    {
        RunRequest request = ask(by);
        if (RunDecisions.Refusal(run.History.Head, request) is { } refusal)
        {
            throw new RequestFailedException(PlainText.Visible(refusal));
        }

        await record(run.Store, run.Run, request, CancellationToken.None).ConfigureAwait(false);
    }

    public void Saw(RunEvent @event)
    {
        switch (@event)
        {
            case RunPaused paused:
                // Where somebody else had the run paused and this session let it take a step, it is that pause again.
                _holds |= paused.Breakpoint is not null && paused.By == by && !_watched.IsEmpty && !_steps && !_isPaused;
                // A pause of a run that is paused already is no end of a step that was asked for and has not begun.
                (_asksForPause, _steps) = (false, _steps && _isPaused);
                _isPaused = true;
                // Somebody else let it take a step, and it is this session's pause again.
                _holds |= _lent <= 1;
                _lent = null;
                break;
            case RunContinued:
                _isPaused = false;
                _lent = _holds && !_steps ? 0 : null;
                _holds &= _steps;
                break;
            case NodeStarted:
                _lent++;
                break;
            default:
                break;
        }
    }

    private Task RequestAsync(RunRequest request) => run.Store.RequestAsync(run.Run, request, CancellationToken.None);
}
