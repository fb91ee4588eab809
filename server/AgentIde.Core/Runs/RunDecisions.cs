using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace AgentIde.Core.Runs;

/// <summary>
/// What a person decides about a run, whether anybody owns it or not. A decision is first left as a request, so that
/// it can't be lost; the owner of the run takes it, and where there is none, whoever left it takes the run for a
/// moment. Leaving comes before looking for an owner, and an owner lets go before it looks for requests a last time
/// (<see cref="SettleAsync"/>): so at least one of the two sees the other.
/// </summary>
public static class RunDecisions
{
    /// <summary>In bytes. A byte may come to six in a request, of which a store takes a mebibyte.</summary>
    private const int LargestProgram = 160 << 10;

    private const int MostNodes = 100_000;

    private const double MostSeconds = 1e7;

    private const int PageLength = 10_000;

    /// <summary>Leaves the request; returns when it is recorded, or when a live owner will take it.</summary>
    public static async Task RecordAsync(IRunStore store, RunId run, RunRequest request, CancellationToken cancellationToken)
    {
        await store.RequestAsync(run, request, cancellationToken);
        RunPage page = await store.ReadAsync(run, 0, 0, cancellationToken);
        if (page.Liveness != Liveness.Live)
        {
            await SettleAsync(store, run, cancellationToken);
        }
    }

    /// <summary>Takes a run that nobody owns, records what the waiting requests mean, and lets it go.</summary>
    public static async Task SettleAsync(IRunStore store, RunId run, CancellationToken cancellationToken)
    {
        OwnedRun owned;
        try
        {
            owned = await store.TakeAsync(run, cancellationToken);
        }
        catch (RunOwnedException)
        {
            // The new owner looks for requests, at the latest when it lets go.
            return;
        }

        await using (owned)
        {
            ImmutableArray<WaitingRequest> waiting = await owned.ReadRequestsAsync(cancellationToken);
            Journal? journal = null;
            foreach (WaitingRequest request in waiting.Where(request => request.Request is AppliedRequest or AuditedRequest or HintRequest or BranchRequest or RejectRequest or RestoreRequest or BudgetRequest))
            {
                journal ??= await ReadAsync(store, run, cancellationToken);
                if (Meaning(journal, request) is { IsEmpty: false } meaning)
                {
                    journal = journal.Apply(await owned.AppendAsync(meaning, Blobs(request), cancellationToken));
                }
            }

            await owned.RemoveRequestsAsync(waiting, cancellationToken);
        }
    }

    /// <summary>
    /// What a request to record something comes to; nothing where it asks for nothing that can be recorded, where
    /// an owner recorded it and died before it could remove it, where it comes too late to bear on the run, or where it
    /// names a node or code that the run doesn't have: requests are files, and anybody may have written one.
    /// </summary>
    internal static ImmutableArray<RunEvent> Meaning(Journal journal, WaitingRequest waiting) => EventOf(journal, waiting) switch
    {
        null => [],
        // Of whoever asks: the request is the branch's, which is taken once.
        BranchAsked asked when Widened(journal, waiting.Request) is { } nodes => [new BudgetChanged(asked.By, journal.Settings!.Budget with { Nodes = nodes }), asked],
        { } meaning => [meaning],
    };

    /// <summary>How many nodes a run has from then on that is asked for a branch and has none left for it, beside what is still waited for: one more. Null where they suffice, and for whatever else is asked: who takes comments up says how many nodes they may have.</summary>
    public static int? Widened(Journal journal, RunRequest request) =>
        request is BranchRequest { Comment: null } && journal is { Settings.Budget.Nodes: var nodes, Nodes.Count: var started, Asked.Count: var waited } && started + waited + 1 is var needed && needed > nodes && needed <= MostNodes
            ? needed
            : null;

