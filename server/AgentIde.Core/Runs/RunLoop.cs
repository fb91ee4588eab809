using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using AgentIde.Core.Engineering;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Sandboxes;
using AgentIde.Core.Search;

namespace AgentIde.Core.Runs;

/// <summary>
/// Runs one run to its end. What to do next follows from the journal alone, so a run that was killed at any moment and
/// a run that never was go the same way: a resumed loop folds the log and goes on. Every event is durable before the
/// loop acts on it. Cancellation kills the execution under way and leaves the run to be resumed.
/// </summary>
public sealed class RunLoop(OwnedRun run, IRunStore store, RunParts parts, TimeProvider clock, Journal journal) : IDisposable
{
    /// <summary>What an execution is given while there is that much: any less is too little to import a library.</summary>
    private const double LeastSeconds = 20;

    private readonly LiveRun _live = new(run, store, parts, clock, journal);

    // An engineer that is asked alone sees what was proposed before, also for nodes that are under way.
    private readonly SemaphoreSlim _alone = new(1, 1);

    private volatile EngineerException? _stuck;

    private Journal Journal => _live.Journal;

    /// <summary>Makes the run's first event durable, or says that it goes on after a stop or a death, with another budget where one is given.</summary>
    public async Task BeginAsync(RunStarted started, CancellationToken cancellationToken)
    {
        if (Journal.Settings is null)
        {
            await _live.AppendAsync(started, cancellationToken);
        }
        else if (Journal.Finished is null)
        {
            const string died = "the process that ran it died";
            Budget? budget = started.Settings.Budget == Journal.Settings.Budget ? null : started.Settings.Budget;
            ImmutableArray<RunEvent> abandoned =
            [
                .. Journal.OpenExecutions.Select(open => new ExecutionAbandoned(open.Node, open.Attempt, open.Purpose, died, open.Fold)),
                .. Journal.Nodes.SelectMany(node => node.Calls.Where(call => call.IsOpen).Select(call =>
                    new CallEnded(node.Id, call.Number, null, null, CallProblem.Lost, died, call.Maximum, call.MaximumDollars, 0))),
            ];
            await _live.AppendAsync([new RunResumed($"a new process goes on with it, number {_live.Epoch} of this run", started.Preparation, budget, started.Sandbox), .. abandoned], [], cancellationToken);
            await _live.SettleDayAsync(cancellationToken);
            await _live.DropStaleRequestsAsync(cancellationToken);
        }
    }

    /// <summary>Runs to the end; <see cref="BeginAsync"/> comes first.</summary>
    /// <returns>The journal; without <see cref="Journal.Finished"/> where the run was left to be resumed.</returns>
    /// <exception cref="EngineerException">The engineer can't go on; the run is left to be resumed.</exception>
    public async Task<Journal> RunAsync(CancellationToken cancellationToken)
    {
        await PrepareAsync(cancellationToken);
        if (!Journal.IsSearched)
        {
            await SearchAsync(cancellationToken);
        }

        if (_stuck is not null && _live.Stop is null)
        {
            ExceptionDispatchInfo.Throw(_stuck);
        }

        if (!_live.Leaving && EndOfSearch() is { } ending)
        {
            await new Finale(_live).RunAsync(ending, cancellationToken);
        }

        return Journal;
    }

    public void Dispose()
    {
        _live.Dispose();
        _alone.Dispose();
    }

