using System.Collections.Immutable;

namespace AgentIde.Core.Scaling;

/// <summary>
/// What runs had come to within a budget: means over those that had a solution by then, with the standard error over
/// runs. Scores are in the metric's units; null where no run had any.
/// </summary>
/// <param name="Reached">Runs that came as far as the budget; the others count with what they ended with.</param>
/// <param name="Scored">Runs that had a solution by then: of these the means are.</param>
/// <param name="Holdout">Of the node with the best holdout score, the earliest among equals: the one that would be chosen.</param>
/// <param name="Private">Of that node.</param>
/// <param name="BestPrivate">The best among all nodes by then: what a choice that knew the answers would get.</param>
/// <param name="Regret">How much better that is, 0 or more.</param>
/// <param name="Gap">How much better the holdout says the node is than the private answers do; negative where worse.</param>
/// <param name="GapInErrors">The same in standard errors of the difference of two scores on different rows.</param>
/// <param name="GapInPairedErrors">The same in standard errors of the node's difference to its parent, which is far smaller; null where no node has one.</param>
/// <param name="Valid">The share of nodes by then that have a valid submission, over all runs that have a node.</param>
public sealed record ScalePoint(
    ScaleBudget Budget, int Reached, int Scored, Mean? Holdout, Mean? Private, Mean? BestPrivate, Mean? Regret, Mean? Gap, Mean? GapInErrors, Mean? GapInPairedErrors, Mean? Valid);

/// <summary>How often runs reach a reference on the private answers. A run or a path does where its best node by holdout does.</summary>
/// <param name="Reaching">Runs of all that do.</param>
/// <param name="Delivered">Runs of all whose own result, refitted, does.</param>
/// <param name="OverRuns">At place k − 1: the chance that one of k runs does, without bias.</param>
/// <param name="OverPaths">At place k − 1: the chance that one of k paths of a run does, without bias in a run; the mean over runs, as far as each has paths.</param>
public sealed record ScaleReach(
    ScaleReference Reference, int Reaching, int Delivered, ImmutableArray<double> OverRuns, ImmutableArray<Mean> OverPaths);
