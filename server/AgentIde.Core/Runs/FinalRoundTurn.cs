using System.Collections.Immutable;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Sandboxes;
using AgentIde.Core.Search;

namespace AgentIde.Core.Runs;

/// <summary>
/// Between search and choice: names the nodes that the holdout does not tell apart, and executes each of them once more on a fresh split, as many at once as in the
/// search. What the journal holds is not done again, so it can be entered again after any death. A stop ends it, and the holdout decides alone.
/// </summary>
internal sealed class FinalRoundTurn(LiveRun live)
{
    private const double Grading = 1;

    private Journal Journal => live.Journal;

    /// <summary>Returns the node to choose and why; nothing is chosen yet. Null where the run is left to be resumed.</summary>
    public async Task<(int Node, string Why)?> TakeAsync(RunEnding ending, CancellationToken cancellationToken)
    {
        if (Journal.Split?.Folds is not null)
        {
            // The folds were the final round.
            return WishedTie.Of(Journal) is not null ? FinalChoice.Of(Journal) : FoldChoice.Of(Journal, live.Stop is not null) ?? WithoutFolds();
        }

        if (WishedTie.Of(Journal) is null)
        {
            if (Journal.FinalRound is null && await NameAsync(ending, cancellationToken) is { } refusal)
            {
                return await WithoutRoundAsync(refusal, cancellationToken);
            }

            if (Journal.FinalRound is not null)
            {
                await TryAsync(cancellationToken);
                (int? chosen, string why) = live.Stop is null ? FreshChoice.Of(Journal) : (null, "the run was stopped");
                return live.Leaving ? null : chosen is { } node ? (node, why) : await WithoutRoundAsync(why, cancellationToken);
            }
        }

        return FinalChoice.Of(Journal);
    }

    private (int Node, string Why) WithoutFolds()
    {
        (int node, string text) = FinalChoice.Of(Journal);
        return (node, $"{text} That is the first of {Journal.Split!.Folds} folds alone, and no node has a score over all of them: {FoldChoice.WhyNone(Journal, live.Stop is not null)}.");
    }

    private async Task<(int Node, string Why)> WithoutRoundAsync(string why, CancellationToken cancellationToken)
    {
        (int node, string text) = FinalChoice.Of(Journal, why.Length == 0 ? null : await new NearSolutions(live).OfLeaderAsync(cancellationToken));
        return (node, why.Length == 0 ? text : $"{text} {(node == Journal.Best ? "Others are within two paired errors of it, and a" : "A")} fresh split did not decide between them: {why}.");
    }

    /// <summary>Why there is no round; empty where there is nothing to decide between, and null where there is one.</summary>
    private async Task<string?> NameAsync(RunEnding ending, CancellationToken cancellationToken)
    {
        int[] near = await new NearSolutions(live).OfLeaderAsync(cancellationToken);
        if (near.Length < 2)
        {
            return "";
        }

        if (ending == RunEnding.Stopped)
        {
            return "the run was stopped";
        }

        if (Journal.Split!.Kind == SplitKind.Time)
        {
            return "a split by time has no other cut";
        }

        if (FreshChoice.Solutions(Journal).Take(FreshChoice.LeastSolutions).Count() < FreshChoice.LeastSolutions)
        {
            return $"there are fewer than {FreshChoice.LeastSolutions} solutions";
        }

        // It takes half of what the search took, or its share of the time limit.
        Belief belief = new(Journal);
        near = [near[0], .. near[1..].OrderByDescending(node => Journal.Task!.Metric.Gain(belief.Of(Journal[node]), belief.Of(Journal[near[0]]))).Take(FreshChoice.MostFinalists - 1)];
        double refit = FreshChoice.RefitSeconds(Journal, near[0]);
        double left = Math.Min(live.SecondsLeft - refit, Math.Max(Journal.Spent.TotalSeconds / 2, FreshChoice.LargestShare * live.Settings.Budget.Seconds)) - Grading;
        int[] fitting = FreshChoice.Fitting(Journal, near, left + refit);
        if (fitting.Length < 2)
        {
            return FormattableString.Invariant($"executing two of them again takes some {FreshChoice.Cost(Journal, near[..2]) - refit:0} s, and {Math.Max(0, left):0} s were left for it; a longer time limit leaves more");
        }

        if (await live.Parts.Holdout.PrepareFreshAsync(live.Parts.SplitFolder, cancellationToken) is not { } fresh)
        {
            return "the task has no rows for one";
        }

        await live.AppendAsync(new FinalistsNamed([.. fitting], ending, fresh.Rows, fresh.Files), cancellationToken);
        return null;
    }

