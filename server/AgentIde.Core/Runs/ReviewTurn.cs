using AgentIde.Core.Engineering;

namespace AgentIde.Core.Runs;

/// <summary>Has a scored node reviewed and records what comes of it: a review, or the one line why there is none.</summary>
internal sealed class ReviewTurn(LiveRun live, IReviewer reviewer)
{
    /// <summary>The most that a timer takes.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(40);

    /// <summary>Leaves the node as it is where a stop interrupts it: it is reviewed when the run goes on.</summary>
    /// <param name="left">How long the search may still take.</param>
    public async Task TakeAsync(Node node, TimeSpan left, CancellationToken cancellationToken)
    {
        if (await AskAsync(node, left < Longest ? left : Longest, cancellationToken) is { } said)
        {
            await live.AppendAsync(said, cancellationToken);
        }
    }

    private async Task<RunEvent?> AskAsync(Node node, TimeSpan longest, CancellationToken cancellationToken)
    {
        ReviewAssignment assignment = new(live.Journal, node.Id, live.ReadTextAsync, live.PurseOf(node.Id));
        try
        {
            NodeReview review = await live.AskAsync(node.Id, token => reviewer.ReviewAsync(assignment, token), longest, cancellationToken);
            return new NodeReviewed(node.Id, review.Summary, review.IsSuspect, review.Findings);
        }
        catch (Exception error) when (error is NoAnswerException or BudgetSpentException)
        {
            return new ReviewFailed(node.Id, error.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return live.Stop is not null ? null
                : new ReviewFailed(node.Id, live.AbandonedBy(node.Id) is { } by ? $"given up by {by}" : "the reviewer did not answer in the time that was left");
        }
    }
}
