using System.Collections.Immutable;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Search;

namespace AgentIde.Core.Runs;

/// <summary>Grades what an executed node left, beside its parents, the best node and the best of other starts, and records what comes of it: a score, or why there is none.</summary>
internal sealed class ScoreTurn(LiveRun live)
{
    public async Task TakeAsync(Node node, CancellationToken cancellationToken)
    {
        ExecutionRecord execution = node.Execution!;
        if (execution.Submission is not { } digest)
        {
            await live.AppendAsync(new NodeFailed(node.Id, FailureReading.WithoutSubmission(execution.SubmissionProblem)), cancellationToken);
            return;
        }

        ReadOnlyMemory<byte> submission = await live.ReadBlobAsync(digest, cancellationToken);
        Grade grade = await live.Parts.Grader.GradeAsync(submission, cancellationToken);
        if (grade is not { Score: { } value, StandardError: { } error })
        {
            await live.AppendAsync(new NodeFailed(node.Id, FailureReading.OfGrade(grade)), cancellationToken);
            return;
        }

        ImmutableArray<Comparison> comparisons = await CompareAsync(node, submission, cancellationToken);
        Score score = new(value, ScoreKind.Verified, error, execution.Claim, comparisons) { Blends = await BlendAsync(node, submission, cancellationToken) };
        await live.AppendAsync(new NodeScored(node.Id, score), cancellationToken);
    }

    private async Task<ImmutableArray<Comparison>> CompareAsync(Node node, ReadOnlyMemory<byte> submission, CancellationToken cancellationToken)
    {
        ImmutableArray<Comparison>.Builder comparisons = ImmutableArray.CreateBuilder<Comparison>();
        foreach (int other in node.Parents.Concat(live.Journal.Best is { } best ? [best] : []).Distinct().Where(id => live.Journal[id].IsValid))
        {
            PairedDifference difference = await live.Parts.Grader.CompareAsync(submission, await SubmissionAsync(other, cancellationToken), cancellationToken);
            comparisons.Add(new Comparison(other, difference.Gain, difference.StandardError));
        }

        return comparisons.ToImmutable();
    }

    /// <summary>What a merge with the best of other starts promises; null where nothing is merged.</summary>
    private async Task<ImmutableArray<Comparison>?> BlendAsync(Node node, ReadOnlyMemory<byte> submission, CancellationToken cancellationToken)
    {
        if (!MergeChoice.IsAsked(live.Journal))
        {
            return null;
        }

        ImmutableArray<Comparison>.Builder blends = ImmutableArray.CreateBuilder<Comparison>();
        foreach (int other in MergeChoice.Others(live.Journal, node.Id))
        {
            if (await live.Parts.Grader.BlendAsync(submission, await SubmissionAsync(other, cancellationToken), cancellationToken) is not { } blend)
            {
                return null;
            }

            blends.Add(new Comparison(other, blend.Gain, blend.StandardError));
        }

        return blends.ToImmutable();
    }

    private Task<ReadOnlyMemory<byte>> SubmissionAsync(int node, CancellationToken cancellationToken) =>
        live.ReadBlobAsync(live.Journal.Executed(node).Execution!.Submission!.Value, cancellationToken);
}