    private async Task TryAsync(CancellationToken cancellationToken)
    {
        FinalRound round = Journal.FinalRound!;
        if (round.Finalists.All(finalist => finalist.Result is not null))
        {
            return;
        }

        FreshHoldout? fresh = await live.Parts.Holdout.PrepareFreshAsync(live.Parts.SplitFolder, cancellationToken);
        if (fresh is null || fresh.Files != round.Files)
        {
            throw new RunStoreException($"The fresh split of task {Journal.Task!.Id} is not the one that this run began to choose by: bring its files back, or start a new run.");
        }

        // As many at once as in the search. What is compared with the first comes in the same group, or after it.
        foreach (int[] nodes in round.Finalists.Where(finalist => finalist.Result is null).Select(finalist => finalist.Node).Chunk(Math.Max(1, live.Settings.Workers)))
        {
            await live.HandleRequestsAsync(cancellationToken);
            if (Journal.IsPaused)
            {
                await live.WaitWhilePausedAsync(cancellationToken);
            }

            if (live.Stop is not null)
            {
                return;
            }

            await TryAsync(nodes, fresh.Grader, cancellationToken);
        }
    }

    private async Task TryAsync(int[] nodes, IGrader grader, CancellationToken cancellationToken)
    {
        bool[] done = await Task.WhenAll(nodes.Where(id => Journal.FinalRound!.Of(id)!.Execution is null).Select(id => ExecuteAsync(Journal.Executed(id), id, cancellationToken)));
        foreach (int id in done.All(ended => ended) ? nodes : [])
        {
            if (Journal.FinalRound!.Of(id) is { Execution: { } execution, Result: null })
            {
                await live.AppendAsync(await GradeAsync(id, execution, grader, cancellationToken), cancellationToken);
            }
        }
    }

    /// <summary>False where it was interrupted.</summary>
    private async Task<bool> ExecuteAsync(Node executed, int id, CancellationToken cancellationToken)
    {
        // Where the machine has become slower than it was in the search, the refit needs more time, and comes first.
        double slowness = Journal.FinalRound!.Finalists.Max(finalist => Math.Max(1, (finalist.Execution?.Seconds ?? 0) / Math.Max(1, FreshChoice.Seconds(Journal, finalist.Node))));
        double seconds = slowness * FreshChoice.Seconds(Journal, id), left = live.SecondsLeft - (slowness * Journal.FinalRound.Finalists.Max(finalist => FreshChoice.RefitSeconds(Journal, finalist.Node)));
        if (left < Math.Max(seconds, 1))
        {
            await live.AppendAsync(Untried(id, "no time was left"), cancellationToken);
            return true;
        }

        Built? built = await live.BuildAsync(executed, cancellationToken);
        if (built?.Failure is { } error)
        {
            await live.AppendAsync(new FinalistTried(id, null, null, null, null, error.Message), cancellationToken);
            return true;
        }

        if (built?.Program is not { } program)
        {
            return false;
        }

        // One that hangs must leave time for those after it.
        ExecutionLimits limits = live.Parts.Limits with { Time = TimeSpan.FromSeconds(Math.Min(live.Parts.Limits.Time.TotalSeconds, Math.Min(left, (2 * seconds) + 10))) };
        ImmutableArray<RunEvent> Consequence(ExecutionResult result) => FailureReading.Of(result, limits) switch
        {
            null => [],
            { Kind: FailureKind.TimeOut or FailureKind.Lost } failure => [Untried(id, failure.Message)],
            { } failure => [new FinalistTried(id, null, null, null, null, failure.Message)],
        };
        return await live.ExecuteAsync(Journal[id] with { Code = executed.Code }, program, ExecutionPurpose.Fresh, Journal.FinalRound!.Of(id)!.Attempts + 1, limits, Consequence, cancellationToken);
    }

    private async Task<FinalistTried> GradeAsync(int id, ExecutionRecord execution, IGrader grader, CancellationToken cancellationToken)
    {
        if (execution.Submission is not { } digest)
        {
            return new FinalistTried(id, null, null, null, null, FailureReading.WithoutSubmission(execution.SubmissionProblem).Message);
        }

        ReadOnlyMemory<byte> submission = await live.ReadBlobAsync(digest, cancellationToken);
        Grade grade = await grader.GradeAsync(submission, cancellationToken);
        if (grade is not { Score: { } score, StandardError: { } error })
        {
            return new FinalistTried(id, null, null, null, null, FailureReading.OfGrade(grade).Message);
        }

        Finalist first = Journal.FinalRound!.Finalists[0];
        if (first.Node == id || first is not { Result.Score: not null, Execution.Submission: { } theirs })
        {
            return new FinalistTried(id, score, error, null, null);
        }

        PairedDifference onFresh = await grader.CompareAsync(submission, await live.ReadBlobAsync(theirs, cancellationToken), cancellationToken);
        PairedDifference onHoldout = await live.Parts.Grader.CompareAsync(await SubmissionAsync(id, cancellationToken), await SubmissionAsync(first.Node, cancellationToken), cancellationToken);
        return new FinalistTried(id, score, error, Of(onHoldout), Of(onFresh));

        Comparison Of(PairedDifference difference) => new(first.Node, difference.Gain, difference.StandardError);
    }

    private static FinalistTried Untried(int id, string why) => new(id, null, null, null, null, why, true);

    private Task<ReadOnlyMemory<byte>> SubmissionAsync(int node, CancellationToken cancellationToken) =>
        live.ReadBlobAsync(Journal.Executed(node).Execution!.Submission!.Value, cancellationToken);
}
