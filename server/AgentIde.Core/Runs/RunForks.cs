using System.Collections.Immutable;
using AgentIde.Core.Texts;

namespace AgentIde.Core.Runs;

/// <summary>
/// Goes on from a run that has finished, in a run of its own: the events of its search are copied, what came of its end is left out
/// (the choice, the refit, the private score), and the log of the finished one stays as it is, byte for byte. The new run is left for a process to go
/// on with, as one that was interrupted. Where it is cut short, what is there is a run that can be resumed.
/// </summary>
public static class RunForks
{
    public const int UsualNodes = 1;

    public const double UsualSeconds = 600;

    private const int PageLength = 500;

    private const int MostSaid = 3;

    /// <summary>Bytes of the blobs that go into the store at once, at most, but for one event's own.</summary>
    private const long LargestBatch = 32 << 20;

    /// <summary>Why nothing can go on from a run in this way, in one sentence; null where it can.</summary>
    public static string? Refusal(Journal journal) =>
        journal.Settings is not { } settings ? "The run never began: nothing can go on from it."
        : settings.Origin is { } origin ? origin.Refusal(settings.Run)
        : journal.Finished is null ? $"{settings.Run} has not finished: it goes on itself."
        : null;

    /// <summary>Why a branch of a finished run would come to nothing; null where a run that goes on from it can take it.</summary>
    public static string? Refusal(Journal journal, RunRequest request) => Refusal(journal) ?? RunDecisions.Refusal(journal.WithoutEnd(), request);

    /// <summary>Whether something that is asked of a run is asked of one that goes on from it.</summary>
    public static bool IsFor(Journal journal, RunRequest request) => request is BranchRequest or BudgetRequest && Refusal(journal) is null;

    /// <summary>What the run may spend that goes on from a finished one, so that this many nodes more can be tried beside what is still waited for.</summary>
    public static Budget Extended(Journal journal, int nodes, double seconds) => journal.Settings!.Budget with
    {
        Nodes = journal.Nodes.Count + journal.Asked.Count + nodes,
        Seconds = Math.Round(journal.Spent.TotalSeconds + seconds, 3),
    };

    /// <summary>The same as a person asks for it.</summary>
    public static Budget Extended(Journal journal, RunRequest request) => request is BudgetRequest asked
        ? journal.Settings!.Budget with
        {
            Nodes = asked.Nodes ?? Math.Max(journal.Settings.Budget.Nodes, journal.Nodes.Count + 1),
            Seconds = asked.Seconds ?? Extended(journal, UsualNodes, UsualSeconds).Seconds,
        }
        : Extended(journal, UsualNodes, UsualSeconds);

    /// <summary>What people had asked of a finished run and it never came to, which a run that goes on from it comes to first: a sentence for whoever makes one; null where there is nothing.</summary>
    public static string? Revived(Journal journal) => journal.Asked.IsEmpty ? null
        : $"What {journal.Settings!.Run} was asked for and never came to is done there first: {string.Join(", ", journal.Asked.Take(MostSaid).Select(asked => $"a branch of node {asked.Node}, by {PlainText.Visible(asked.By, 60)}"))}{(journal.Asked.Count > MostSaid ? $", and {journal.Asked.Count - MostSaid} more" : "")}";

    /// <summary>Makes a run that begins with what a finished one came to, and lets it go.</summary>
    /// <param name="origin">The finished run's journal.</param>
    /// <exception cref="RunStoreException">The finished run can't be read, or the new one not be written.</exception>
    /// <param name="request">What a person asks of it; recorded in the new run.</param>
    public static Task<RunId> MakeAsync(IRunStore store, Journal origin, Budget budget, RunRequest request, CancellationToken cancellationToken) =>
        MakeAsync(store, origin, budget, [request], null, cancellationToken);

    /// <param name="pull">The pull request that the new run goes on with; null where it is to have one of its own.</param>
    /// <exception cref="RunStoreException">The finished run can't be read, or the new one not be written.</exception>
    public static async Task<RunId> MakeAsync(IRunStore store, Journal origin, Budget budget, ImmutableArray<RunRequest> requests, KeptPullRequest? pull, CancellationToken cancellationToken)
    {
        RunId run = await CopyAsync(store, origin, budget, pull, cancellationToken);
        foreach (RunRequest request in requests.Where(request => request is not BudgetRequest))
        {
            await RunDecisions.RecordAsync(store, run, request, cancellationToken);
        }

        return run;
    }