    /// <summary>The same in words, as the end of what is told of a request; empty where the nodes suffice.</summary>
    public static string SaysWidened(Journal journal, RunRequest request) =>
        Widened(journal, request) is { } nodes ? string.Create(CultureInfo.InvariantCulture, $", and the run gets a node more for it ({nodes} in all)") : "";

    private static RunEvent? EventOf(Journal journal, WaitingRequest waiting) => waiting.Request switch
    {
        AppliedRequest applied => journal.Has(applied.Node) && journal[applied.Node].Code == applied.Code && !journal.Applied.Any(known => known.Request == waiting.Name)
            ? new NodeApplied(applied.Node, applied.Code, applied.File, waiting.Name, applied.Before is { } before ? Digest.Of(before) : null)
            : null,
        AuditedRequest audited => AuditOf(journal, audited, waiting.Name),
        not (RejectRequest or RestoreRequest) when journal.FinalRound is not null => null,
        _ when journal.Settings is null || journal.Choice is not null || journal.Finished is not null || journal.Taken.Contains(waiting.Name) => null,
        HintRequest hint => Hint.Kept(hint.Text) is { } text ? new HintGiven(hint.By, text, waiting.Name) : null,
        BranchRequest branch => CanBranch(journal, branch.Node) && (branch.Code is null || ProgramRefusal(branch.Code) is null) && ReviewComment.IsNew(journal, branch.Comment)
            ? new BranchAsked(branch.Node, branch.By, Hint.Kept(branch.Hint), waiting.Name, Hint.Kept(branch.Plan), branch.Code is { } code ? Digest.Of(code) : null, branch.Comment)
            : null,
        RejectRequest reject => journal.Has(reject.Node) && journal[reject.Node].Rejected is null ? new NodeRejected(reject.Node, reject.By, Hint.Kept(reject.Why), waiting.Name) : null,
        RestoreRequest restore => journal.Has(restore.Node) && journal[restore.Node].Rejected is not null ? new NodeRestored(restore.Node, restore.By, waiting.Name) : null,
        BudgetRequest budget => BudgetRefusal(journal, budget) is null && Changed(journal, budget) is var changed && changed != journal.Settings.Budget
            ? new BudgetChanged(budget.By, changed, waiting.Name)
            : null,
        _ => null,
    };

    private static NodeAudited? AuditOf(Journal journal, AuditedRequest request, string name)
    {
        NodeAudited audited = new(request.Node, request.At, request.Executions, request.Findings, name);
        return journal.Has(audited.Node) && journal[audited.Node].Score is { Kind: ScoreKind.Verified } && EventShape.IsWhole(audited)
            && !(journal.Audits.TryGetValue(audited.Node, out NodeAudited? known) && known.Request == name)
                ? audited
                : null;
    }

    private static Budget Changed(Journal journal, BudgetRequest request) => journal.Settings!.Budget with
    {
        Nodes = request.Nodes ?? journal.Settings.Budget.Nodes,
        Seconds = request.Seconds ?? journal.Settings.Budget.Seconds,
    };

    private static string? BudgetRefusal(Journal journal, BudgetRequest request) =>
        request is { Nodes: null, Seconds: null } ? "Neither nodes nor time are given: nothing would change."
        : request.Nodes is < 1 or > MostNodes ? $"A run has 1 to {MostNodes:N0} nodes."
        : request.Seconds is not null and not (>= 1 and <= MostSeconds) ? FormattableString.Invariant($"A run takes 1 to {MostSeconds:0} seconds.")
        : request.Nodes < journal.Nodes.Count ? $"{journal.Settings!.Run} has started {journal.Nodes.Count} nodes already: it can't have fewer."
        : request.Seconds < journal.Spent.TotalSeconds ? FormattableString.Invariant($"{journal.Settings!.Run} has taken {journal.Spent.TotalSeconds:0} s already: it can't have less.")
        : null;

