using System.Collections.Immutable;
using System.Globalization;
using AgentIde.Core.Runs;
using AgentIde.Core.Stepping;
using AgentIde.Core.Stepping.Stops;
using AgentIde.LanguageServer.Dap.Looking;
using AgentIde.LanguageServer.Dap.Protocol;
using AgentIde.LanguageServer.Dap.Stops;
using AgentIde.LanguageServer.Lsp;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Dap;

/// <summary>
/// A run under a cursor. The invariants: the cursor is at or before the head; moving back, and forward up to the head,
/// moves the cursor and nothing else; only at the head of a live run do step and continue let the run go on, by the
/// requests that everybody has. A stop that the run itself came to asks it to wait before its next node.
/// Done by one thread, one thing at a time; on its way it comes back every few milliseconds, so a pause is answered at once.
/// </summary>
internal sealed class Session(DebugRun run, StopTable stops, DapConnection connection, LiveControl live, Forks forks, Func<Task> stopped)
{
    private Goal? _goal;
    private long _examined;
    private bool _waits;
    private bool _stoodAtHead;
    private bool _cannotLook;
    private int _workers;
    private bool _terminating;

    public Cursor Cursor { get; private set; } = Cursor.At(1);

    /// <summary>The journal at the cursor.</summary>
    public Journal Journal { get; private set; } = run.History.At(1);

    /// <summary>What the session stopped at; empty where it was a step or a pause.</summary>
    public IReadOnlyList<StopRule> StoppedAt { get; private set; } = [];

    public bool IsRunning => _goal is not null;

    /// <summary>Whether it is on its way to somewhere that it comes to by itself: all but to whatever a live run is stopped at.</summary>
    public bool IsMoving => _goal is StepGoal or ReverseGoal || (_goal is not null && !run.GoesOn);

    /// <summary>Whether there is anything to do that nobody asked for.</summary>
    public bool HasWork => _goal is not null ? !_waits : !_cannotLook && !stops.IsKnown(run.History.Length);

    /// <summary>Where one is: <c>live</c>, <c>history 42/97</c>.</summary>
    public string Place => run.GoesOn && IsAtHead
        ? "live"
        : string.Create(CultureInfo.InvariantCulture, $"history {Cursor.Position}/{run.History.Length}");

    /// <summary>Whether nothing has happened since but that the run was held and let go.</summary>
    private bool IsAtHead
    {
        get
        {
            long last = run.History.Length;
            while (last > Cursor.Position && run.History[last].Event is RunPaused or RunContinued)
            {
                last--;
            }

            return last == Cursor.Position;
        }
    }

    /// <summary>Begins at a place: stopped, or on the way from there.</summary>
    /// <param name="hold">Whether a live run is to wait for the session too.</param>
    /// <param name="atHead">Whether the place was the head of a run that went on, when it was chosen: what the run came to since is no past.</param>
    /// <param name="node">The node to begin at, where one was named; one that has not begun is waited for.</param>
    public async Task BeginAsync(long position, bool stop, bool hold, bool atHead, int? node)
    {
        MoveTo(Cursor.At(Math.Min(position, run.History.Length)));
        if (node is { } coming && !run.History.Head.Has(coming) && run.GoesOn)
        {
            Go(stop ? new NodeGoal(coming) : new ContinueGoal());
        }
        else if (stop)
        {
            // What a live run comes to holds up nobody who looks at its past.
            if (hold && run.GoesOn && (IsAtHead || node == run.History.Head.Nodes.Count))
            {
                _stoodAtHead = true;
                await WatchAsync().ConfigureAwait(false);
                await live.PauseAsync().ConfigureAwait(false);
            }

            await StopAsync(Cursor, "entry", [], null).ConfigureAwait(false);
        }
        else
        {
            Go(new ContinueGoal());
            _stoodAtHead = atHead;
        }
    }

    public void Step(int worker, Stride stride) => Go(new StepGoal(Cursor, stride, NodeOf(worker)));

    /// <exception cref="RequestFailedException">No thread has the number.</exception>
    public void CheckThread(int thread)
    {
        if (thread < 1 || thread > run.History.Workers)
        {
            throw new RequestFailedException(string.Create(CultureInfo.InvariantCulture, $"There is no thread {thread}: there {(run.History.Workers == 1 ? "is thread 1 alone" : $"are threads 1 to {run.History.Workers}")}."));
        }
    }