    private static async Task<RunId> CopyAsync(IRunStore store, Journal origin, Budget budget, KeptPullRequest? pull, CancellationToken cancellationToken)
    {
        if (Refusal(origin) is { } refusal)
        {
            throw new RunStoreException(refusal);
        }

        RunId from = origin.Settings!.Run;
        await using OwnedRun owned = await store.CreateAsync(origin.Task!.Id, cancellationToken);
        RunFork fork = new(from, origin.Finished!.Journal, Seconds(origin), await ElapsedAsync(store, origin, cancellationToken), pull);
        RunSettings settings = origin.Settings with { Run = owned.Run, Budget = budget, Fork = fork };
        Journal journal = Journal.Empty.Apply(await owned.AppendAsync([new RunStarted(settings, origin.Task, origin.Sandbox)], [], cancellationToken));
        long read = 0;
        HashSet<Digest> known = [];
        while (true)
        {
            RunPage page = await store.ReadAsync(from, read, PageLength, cancellationToken);
            read += page.Events.Length;
            if (page.Events.IsEmpty)
            {
                return owned.Run;
            }

            List<RunEvent> events = [];
            List<Blob> blobs = [];
            foreach (RunEvent kept in page.Events.Select(recorded => Kept(recorded.Event, origin)).OfType<RunEvent>())
            {
                events.Add(kept);
                foreach (Digest digest in Digests(kept).Where(known.Add))
                {
                    blobs.Add(Blob.Of(await store.ReadBlobAsync(from, digest, cancellationToken)));
                }

                if (blobs.Sum(blob => (long)blob.Bytes.Length) > LargestBatch)
                {
                    await AppendAsync();
                }
            }

            await AppendAsync();

            async Task AppendAsync()
            {
                // Folded as it is written: what does not fit is found before the next is.
                journal = events.Count == 0 ? journal : journal.Apply(await owned.AppendAsync([.. events], [.. blobs], cancellationToken));
                events.Clear();
                blobs.Clear();
            }
        }
    }

    /// <summary>The time that had been taken at the first event, and at each that is copied after it.</summary>
    private static async Task<ImmutableArray<double>> ElapsedAsync(IRunStore store, Journal origin, CancellationToken cancellationToken)
    {
        ImmutableArray<double>.Builder elapsed = ImmutableArray.CreateBuilder<double>();
        Journal journal = Journal.Empty;
        while (true)
        {
            RunPage page = await store.ReadAsync(origin.Settings!.Run, journal.Seq, PageLength, cancellationToken);
            if (page.Events.IsEmpty)
            {
                return elapsed.ToImmutable();
            }

            foreach (RecordedEvent recorded in page.Events)
            {
                journal = journal.Apply(recorded);
                if (recorded.Event is RunStarted || Kept(recorded.Event, origin) is not null)
                {
                    elapsed.Add(Seconds(journal));
                }
            }
        }
    }

    /// <summary>Rounded up: no time is given back.</summary>
    private static double Seconds(Journal journal) => Math.Ceiling(journal.Spent.TotalMilliseconds) / 1000;

    /// <summary>An event as the new run has it; null where it is of the old one's own process or end.</summary>
    private static RunEvent? Kept(RunEvent @event, Journal origin) => @event switch
    {
        RunStarted or RunResumed or RunPaused or RunContinued or BudgetChanged or FinalistsNamed or FinalistTried or SolutionChosen or SecondHoldoutOpened or SolutionRefitted or RunFinished or PrivateScored or NodeAudited => null,
        ExecutionStarted { Purpose: not (ExecutionPurpose.Search or ExecutionPurpose.Fold) } or OutputWritten { Purpose: not (ExecutionPurpose.Search or ExecutionPurpose.Fold) } => null,
        ExecutionEnded { Purpose: not (ExecutionPurpose.Search or ExecutionPurpose.Fold) } or ExecutionAbandoned { Purpose: not (ExecutionPurpose.Search or ExecutionPurpose.Fold) } => null,
        // The day's ledger has it already, from the run that made it.
        CallReserved reserved => reserved with { Day = null },
        // Requests of the new run may be called as those of the old one were.
        HintGiven given => given with { Request = null },
        BranchAsked asked => asked with { Request = null },
        NodeRejected rejected => rejected with { Request = null },
        NodeRestored restored => restored with { Request = null },
        NodeApplied applied => applied with { Request = null },
        // What ended the old search must not end the new one before it begins.
        EngineerExhausted exhausted => Failed(origin[exhausted.Node], exhausted.Why),
        CallRefused refused => Failed(origin[refused.Node], refused.Why),
        _ => @event,
    };

    /// <summary>Null for a node that came to code after all, once the run had a larger budget.</summary>
    private static NodeFailed? Failed(Node node, string why) => node.Stage == NodeStage.Think ? new NodeFailed(node.Id, new Failure(FailureKind.NoAnswer, why, null, null)) : null;

    /// <summary>The blobs that an event names.</summary>
    private static IEnumerable<Digest> Digests(RunEvent @event) => ((Digest?[])(@event switch
    {
        CallReserved reserved => [reserved.Prompt],
        CallEnded ended => [ended.Answer, ended.Thinking],
        NodeProposed proposed => [proposed.Code],
        ExecutionEnded ended => [ended.Execution.Output, ended.Execution.Submission],
        NodeApplied applied => [applied.Code, applied.Before],
        BranchAsked asked => [asked.Code],
        _ => [],
    })).OfType<Digest>();
}