    /// <summary>Why a program is not taken that a person wrote, in one sentence; null where it is.</summary>
    public static string? ProgramRefusal(string code) =>
        string.IsNullOrWhiteSpace(code) ? "The program is empty."
        : Encoding.UTF8.GetByteCount(code) is > LargestProgram and var bytes ? $"The program has {bytes:N0} bytes, and at most {LargestProgram:N0} are taken."
        : code.Contains('\0', StringComparison.Ordinal) ? "The program holds a NUL, so it is no text."
        : null;

    /// <summary>The texts that what a request comes to names, and nobody has kept yet.</summary>
    internal static ImmutableArray<Blob> Blobs(WaitingRequest waiting) => waiting.Request switch
    {
        AppliedRequest { Before: { } before } => [Blob.Of(before)],
        BranchRequest { Code: { } code } => [Blob.Of(code)],
        _ => [],
    };

    /// <summary>Whether a node can come from this one: it has code, and what became of it is known.</summary>
    public static bool CanBranch(Journal journal, int node) => journal.Has(node) && journal[node] is { IsDone: true, Code: not null };

    /// <summary>Why a request would come to nothing, in one sentence for whoever asks; null where it is taken.</summary>
    /// <param name="journal">The run as far as it is known: it may have gone on meanwhile.</param>
    public static string? Refusal(Journal journal, RunRequest request)
    {
        RunId run = journal.Settings?.Run ?? default;
        return request switch
        {
            AppliedRequest or AuditedRequest => null,
            _ when journal.Settings is null => "The run has not begun yet: try again in a moment.",
            _ when journal.Settings.Origin is { } origin => origin.Refusal(run),
            HintRequest when journal.Finished is not null => $"{run} has finished, and nobody is left to be told: give the hint to a branch of one of its nodes, which a run that goes on from it tries.",
            _ when journal.Finished is not null => $"{run} has finished: nothing can be asked of it any more.",
            StopRequest or PauseRequest or ContinueRequest or StepRequest or WatchRequest => null,
            AbandonRequest abandon => Missing(abandon.Node) ?? (journal[abandon.Node].IsDone ? $"Node {abandon.Node} has ended: there is nothing to give up." : null),
            _ when journal.Choice is { } choice => $"{run} has chosen node {choice.Node} as its result already: it comes too late.",
            not (RejectRequest or RestoreRequest) when journal.FinalRound is not null => $"{run} has ended its search, and chooses its result: it comes too late.",
            HintRequest hint => Hint.Refusal(hint.Text),
            BranchRequest branch => Missing(branch.Node) ?? (
                !journal[branch.Node].IsDone ? $"Node {branch.Node} is under way: nothing can come from it before it has ended."
                : journal[branch.Node].Code is null ? $"Node {branch.Node} has no code: nothing can come from it."
                : (branch.Hint is null ? null : Hint.Refusal(branch.Hint))
                    ?? (branch.Plan is null ? null : Hint.Refusal(branch.Plan, "plan"))
                    ?? (branch.Code is null ? null : ProgramRefusal(branch.Code))),
            BudgetRequest budget => BudgetRefusal(journal, budget),
            RejectRequest reject => Missing(reject.Node) ?? (
                journal[reject.Node].Rejected is { } rejection ? $"Node {reject.Node} is rejected already, by {rejection.By}."
                : reject.Why is null ? null : Hint.Refusal(reject.Why, "reason")),
            RestoreRequest restore => Missing(restore.Node) ?? (journal[restore.Node].Rejected is null ? $"Node {restore.Node} is not rejected." : null),
            _ => null,
        };

        string? Missing(int node) => journal.Has(node) ? null : $"{run} has no node {node}: it has {journal.Nodes.Count}.";
    }

    private static async Task<Journal> ReadAsync(IRunStore store, RunId run, CancellationToken cancellationToken)
    {
        Journal journal = Journal.Empty;
        while (true)
        {
            RunPage page = await store.ReadAsync(run, journal.Seq, PageLength, cancellationToken);
            journal = journal.Apply(page.Events);
            if (journal.Seq >= page.Head)
            {
                return journal;
            }
        }
    }
}