    public async Task StepBackAsync(Stride stride)
    {
        _stoodAtHead = false;
        await live.WatchAsync([]).ConfigureAwait(false);
        await (Cursor.Position == 1
            ? StopAsync(Cursor, "step", [], "the beginning of the run")
            : StopAsync(Cursor.Back(run.History, stride), "step", [], null)).ConfigureAwait(false);
    }

    public void Continue() => Go(new ContinueGoal());

    public void Reverse() => Go(new ReverseGoal());

    /// <summary>Stops where the session is; a live run is asked to wait before its next node.</summary>
    public async Task PauseAsync()
    {
        if (_goal is null)
        {
            return;
        }

        if ((_waits || _stoodAtHead) && run.GoesOn)
        {
            await live.PauseAsync().ConfigureAwait(false);
            await SayAsync($"{run.Run} waits before its next node{UnderWay()}.{Offer()}").ConfigureAwait(false);
        }

        await StopAsync(_goal is ReverseGoal ? Cursor : Cursor.At(Math.Max(_examined, Cursor.Position)), "pause", [], null).ConfigureAwait(false);
    }

    /// <summary>Asks for a branch of a node and goes to where it begins, if a process works on the run.</summary>
    /// <exception cref="RequestFailedException">It would come to nothing.</exception>
    public async Task BranchAsync(BranchRequest branch, bool follow)
    {
        long before = run.History.Length;
        int node = branch.Node;
        if (forks.IsFor(branch))
        {
            RunId fork = await forks.AskAsync(branch with { By = live.By }, $"with a branch of node {node}").ConfigureAwait(false);
            if (follow)
            {
                await StopAsync(Cursor, "restart", [], $"it goes on in {fork}").ConfigureAwait(false);
            }

            return;
        }

        string more = RunDecisions.SaysWidened(run.History.Head, branch);
        await live.AskAsync(by => branch with { By = by }).ConfigureAwait(false);
        string with = branch switch
        {
            { Code: not null } => " with your program",
            { Plan: not null } => " by your plan",
            { Hint: not null } => " with the hint",
            _ => "",
        };
        await SayAsync($"{run.Run}: a branch of node {node}{with} comes next{more}{Later()}.").ConfigureAwait(false);
        if (follow && run.GoesOn)
        {
            await connection.TellAsync("continued", new ContinuedBody(ThreadOf(Cursor.Position), AllThreadsContinued: true)).ConfigureAwait(false);
            Go(new BranchGoal(node, before));
            // What had happened by then is no place to stop on the way.
            _examined = before;
        }
        else if (follow)
        {
            await StopAsync(Cursor, "restart", [], "the branch waits until the run goes on").ConfigureAwait(false);
        }
    }

    public async Task HintAsync(string text)
    {
        await live.AskAsync(by => new HintRequest(by, text)).ConfigureAwait(false);
        await SayAsync($"{run.Run}: the engineer is told from the next node on{Later()}.").ConfigureAwait(false);
    }

    public async Task LimitAsync(BudgetRequest limit)
    {
        if (forks.IsFor(limit))
        {
            await forks.AskAsync(limit with { By = live.By }, "with other limits").ConfigureAwait(false);
            return;
        }

        await live.AskAsync(by => limit with { By = by }).ConfigureAwait(false);
        string what = limit.Nodes is { } nodes ? Show.Count(nodes, "node") : string.Create(CultureInfo.InvariantCulture, $"{limit.Seconds:0.#} s");
        await SayAsync($"{run.Run}: at most {what} in all from now on{Later()}.").ConfigureAwait(false);
    }

    /// <summary>Gives up what workers are at.</summary>
    /// <exception cref="RequestFailedException">One of them is at nothing.</exception>
    public async Task AbandonAsync(IReadOnlyList<int> threads)
    {
        long head = run.History.Length;
        int[] nodes = [.. threads.Select(thread => run.History.NodeOf(thread - 1, head) is { } node && run.History.IsUnderWay(node)
            ? node : throw new RequestFailedException($"Worker {thread} is at nothing that could be given up."))];
        foreach (int node in nodes)
        {
            await live.AbandonAsync(node).ConfigureAwait(false);
            await SayAsync($"{run.Run}: what node {node} does is given up.").ConfigureAwait(false);
        }
    }

