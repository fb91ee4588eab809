using System.Collections.Immutable;
using System.Text;
using AgentIde.Core.Engineering;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Core.Runs;

/// <summary>
/// An owned run with its journal: the one place where events are appended and folded, requests taken, and code
/// executed. Nothing acts on an event before <see cref="AppendAsync"/> returned. Several nodes may be worked on at once;
/// their events are appended one after the other, in the order in which the journal folds them.
/// </summary>
internal sealed class LiveRun(OwnedRun run, IRunStore store, RunParts parts, TimeProvider clock, Journal journal) : IDisposable
{
    private static readonly TimeSpan InboxInterval = TimeSpan.FromMilliseconds(50);

    private readonly ProgramBuilder _builder = new(parts.Sandbox, parts.Language, Path.Combine(parts.SplitFolder, "search"));
    private readonly SemaphoreSlim _appending = new(1, 1);
    private readonly SemaphoreSlim _handling = new(1, 1);
    private readonly ModelBudget _models = new(run, clock);
    private readonly Watches _watches = new(store, run.Run, clock);
    private readonly Holds _holds = new(clock);
    private CancellationTokenSource _stopping = new();
    private volatile Journal _journal = journal;

    // A person lets the run go until it has that many nodes. It dies with the process, as a pause does.
    private (int Nodes, string By)? _step;

    public Journal Journal => _journal;

    public RunParts Parts { get; } = parts;

    public int Epoch => run.Epoch;

    public RunSettings Settings => Journal.Settings!;

    /// <summary>The last request to stop that nobody has answered yet.</summary>
    public StopRequest? Stop { get; private set; }

    /// <summary>No node is to be started any more before somebody lets the run go on.</summary>
    public bool HasStepped => _step is { } step && Journal.Nodes.Count >= step.Nodes;

    /// <summary>Somebody wants the process to leave at once; the run can be resumed.</summary>
    public bool Leaving => Stop is { Choose: false };

    public double SecondsLeft => Settings.Budget.Seconds - Journal.Spent.TotalSeconds;

    public void AnswerStop()
    {
        if (Stop is not null)
        {
            Stop = null;
            _stopping.Dispose();
            _stopping = new CancellationTokenSource();
        }
    }

    public Task AppendAsync(ImmutableArray<RunEvent> events, ImmutableArray<Blob> blobs, CancellationToken cancellationToken) =>
        AppendAsync(_ => Task.FromResult((events, blobs)), cancellationToken);

    /// <summary>Appends what <paramref name="decide"/> makes of the journal: nothing comes in between. What it throws, this throws, and nothing is appended.</summary>
    public async Task AppendAsync(Func<Journal, Task<(ImmutableArray<RunEvent> Events, ImmutableArray<Blob> Blobs)>> decide, CancellationToken cancellationToken)
    {
        await _appending.WaitAsync(cancellationToken);
        try
        {
            (ImmutableArray<RunEvent> events, ImmutableArray<Blob> blobs) = await decide(_journal);
            if (events.FirstOrDefault(next => !_journal.MayFollow(next)) is { } late)
            {
                // Before it is durable: a log that goes on after its end could never be read again.
                throw new InvalidOperationException($"{run.Run} has finished: {late.GetType().Name} can't follow.");
            }

            ImmutableArray<RecordedEvent> appended = await run.AppendAsync(events, blobs, cancellationToken);
            _journal = _journal.Apply(appended);
            if (_watches.IsAny && await _watches.TakeAsync(appended, cancellationToken) is { } met && _journal is { IsSearched: false })
            {
                // Before anything else can be appended: nothing acts on an event that somebody wants to look at first.
                bool isLent = _journal.IsPaused || _step is not null;
                bool isStepped = met.Node is { } held && _holds.EndStep(held) is not null;
                _step = isStepped ? null : _step;
                appended = await run.AppendAsync([new RunPaused(met.By, met.Node, met.Names)], [], cancellationToken);
                _journal = _journal.Apply(appended);
                await _watches.TakeAsync(appended, cancellationToken);
                if (!isLent && !isStepped)
                {
                    _holds.HoldFor(met.Session, met.By);
                }
            }
        }
        finally
        {
            _appending.Release();
        }
    }

