using System.Collections.Immutable;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Core.Runs;

/// <summary>
/// Executes a node that leads on the folds after the first, one after the other, and gives it a score over all of them. What the journal holds is not
/// done again, so it can be entered again after any death. A stop ends it, and so does the end of its time: the node keeps what it has.
/// </summary>
internal sealed class FoldTurn(LiveRun live, IFoldGrader grader)
{
    /// <summary>Other nodes that it is compared with, the best first.</summary>
    private const int Compared = 12;

    /// <summary>An execution on a fold is given so many times the seconds that the first took, and so many more: what hangs must leave time for others.</summary>
    private const double Patience = 3, Grace = 15;

    private Journal Journal => live.Journal;

    public async Task TakeAsync(int id, CancellationToken cancellationToken)
    {
        while (Journal[id] is { Rejected: null, Folds: null or { IsDone: false } } node)
        {
            await live.WaitWhileHeldAsync(id, cancellationToken);
            if (live.Stop is not null)
            {
                return;
            }

            int fold = Enumerable.Range(2, Journal.Split!.Folds!.Value - 1).FirstOrDefault(number => node.Folds?.Of(number)?.Execution is null);
            if (fold == 0)
            {
                await AppendAsync(await ScoreAsync(node, cancellationToken), cancellationToken);
            }
            else if (!FoldChoice.MayGoOn(Journal, id, live.SecondsLeft) || !await ExecuteAsync(node, fold, cancellationToken))
            {
                return;
            }

            await live.HandleRequestsAsync(cancellationToken);
            await live.EndNodeStepAsync(id, cancellationToken);
        }
    }

    /// <summary>False where it was interrupted.</summary>
    private async Task<bool> ExecuteAsync(Node node, int fold, CancellationToken cancellationToken)
    {
        Built? built = await live.BuildAsync(node, cancellationToken);
        if (built?.Failure is { } error)
        {
            await AppendAsync(new NodeFoldFailed(node.Id, fold, error.Message), cancellationToken);
            return true;
        }

        if (built?.Program is not { } program)
        {
            return false;
        }

        double left = FoldChoice.SecondsFor(Journal, live.SecondsLeft), patience = (Patience * FreshChoice.Seconds(Journal, node.Id)) + Grace, seconds = Math.Max(1, Math.Min(left, patience));
        ExecutionLimits limits = live.Parts.Limits with { Time = TimeSpan.FromSeconds(Math.Min(live.Parts.Limits.Time.TotalSeconds, seconds)) };
        ImmutableArray<RunEvent> Consequence(ExecutionResult result) => FailureReading.Of(result, limits) switch
        {
            null => [],
            { Kind: FailureKind.TimeOut } when left < patience && seconds <= live.Parts.Limits.Time.TotalSeconds =>
                WithCopies(new NodeFoldFailed(node.Id, fold, FormattableString.Invariant($"it took more than the {seconds:0.#} s that were left for folds"), true)),
            { Kind: FailureKind.Lost } lost => WithCopies(new NodeFoldFailed(node.Id, fold, lost.Message, true)),
            { } failure => WithCopies(new NodeFoldFailed(node.Id, fold, failure.Message)),
        };
        return await live.ExecuteAsync(node, program, ExecutionPurpose.Fold, (node.Folds?.Of(fold)?.Attempts ?? 0) + 1, limits, Consequence, cancellationToken, fold);
    }

    private Task AppendAsync(RunEvent end, CancellationToken cancellationToken) =>
        live.AppendAsync(_ => Task.FromResult<(ImmutableArray<RunEvent>, ImmutableArray<Blob>)>((end is NodeFoldFailed failed ? WithCopies(failed) : [end], [])), cancellationToken);

    /// <summary>What failed does so in each node of the same code that has a score, which is executed nowhere.</summary>
    private ImmutableArray<RunEvent> WithCopies(NodeFoldFailed failed) =>
    [
        failed,
        .. from copy in Journal.Nodes where copy is { SameAs: not null, IsValid: true, Folds: null } && Journal.Executed(copy.Id).Id == failed.Node select failed with { Node = copy.Id },
    ];

    private async Task<RunEvent> ScoreAsync(Node node, CancellationToken cancellationToken)
    {
        foreach (FoldExecution execution in node.Folds!.Executions)
        {
            if (execution.Execution!.Submission is not { } digest)
            {
                return new NodeFoldFailed(node.Id, execution.Fold, FailureReading.WithoutSubmission(execution.Execution.SubmissionProblem).Message);
            }

            if (await grader.ProblemAsync(execution.Fold, await live.ReadBlobAsync(digest, cancellationToken), cancellationToken) is { } problem)
            {
                return new NodeFoldFailed(node.Id, execution.Fold, FailureReading.OfGrade(new Grade(null, null, 0, problem)).Message);
            }
        }

        ImmutableArray<ReadOnlyMemory<byte>> submissions = await SubmissionsAsync(node, cancellationToken);
        Grade grade = await grader.GradeAsync(submissions, cancellationToken);
        if (grade is not { Score: { } score, StandardError: { } error, Rows: var rows })
        {
            return new NodeFoldFailed(node.Id, 1, FailureReading.OfGrade(grade).Message);
        }

        ImmutableArray<Comparison>.Builder comparisons = ImmutableArray.CreateBuilder<Comparison>();
        foreach (Node other in Others(node))
        {
            PairedDifference difference = await grader.CompareAsync(submissions, await SubmissionsAsync(other, cancellationToken), cancellationToken);
            comparisons.Add(new Comparison(other.Id, difference.Gain, difference.StandardError));
        }

        return new NodeFolded(node.Id, score, error, rows, comparisons.ToImmutable());
    }

    /// <summary>The parents that have a score over all folds, then the best of the others.</summary>
    private IEnumerable<Node> Others(Node node) => Journal.Nodes
        .Where(other => other is { Folded: not null, SameAs: null } && other.Id != node.Id)
        .OrderBy(other => !node.Parents.Contains(other.Id))
        .ThenBy(other => Journal.Task!.Metric.Gain(0, other.Folded!.Value))
        .Take(Compared);

    private async Task<ImmutableArray<ReadOnlyMemory<byte>>> SubmissionsAsync(Node node, CancellationToken cancellationToken)
    {
        ImmutableArray<ReadOnlyMemory<byte>>.Builder submissions = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        foreach (Digest digest in (Digest[])[node.Execution!.Submission!.Value, .. node.Folds!.Executions.Select(fold => fold.Execution!.Submission!.Value)])
        {
            submissions.Add(await live.ReadBlobAsync(digest, cancellationToken));
        }

        return submissions.ToImmutable();
    }
}