    /// <summary>The rules have changed: at the head the process is told, whether the session waits there or stands.</summary>
    public Task WatchAsync() => _waits || (_goal is null && _stoodAtHead) ? live.WatchAsync(Watched) : Task.CompletedTask;

    /// <summary>Ends the run with its best so far; the session ends with it.</summary>
    public async Task TerminateAsync()
    {
        if (run.GoesOn)
        {
            _terminating = true;
            await live.StopAsync().ConfigureAwait(false);
            await SayAsync($"{run.Run} ends with its best so far.").ConfigureAwait(false);
        }
        else
        {
            await connection.TellAsync("terminated").ConfigureAwait(false);
        }
    }

    /// <summary>New events of the run.</summary>
    public async Task TakeAsync(RunPage page)
    {
        long before = run.History.Length;
        run.Take(page);
        for (long seq = before + 1; seq <= run.History.Length; seq++)
        {
            live.Saw(run.History[seq].Event);
        }

        _waits = false;
        await TellOfWorkersAsync().ConfigureAwait(false);
        if (_terminating && !run.GoesOn)
        {
            _terminating = false;
            await connection.TellAsync("terminated").ConfigureAwait(false);
        }
    }

    /// <summary>The rules have changed.</summary>
    public void LookAgain() => _cannotLook = false;

    /// <summary>Goes on for some milliseconds, on the way or in looking ahead.</summary>
    public async Task WorkAsync(CancellationToken cancellationToken)
    {
        try
        {
            await (_goal switch
            {
                null => stops.LookAsync(run.History.Length, cancellationToken).AsTask(),
                ReverseGoal => BackAsync(cancellationToken),
                { } goal => ForwardAsync(goal, cancellationToken),
            }).ConfigureAwait(false);
        }
        catch (RunStoreException problem)
        {
            await SayAsync(problem.Message, "important").ConfigureAwait(false);
            await GiveUpAsync("the run can't be read").ConfigureAwait(false);
        }
    }

    /// <summary>Stops where the session is: what lies ahead can't be looked at before the rules change.</summary>
    public async Task GiveUpAsync(string why)
    {
        _cannotLook = true;
        if (_goal is not null)
        {
            await StopAsync(Cursor, "pause", [], why).ConfigureAwait(false);
        }
    }

    /// <summary>The thread of an event: that of its worker; the first for what is of the run.</summary>
    public int ThreadOf(long seq) => 1 + (run.History.StepAt(seq) is { IsOfNode: true, Node: { } node } ? run.History.WorkerOf(node) : 0);

    /// <summary>The node that a worker is at; null where it has none, and where the event of the run is its own.</summary>
    public int? NodeOf(int worker) => ThreadOf(Cursor.Position) == worker + 1 ? Cursor.Node(run.History) : run.History.NodeOf(worker, Cursor.Position);

    public Task SayAsync(string text, string category = "console") => connection.TellAsync("output", new OutputBody(category, text + "\n"));

    /// <summary>What the process holds the run at: whoever steps sees each node begin before anything is done about it.</summary>
    private ImmutableArray<StopSpec> Watched => _goal is StepGoal or NodeGoal ? [.. stops.Specs, new StopSpec(StopFilter.EachNode.Id)] : stops.Specs;

    private void Go(Goal goal)
    {
        _goal = goal;
        _examined = Cursor.Position;
        _waits = false;
        _stoodAtHead = false;
    }

    private async Task BackAsync(CancellationToken cancellationToken)
    {
        // What a live run comes to meanwhile holds up nobody who looks at its past.
        await live.WatchAsync([]).ConfigureAwait(false);
        if (await stops.LookAsync(Cursor.Position - 1, cancellationToken).ConfigureAwait(false))
        {
            long? hit = stops.Previous(Cursor.Position);
            await (hit is { } seq ? StopAtAsync(Cursor.At(seq)) : StopAsync(Cursor.At(1), "step", [], "the beginning of the run")).ConfigureAwait(false);
        }
    }