    public Task AppendAsync(RunEvent @event, CancellationToken cancellationToken) => AppendAsync([@event], [], cancellationToken);

    /// <summary>What a node may spend on models.</summary>
    public Purse PurseOf(int node) => _models.PurseOf(this, node);

    /// <summary>Tells the day's ledger again what the calls of today came to, as far as a death kept it from being told.</summary>
    public Task SettleDayAsync(CancellationToken cancellationToken) => _models.SettleDayAsync(Journal, cancellationToken);

    public Task<ReadOnlyMemory<byte>> ReadBlobAsync(Digest digest, CancellationToken cancellationToken) =>
        store.ReadBlobAsync(run.Run, digest, cancellationToken);

    public async Task<string> ReadTextAsync(Digest digest, CancellationToken cancellationToken) =>
        Encoding.UTF8.GetString((await ReadBlobAsync(digest, cancellationToken)).Span);

    /// <summary>What is executed of a node's code, or why nothing can be; null where somebody stopped it or gave it up.</summary>
    public async Task<Built?> BuildAsync(Node node, CancellationToken cancellationToken)
    {
        using Abandonment abandonment = _holds.Begin(node.Id);
        using CancellationTokenSource interruption = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token, abandonment.Token);
        try
        {
            return await _builder.BuildAsync(node.Code!.Value, await ReadBlobAsync(node.Code!.Value, cancellationToken), interruption.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>
    /// Executes a node's code within <paramref name="limits"/>, taking requests meanwhile. The events that
    /// <paramref name="consequence"/> draws from the result are durable together with its end.
    /// </summary>
    /// <returns>False where the execution was abandoned, by a stop or by cancellation; its event says so.</returns>
    public async Task<bool> ExecuteAsync(
        Node node, ReadOnlyMemory<byte> program, ExecutionPurpose purpose, int attempt, ExecutionLimits limits, Func<ExecutionResult, ImmutableArray<RunEvent>> consequence, CancellationToken cancellationToken, int? fold = null)
    {
        await AppendAsync(new ExecutionStarted(node.Id, attempt, purpose, ExecutionBounds.Of(limits), fold), cancellationToken);
        using Abandonment abandonment = _holds.Begin(node.Id);
        using CancellationTokenSource interruption = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token, abandonment.Token);
        ExecutionSpec spec = Execution.Spec($"{run.Run}-node-{node.Id}-{purpose}{fold}-{attempt}".ToLowerInvariant(), Settings.Language, program, purpose, Parts.SplitFolder, Parts.SubmissionBytes, limits, fold);
        LiveOutput output = new(clock);
        Task<ExecutionResult> executing = Parts.Sandbox.ExecuteAsync(spec, output.Write, interruption.Token);
        while (!executing.IsCompleted)
        {
            await Task.WhenAny(executing, Task.Delay(InboxInterval, clock, CancellationToken.None));
            await HandleRequestsAsync(CancellationToken.None);
            if (!executing.IsCompleted && output.Take() is { } text)
            {
                await AppendAsync(new OutputWritten(node.Id, attempt, purpose, text, fold), CancellationToken.None);
            }
        }

        ExecutionResult result = await executing;
        // One that nobody here asked for is an end like others.
        if (result.Ending == Ending.Cancelled && interruption.IsCancellationRequested)
        {
            string? by = purpose == ExecutionPurpose.Search && Stop is null && !cancellationToken.IsCancellationRequested ? abandonment.By : null;
            string why = by is not null ? $"given up by {by}" : Stop is { } stop ? $"stopped by {stop.By}" : "the run was interrupted";
            await AppendAsync(
                [new ExecutionAbandoned(node.Id, attempt, purpose, why, fold), .. by is null ? Array.Empty<RunEvent>() : [new NodeFailed(node.Id, new Failure(FailureKind.Abandoned, why, null, null))]], [], CancellationToken.None);
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }

        (ExecutionRecord record, ImmutableArray<Blob> blobs) = Execution.Record(result);
        await AppendAsync(_ => Task.FromResult<(ImmutableArray<RunEvent>, ImmutableArray<Blob>)>(([new ExecutionEnded(node.Id, attempt, purpose, record, fold), .. consequence(result)], blobs)), cancellationToken);
        return true;
    }

    public Task<Proposal?> ProposeAsync(Assignment assignment, TimeSpan longest, CancellationToken cancellationToken) =>
        AskAsync(assignment.Node, token => Parts.Engineer.ProposeAsync(assignment, token), longest, cancellationToken);

    /// <summary>Waits for what is asked for a node and may take long, taking requests and telling what models say meanwhile. A stop interrupts it, and so does the end of its time.</summary>
    public async Task<T> AskAsync<T>(int node, Func<CancellationToken, Task<T>> ask, TimeSpan longest, CancellationToken cancellationToken)
    {
        using CancellationTokenSource time = new(longest, clock);
        using Abandonment abandonment = _holds.Begin(node);
        using CancellationTokenSource interruption = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token, time.Token, abandonment.Token);
        Task<T> asking = ask(interruption.Token);
        while (!asking.IsCompleted)
        {
            await Task.WhenAny(asking, Task.Delay(InboxInterval, clock, CancellationToken.None));
            await HandleRequestsAsync(CancellationToken.None);
            await _models.TellAsync(this, node);
        }

        return await asking;
    }

