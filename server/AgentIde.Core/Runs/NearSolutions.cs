using AgentIde.Core.Holdouts;

namespace AgentIde.Core.Runs;

/// <summary>The solutions that the holdout's rows do not tell from another.</summary>
internal sealed class NearSolutions(LiveRun live)
{
    /// <summary>So many of the best are compared, and so many that differ are kept.</summary>
    private const int Compared = 24, Kept = 8;

    /// <summary>Of the score's own standard error: two nodes that can differ by no more are one choice.</summary>
    private const double Nothing = 0.1;

    private Journal Journal => live.Journal;

    /// <summary>The best, and those behind it that its rows do not tell apart from it; of those that differ by nothing that counts, the first alone.</summary>
    public async Task<int[]> OfLeaderAsync(CancellationToken cancellationToken)
    {
        List<(int Id, ReadOnlyMemory<byte> Submission)> near = [];
        foreach (Node node in FreshChoice.Solutions(Journal).Take(Compared))
        {
            ReadOnlyMemory<byte> submission = await SubmissionAsync(node.Id, cancellationToken);
            if (near.Count < Kept && await IsAnotherAsync(node, submission, near, cancellationToken))
            {
                near.Add((node.Id, submission));
            }
        }

        return [.. near.Select(one => one.Id)];
    }

    /// <summary>The least that the node's submission agrees with that of another which its rows do not tell from it; null where there is none.</summary>
    public async Task<double?> LeastAgreementAsync(int chosen, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> own = await SubmissionAsync(chosen, cancellationToken);
        double? least = null;
        foreach (Node node in FreshChoice.Solutions(Journal).Where(node => node.Id != chosen).Take(Compared))
        {
            ReadOnlyMemory<byte> other = await SubmissionAsync(node.Id, cancellationToken);
            PairedDifference difference = await live.Parts.Grader.CompareAsync(other, own, cancellationToken);
            if (FreshChoice.IsWithinReach(difference.Gain, difference.StandardError) && live.Parts.Holdout.Agreement(other, own) is { } agreement)
            {
                least = Math.Min(least ?? 1, agreement);
            }
        }

        return least;
    }

    /// <summary>Whether it is within reach of the first, and differs from each of them by something that counts.</summary>
    private async Task<bool> IsAnotherAsync(Node node, ReadOnlyMemory<byte> submission, List<(int Id, ReadOnlyMemory<byte> Submission)> near, CancellationToken cancellationToken)
    {
        for (int place = 0; place < near.Count; place++)
        {
            PairedDifference difference = await live.Parts.Grader.CompareAsync(submission, near[place].Submission, cancellationToken);
            if ((place == 0 && !FreshChoice.IsWithinReach(difference.Gain, difference.StandardError))
                || Math.Abs(difference.Gain) + (2 * difference.StandardError) < Nothing * node.Score!.StandardError)
            {
                return false;
            }
        }

        return true;
    }

    private Task<ReadOnlyMemory<byte>> SubmissionAsync(int node, CancellationToken cancellationToken) =>
        live.ReadBlobAsync(Journal.Executed(node).Execution!.Submission!.Value, cancellationToken);
}