    private async Task ForwardAsync(Goal goal, CancellationToken cancellationToken)
    {
        long head = run.History.Length;
        Cursor? target = goal.Target(run.History, run.GoesOn);
        long to = target?.Position ?? head;
        if (!await stops.LookAsync(to, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        long? hit = stops.Next(_examined, to);
        await PrintAsync(_examined, hit ?? to).ConfigureAwait(false);
        if (hit is { } seq)
        {
            await StopAtAsync(goal is StepGoal { Origin: { } origin } ? origin.To(seq) : Cursor.At(seq)).ConfigureAwait(false);
        }
        else if (target is not null)
        {
            await StopAsync(target, goal is BranchGoal ? "restart" : goal is NodeGoal ? "entry" : "step", [], goal is BranchGoal { Node: var node } ? $"a branch of node {node}" : null).ConfigureAwait(false);
        }
        else if (run.GoesOn)
        {
            bool isFirst = !_stoodAtHead;
            _examined = Math.Max(_examined, head);
            _stoodAtHead = true;
            _waits = true;
            await live.WatchAsync(Watched).ConfigureAwait(false);
            await live.DriveAsync(goal, isFirst).ConfigureAwait(false);
        }
        else
        {
            await StopAsync(goal is StepGoal or BranchGoal ? Cursor : Cursor.At(head), "step", [], run.Liveness == Liveness.Interrupted ? "the run was interrupted here" : "the end of the run").ConfigureAwait(false);
        }
    }

    private async Task PrintAsync(long after, long to)
    {
        foreach (string line in stops.Lines(after, to))
        {
            await SayAsync(PlainText.VisibleLines(line, PlainText.MaximumMessage)).ConfigureAwait(false);
        }
    }

    /// <summary>At an event that rules stop at.</summary>
    private Task StopAtAsync(Cursor cursor)
    {
        StopRule[] rules = [.. stops.At(cursor.Position)];
        return StopAsync(cursor, rules.Any(rule => rule.IsFilter) ? "exception" : "breakpoint", rules, string.Join(", ", rules.Select(rule => rule.Name).Distinct()));
    }

    private async Task StopAsync(Cursor cursor, string reason, IReadOnlyList<StopRule> rules, string? why)
    {
        bool holds = _stoodAtHead && run.GoesOn && (rules.Count > 0 || reason is "restart" or "entry");
        _goal = null;
        MoveTo(cursor);
        StoppedAt = rules;
        if (holds)
        {
            await live.PauseAsync().ConfigureAwait(false);
        }

        RunStep step = run.History.StepAt(cursor.Position);
        RecordedEvent recorded = run.History[cursor.Position];
        await stopped().ConfigureAwait(false);
        await TellOfWorkersAsync().ConfigureAwait(false);
        await connection.TellAsync("stopped", new StoppedBody(
            reason,
            why is null ? Place : $"{Place}: {why}",
            ThreadOf(cursor.Position),
            StepWording.Name(Journal, step, recorded.Event),
            AllThreadsStopped: true,
            rules.Count == 0 ? null : [.. rules.Select(rule => rule.Id)])).ConfigureAwait(false);
        await connection.TellAsync("agentide/cursor", new CursorBody(run.Run.Value, cursor.Position, run.History.Length, run.GoesOn, step.Node)).ConfigureAwait(false);
    }

    private void MoveTo(Cursor cursor)
    {
        Cursor = cursor;
        Journal = cursor.Journal(run.History);
    }

    private async Task TellOfWorkersAsync()
    {
        for (; _workers < run.History.Workers; _workers++)
        {
            await connection.TellAsync("thread", new ThreadBody("started", _workers + 1)).ConfigureAwait(false);
        }
    }

    private string UnderWay()
    {
        Node[] underWay = [.. run.History.Head.UnderWay.Take(4)];
        return underWay.Length == 0 ? "" : $": {string.Join(" and ", underWay.Select(node => $"node {node.Id}"))} {(underWay.Length == 1 ? "is" : "are")} under way";
    }

    private string Offer() => run.History.Head.UnderWay.FirstOrDefault() is { } node
        ? $" Terminate its thread, or agentide abandon {run.Run} {node.Id}, gives up what it does."
        : "";

    private string Later() => run.GoesOn ? "" : $" once the run goes on: agentide run --resume {run.Run}";
}