    /// <summary>
    /// What was asked of the owner before this one and not answered: what records something is recorded, but nobody
    /// who stopped or paused a process that died meant the one that goes on. What came since the run was taken is not of it.
    /// </summary>
    public async Task DropStaleRequestsAsync(CancellationToken cancellationToken)
    {
        ImmutableArray<WaitingRequest> waiting = [.. (await run.ReadRequestsAsync(cancellationToken)).Where(request => run.WaitedWhenTaken?.Contains(request.Name) ?? true)];
        foreach (WaitingRequest request in waiting)
        {
            await RecordAsync(request, cancellationToken);
        }

        await run.RemoveRequestsAsync(waiting, cancellationToken);
    }

    /// <summary>Answers what waits. What was read is answered, whether or not it is cancelled meanwhile.</summary>
    public async Task HandleRequestsAsync(CancellationToken cancellationToken)
    {
        // Whoever finds another at it has nothing to do: the other takes what there is.
        if (!await _handling.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
            return;
        }

        try
        {
            await AnswerRequestsAsync(cancellationToken);
            await LetGoAsync();
        }
        finally
        {
            _handling.Release();
        }
    }

    private async Task AnswerRequestsAsync(CancellationToken cancellationToken)
    {
        foreach (WaitingRequest waiting in await run.ReadRequestsAsync(cancellationToken))
        {
            switch (waiting.Request)
            {
                case StopRequest stop:
                    Stop = stop;
                    await _stopping.CancelAsync();
                    break;
                case WatchRequest watch:
                    await WatchAsync(watch);
                    _holds.Renew(watch.Session);
                    break;
                case AbandonRequest abandon when Journal.Has(abandon.Node) && !Journal[abandon.Node].IsDone:
                    await _holds.AbandonAsync(abandon.Node, abandon.By);
                    break;
                case StepRequest { Node: { } held } alone when Journal.Held.Contains(held):
                    _step = (Journal.Nodes.Count, alone.By);
                    _holds.BeginStep(held, alone.By);
                    await AppendAsync(new RunContinued(alone.By, held), CancellationToken.None);
                    break;
                case StepRequest { Node: null } further when _step is { } step:
                    _step = (step.Nodes + 1, further.By);
                    break;
                case PauseRequest or StepRequest { Node: null } when !Journal.IsPaused:
                    _step = null;
                    await AppendAsync(new RunPaused(waiting.Request.By), CancellationToken.None);
                    HoldFor(waiting.Request);
                    break;
                case PauseRequest { Session: null }:
                    // It waits already, for a debugger perhaps: now a person wants it so.
                    _holds.EndHold();
                    break;
                case StepRequest { Node: null } first:
                    _holds.EndSteps();
                    _step = (Journal.Nodes.Count + 1, first.By);
                    await AppendAsync(new RunContinued(first.By), CancellationToken.None);
                    break;
                case ContinueRequest:
                    _step = null;
                    _holds.EndSteps();
                    _holds.EndHold();
                    if (Journal.IsPaused || !Journal.Held.IsEmpty)
                    {
                        await AppendAsync(new RunContinued(waiting.Request.By), CancellationToken.None);
                    }

                    break;
                default:
                    await RecordAsync(waiting, CancellationToken.None);
                    break;
            }

            await run.RemoveRequestsAsync([waiting], CancellationToken.None);
        }
    }

