using AgentIde.Core.Runs;

namespace AgentIde.Core.Search;

/// <summary>
/// Which two nodes are worth merging. When a node is scored, the server blends what it predicts on the holdout with what the best nodes of other starts
/// predict there (<see cref="Score.Blends"/>), so that a merge that promises nothing is not executed, and the pair that promises most is the first.
/// </summary>
internal static class MergeChoice
{
    /// <summary>A node is blended with the best of so many other starts.</summary>
    private const int Starts = 6;

    /// <summary>Whether the run's policy merges, with an engineer that does.</summary>
    public static bool IsAsked(Journal journal) => journal.Settings is { Operators: { } operators } settings && operators.Contains(Operator.Merge) && Policies.Find(settings.Policy)?.ChoosesOperators == true;

    /// <summary>What a node that is about to be scored is blended with: of each other start, or several that were merged, the node believed to be best; the best first.</summary>
    public static int[] Others(Journal journal, int node)
    {
        Branches branches = new(journal);
        return [.. new SolutionTree(journal).Ranked.Where(other => journal[other].SameAs is null && branches.AreApart(node, other)).DistinctBy(branches.StartsOf).Take(Starts)];
    }

    /// <summary>What a blend of two nodes gains over the better of them on the holdout; null where nobody blended them.</summary>
    public static Comparison? Promise(Journal journal, int node, int other)
    {
        return Of(node, other) ?? Of(other, node);

        Comparison? Of(int one, int another) => journal[one].Score?.Blends is { } blends ? blends.FirstOrDefault(blend => blend.Other == another) : null;
    }

    /// <summary>Whether two nodes may be merged: they come from different starts, neither they nor two that stand for them were merged, and a blend of them promises something, as far as one knows.</summary>
    public static bool IsOpen(Journal journal, Belief belief, Branches branches, int node, int other) =>
        branches.AreApart(node, other) && journal[other].SameAs is null && !IsCovered(journal, belief, branches, node, other)
        && (Promise(journal, node, other) is { } promise ? IsWorthIt(promise) : !IsOutshone(journal, belief, branches, node, other));

    /// <summary>Whether another node of the same start, no worse, was blended with this one and promises nothing: then the one that nobody blended promises no more.</summary>
    private static bool IsOutshone(Journal journal, Belief belief, Branches branches, int node, int other) => journal.Nodes.Any(stand =>
        stand is { IsValid: true, Rejected: null } && stand.Id != other && !branches.AreApart(stand.Id, other) && !belief.IsBetter(journal[other], stand)
        && Promise(journal, node, stand.Id) is { } promise && !IsWorthIt(promise));

    /// <summary>Whether two nodes were merged, in either order, or are under way to be.</summary>
    public static bool Merged(Journal journal, int node, int other) =>
        OperatorChoice.Tried(journal, Operator.Merge, [node, other]) || OperatorChoice.Tried(journal, Operator.Merge, [other, node]);

    /// <summary>
    /// Whether a merge of two nodes is nothing new: they were merged, or two that are believed to be no worse were, each of a start of
    /// theirs. A merge of others that failed tells nothing of these.
    /// </summary>
    private static bool IsCovered(Journal journal, Belief belief, Branches branches, int node, int other)
    {
        return Merged(journal, node, other) || branches.Merges.Any(merge =>
            merge.Parents is [int one, int two]
            && ((StandsFor(one, node) && StandsFor(two, other)) || (StandsFor(one, other) && StandsFor(two, node))));

        bool StandsFor(int one, int another) =>
            journal[one] is { IsValid: true, Rejected: null } and var known && !branches.AreApart(one, another) && !belief.IsBetter(journal[another], known);
    }

    private static bool IsWorthIt(Comparison promise) => promise.Gain > 0 && promise.Gain >= OperatorRecord.Least * promise.StandardError;
}
