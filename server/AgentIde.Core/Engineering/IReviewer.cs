using AgentIde.Core.Runs;

namespace AgentIde.Core.Engineering;

/// <summary>Reads what a program is and printed, after it was scored. Its word changes no score.</summary>
public interface IReviewer
{
    /// <exception cref="NoAnswerException">It came to nothing that can be read.</exception>
    /// <exception cref="BudgetSpentException">It does not fit into the budget.</exception>
    Task<NodeReview> ReviewAsync(ReviewAssignment assignment, CancellationToken cancellationToken);
}

/// <param name="Node">A scored node, with its own execution.</param>
/// <param name="ReadText">Text of a blob that the journal names.</param>
/// <param name="Purse">What may be spent on it: the node's own.</param>
public sealed record ReviewAssignment(Journal Journal, int Node, Func<Digest, CancellationToken, Task<string>> ReadText, Purse Purse);