    private void HoldFor(RunRequest request)
    {
        if (request is PauseRequest { Session: { } session })
        {
            _holds.HoldFor(session, request.By);
        }
        else
        {
            _holds.EndHold();
        }
    }

    /// <summary>Goes on where the run waits for a debugger that is gone.</summary>
    private async Task LetGoAsync()
    {
        if (_holds.TakeGone() is not { } gone)
        {
            return;
        }

        _step = null;
        _holds.EndSteps();
        if (Journal.Finished is null && (Journal.IsPaused || !Journal.Held.IsEmpty))
        {
            await AppendAsync(new RunContinued($"the run itself: {gone} is gone"), CancellationToken.None);
        }
    }

    /// <summary>Who has given up what is under way in a node; null where nobody has.</summary>
    public string? AbandonedBy(int node) => _holds.AbandonedBy(node);

    /// <summary>Waits while a debugger holds the node before its next step; a stop ends that, and so does giving it up.</summary>
    public async Task WaitWhileHeldAsync(int node, CancellationToken cancellationToken)
    {
        while (Journal.Held.Contains(node) && Stop is null && AbandonedBy(node) is null)
        {
            await Task.Delay(InboxInterval, clock, cancellationToken);
            await HandleRequestsAsync(cancellationToken);
        }
    }

    /// <summary>Holds a node again that was let go for one step, and has taken it.</summary>
    public async Task EndNodeStepAsync(int node, CancellationToken cancellationToken)
    {
        if (_holds.EndStep(node) is { } by)
        {
            _step = null;
            await AppendAsync(new RunPaused(by, Journal[node].IsDone ? null : node), cancellationToken);
        }
    }

    private async Task WatchAsync(WatchRequest watch)
    {
        await _appending.WaitAsync(CancellationToken.None);
        try
        {
            await _watches.SetAsync(watch, Journal.Seq, CancellationToken.None);
        }
        finally
        {
            _appending.Release();
        }
    }

    /// <summary>Pauses a run whose step is taken.</summary>
    public async Task EndStepAsync(CancellationToken cancellationToken)
    {
        (int _, string by) = _step!.Value;
        _step = null;
        await AppendAsync(new RunPaused(by), cancellationToken);
    }

    private Task RecordAsync(WaitingRequest waiting, CancellationToken cancellationToken) => AppendAsync(
        journal => Task.FromResult<(ImmutableArray<RunEvent>, ImmutableArray<Blob>)>(RunDecisions.Meaning(journal, waiting) is { IsEmpty: false } meaning ? (meaning, RunDecisions.Blobs(waiting)) : ([], [])),
        cancellationToken);

    public async Task WaitWhilePausedAsync(CancellationToken cancellationToken)
    {
        while (Journal.IsPaused && Stop is null)
        {
            await Task.Delay(InboxInterval, clock, cancellationToken);
            await HandleRequestsAsync(cancellationToken);
        }
    }

    public void Dispose()
    {
        _appending.Dispose();
        _handling.Dispose();
        _stopping.Dispose();
    }
}
