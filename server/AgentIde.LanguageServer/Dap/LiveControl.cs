using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Lsp;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Dap;

/// <summary>
/// What a session asks of the process of a live run. It keeps in mind what was asked and not seen yet, so that a person
/// who presses a key three times does not let the run take three steps more than are seen.
/// </summary>
internal sealed class LiveControl(DebugRun run, string by, Func<IRunStore, RunId, RunRequest, CancellationToken, Task> record)
{
    /// <summary>In whose name it asks.</summary>
    public string By => by;

    private bool _asksForPause;
    private bool _steps;
    private bool _holds;

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
            case StepGoal when head.IsPaused && !_steps && !run.History.HasWork:
            case BranchGoal when head.IsPaused && !_steps:
                // Whoever had it paused still has: only a pause of this session's is taken back by leaving.
                _steps = true;
                return RequestAsync(new StepRequest(by));
            default:
                return Task.CompletedTask;
        }
    }

    /// <summary>Asks the run to wait before its next node, unless it does or will.</summary>
    public Task PauseAsync()
    {
        if (run.History.Head.IsPaused || _asksForPause || _steps)
        {
            return Task.CompletedTask;
        }

        (_asksForPause, _holds) = (true, true);
        return RequestAsync(new PauseRequest(by));
    }

    /// <summary>Lets a run go on that waits because of this session: whoever leaves leaves it as it was.</summary>
    public Task ReleaseAsync()
    {
        if (!_holds || !run.GoesOn)
        {
            return Task.CompletedTask;
        }

        _holds = false;
        return RequestAsync(new ContinueRequest(by));
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
            case RunPaused:
                (_asksForPause, _steps) = (false, false);
                break;
            case RunContinued when !_steps:
                _holds = false;
                break;
            default:
                break;
        }
    }

    private Task RequestAsync(RunRequest request) => run.Store.RequestAsync(run.Run, request, CancellationToken.None);
}