    /// <summary>Keeps as many nodes under way as the run may have at once, until the search ends or is left.</summary>
    private async Task SearchAsync(CancellationToken cancellationToken)
    {
        Dictionary<int, Task> underWay = [];
        using CancellationTokenSource giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            while (true)
            {
                foreach (Node node in Journal.UnderWay.Where(GoesOn).Concat(Unreviewed).Concat(Unfolded).Where(node => !underWay.ContainsKey(node.Id)).Take(_live.Settings.Workers - underWay.Count))
                {
                    underWay.Add(node.Id, WorkOnAsync(node.Id, giveUp.Token));
                }

                if (underWay.Count < _live.Settings.Workers && MayStart())
                {
                    await StartNodeAsync(cancellationToken);
                }
                else if (underWay.Count > 0)
                {
                    Task ended = await Task.WhenAny(underWay.Values);
                    underWay.Remove(underWay.First(work => work.Value == ended).Key);
                    await ended;
                }
                else if (_live.HasStepped && _live.Stop is null && _stuck is null && EndOfSearch() is null)
                {
                    await _live.EndStepAsync(cancellationToken);
                }
                else if (Journal.IsPaused && _live.Stop is null)
                {
                    await _live.WaitWhilePausedAsync(cancellationToken);
                }
                else
                {
                    return;
                }
            }
        }
        finally
        {
            // Where one broke, the others must not go on with a run that is let go.
            await giveUp.CancelAsync();
            await Task.WhenAll(underWay.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private bool MayStart() =>
        !_live.Leaving && _live.Stop is null && !Journal.IsPaused && !_live.HasStepped && (MayAsk || (_stuck is null && (!Journal.Samples.IsEmpty || Written is not null)))
        && Journal.Nodes.Count < _live.Settings.Budget.Nodes && HasTime;

    /// <summary>The next branch whose program a person wrote, for which no engineer is needed.</summary>
    private AskedBranch? Written => Journal.Asked.Find(branch => branch.Code is not null);

    private bool MayAsk => Journal is { Exhausted: null, Refused: null } && _stuck is null;

    /// <summary>Whether anything is to be done for the node now. What was executed is graded whatever the time.</summary>
    private bool GoesOn(Node node) =>
        !_live.Leaving && _live.Stop is null && node.Stage switch
        {
            NodeStage.Done => false,
            NodeStage.Score => true,
            NodeStage.Think => (MayAsk || node.SampleOf is not null || node.Author is not null) && HasTime,
            _ => SecondsForSearch() >= LeastTime.Shortest,
        };

    /// <summary>Scored nodes that are to be reviewed now.</summary>
    private IEnumerable<Node> Unreviewed =>
        parts.Reviewer is not null && !Journal.IsSearched && !_live.Leaving && _live.Stop is null && SecondsForSearch() >= LeastTime.Shortest ? Journal.Unreviewed : [];

    /// <summary>Scored nodes that lead and are to be executed on the other folds now. The last of them are when nothing else is left to do.</summary>
    private IEnumerable<Node> Unfolded =>
        parts.Folds is null || Journal.IsSearched || _live.Leaving || _live.Stop is not null || _stuck is not null
            ? []
            : FoldChoice.Now(Journal, EndOfSearch() is not null, _live.SecondsLeft).Where(node => !Journal.IsPaused || node.Folds is not null);

    private async Task WorkOnAsync(int id, CancellationToken cancellationToken)
    {
        // Whoever has just scored a node leaves its folds to the search, which takes the leader first.
        bool wasDone = Journal[id].IsDone;
        while (await ReadyAsync(id, cancellationToken) is { } node)
        {
            await (node switch
            {
                { Stage: NodeStage.Think } => ProposeAsync(node, cancellationToken),
                { Stage: NodeStage.Execute, SameAs: { } same } => RepeatAsync(node, same, cancellationToken),
                { Stage: NodeStage.Execute } => ExecuteAsync(node, cancellationToken),
                _ => new ScoreTurn(_live).TakeAsync(node, cancellationToken),
            });
            await _live.HandleRequestsAsync(cancellationToken);
            await _live.EndNodeStepAsync(id, cancellationToken);
        }

        if (parts.Reviewer is not null && Unreviewed.Any(node => node.Id == id))
        {
            await _live.WaitWhileHeldAsync(id, cancellationToken);
        }

        if (parts.Reviewer is { } reviewer && Unreviewed.FirstOrDefault(node => node.Id == id) is { } unreviewed)
        {
            await new ReviewTurn(_live, reviewer).TakeAsync(unreviewed, TimeSpan.FromSeconds(SecondsForSearch()), cancellationToken);
        }

        if (wasDone && parts.Folds is { } folds && Unfolded.Any(node => node.Id == id))
        {
            await new FoldTurn(_live, folds).TakeAsync(id, cancellationToken);
        }
    }

    /// <summary>The node once its next step may be taken: while a debugger holds it, not yet. Null where there is none.</summary>
    private async Task<Node?> ReadyAsync(int id, CancellationToken cancellationToken)
    {
        if (GoesOn(Journal[id]))
        {
            await _live.WaitWhileHeldAsync(id, cancellationToken);
        }

        if (_live.AbandonedBy(id) is { } by && !Journal[id].IsDone)
        {
            await _live.AppendAsync(new NodeFailed(id, new Failure(FailureKind.Abandoned, $"given up by {by}", null, null)), cancellationToken);
        }

        return Journal[id] is var node && GoesOn(node) ? node : null;
    }

    private RunEnding? EndOfSearch() =>
        Journal.Finished?.Ending ?? Journal.Choice?.Ending ?? Journal.FinalRound?.Ending ?? (
            _live.Stop is { Choose: true } ? RunEnding.Stopped
            : Journal.Refused is not null ? RunEnding.BudgetSpent
            : Journal.Exhausted is not null ? Journal.IsOutOfTime ? RunEnding.TimeSpent : RunEnding.EngineerExhausted
            : Journal.Nodes.Count >= _live.Settings.Budget.Nodes && !Journal.UnderWay.Any() ? RunEnding.NodesSpent
            : !HasTime ? RunEnding.TimeSpent
            : null);

    /// <summary>Of the time budget, what is left once the refit of the best node so far is paid for, and the fresh split, or the folds, for those that it does not clearly lead.</summary>
    private double SecondsForSearch() => _live.SecondsLeft - FreshChoice.SecondsAfterSearch(Journal);

    /// <summary>Whether another node may be begun.</summary>
    private bool HasTime => SecondsForSearch() >= LeastTime.Of(Journal);

    /// <summary>
    /// An execution may take half of the time that is left, so that one that hangs does not end the search; and half as long again as
    /// the longest that came to a score, so that it can be gone on from.
    /// </summary>
    private ExecutionLimits LimitsNow()
    {
        double left = SecondsForSearch(), longest = Journal.Nodes.Where(node => node.IsValid).Max(node => node.Execution?.Seconds) ?? 0;
        double seconds = Math.Max(left / 2, Math.Min(left, Math.Max(LeastSeconds, 1.5 * longest)));
        return parts.Limits with { Time = TimeSpan.FromSeconds(Math.Clamp(seconds, LeastTime.Shortest, parts.Limits.Time.TotalSeconds)) };
    }

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        SplitFacts split = await parts.Holdout.PrepareAsync(parts.SplitFolder, cancellationToken);
        if (Journal.Split is null)
        {
            await _live.AppendAsync(new HoldoutMade(split), cancellationToken);
        }
        else if (Journal.Split.Files != split.Files)
        {
            throw new RunStoreException($"The files of task {Journal.Task!.Id} are not those that this run began with: bring them back, or start a new run.");
        }

        if (Journal.Profile is null)
        {
            DataProfile profile = await parts.Profile(cancellationToken);
            await _live.AppendAsync(new DataProfiled(profile, parts.Engineer.Observe(Journal.Task!, profile)), cancellationToken);
        }
    }

    /// <summary>What is chosen follows from all that stands before it in the log: nothing that another node comes to gets in between.</summary>
    private Task StartNodeAsync(CancellationToken cancellationToken) =>
        _live.AppendAsync(known => Task.FromResult((ImmutableArray.Create<RunEvent>(NextNode(known)), ImmutableArray<Blob>.Empty)), cancellationToken);

    private NodeStarted NextNode(Journal known)
    {
        int node = known.Nodes.Count + 1;
        if ((MayAsk ? known.Asked.FirstOrDefault() : Written) is { } branch)
        {
            int from = branch.Comment is null ? branch.Node : ReviewComment.ParentOf(known, branch.Node);
            Operator @operator = known[from].IsValid ? Operator.Improve : Operator.Debug;
            string with = branch switch
            {
                { Code: not null } => " with a program of their own",
                { Plan: not null } => " by a plan of their own",
                { Hint: not null } => " with a hint",
                _ => "",
            };
            string why = branch.Comment is null ? $"{branch.By} asked to go on from node {from}{with}." : $"A comment of the pull request asks for it, of node {branch.Node}.";
            return new NodeStarted(node, @operator, [from], why, [], Asked: branch.Number);
        }

        if (known.Samples is [var sample, ..])
        {
            Node asked = known[sample.Node];
            return new NodeStarted(node, asked.Operator, asked.Parents, $"Another answer to the prompt of node {sample.Node}.", [], sample);
        }

        Draws draws = new(_live.Settings.Seed, node, "policy");
        Decision decision = parts.Choose(known, draws);
        return new NodeStarted(node, decision.Operator, decision.Parents, decision.Why, draws.Drawn);
    }

    private async Task ProposeAsync(Node node, CancellationToken cancellationToken)
    {
        bool alone = parts.Engineer.IsAskedAlone && node.Author is null;
        if (alone)
        {
            await _alone.WaitAsync(cancellationToken);
        }

        try
        {
            await new EngineerTurn(_live).TakeAsync(node, LimitsNow(), TimeSpan.FromSeconds(SecondsForSearch()), cancellationToken);
        }
        catch (EngineerException error)
        {
            // Others may be executed: their results are not to be lost to a key that is wrong.
            _stuck ??= error;
        }
        finally
        {
            if (alone)
            {
                _alone.Release();
            }
        }
    }

    /// <summary>What came of the same code comes of this node, also on the folds; what is yet to come of it there, whoever executes it there says.</summary>
    private Task RepeatAsync(Node node, int same, CancellationToken cancellationToken) => _live.AppendAsync(
        journal => Task.FromResult<(ImmutableArray<RunEvent>, ImmutableArray<Blob>)>((journal[same] switch
        {
            { Score: not { } } failed => [new NodeFailed(node.Id, failed.Failure!)],
            { Score: { } score, Folds.Result: { } folded } => [new NodeScored(node.Id, score), folded with { Node = node.Id }],
            { Score: { } score, Folds.Failed: { } failed } => [new NodeScored(node.Id, score), failed with { Node = node.Id }],
            { Score: { } score } => [new NodeScored(node.Id, score)],
        }, [])),
        cancellationToken);

    private async Task ExecuteAsync(Node node, CancellationToken cancellationToken)
    {
        Built? built = await _live.BuildAsync(node, cancellationToken);
        if (built?.Failure is { } error)
        {
            await _live.AppendAsync(new NodeFailed(node.Id, error), cancellationToken);
        }

        if (built?.Program is not { } program)
        {
            return;
        }

        ExecutionLimits limits = LimitsNow();
        ImmutableArray<RunEvent> Consequence(ExecutionResult result) =>
            FailureReading.Of(result, limits) is { } failure ? [new NodeFailed(node.Id, failure)] : [];
        await _live.ExecuteAsync(node, program, ExecutionPurpose.Search, node.Attempts + 1, limits, Consequence, cancellationToken);
    }
}
