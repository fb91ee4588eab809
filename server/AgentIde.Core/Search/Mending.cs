using AgentIde.Core.Runs;

namespace AgentIde.Core.Search;

/// <summary>
/// Debug as a part of the step that failed: what fails is mended at once, a bounded number of times in a row, and given
/// up where a mend leaves a failure that was there before. What ran out of time while it was to improve a solution is given
/// up at once: the solution has its score, and on ever fewer rows the idea would tell ever less. A leaf that is being mended is no leaf, so no two workers
/// take up the same one.
/// </summary>
internal static class Mending
{
    /// <summary>The earliest failure that is still to be mended; null where there is none.</summary>
    /// <param name="deepest">Debug steps in a row, at most.</param>
    public static Decision? Next(Journal journal, int deepest)
    {
        foreach (int leaf in journal.BuggyLeaves)
        {
            Node node = journal[leaf];
            if (node.DebugDepth < deepest && !WasThere(journal, node) && !HasNoMend(journal, node) && !(node.Failure!.Kind == FailureKind.TimeOut && journal.Lineage(leaf).Any(above => above.IsValid)))
            {
                return new Decision(Operator.Debug, [leaf], $"Node {leaf} failed: {AidePolicy.Essence(node)}. Mend {node.DebugDepth + 1} of at most {deepest}.");
            }
        }

        return null;
    }

    private static bool WasThere(Journal journal, Node node)
    {
        for (Node at = node; at is { Operator: Operator.Debug, Parent: { } parent };)
        {
            at = journal[parent];
            if (at.Failure is { } before && before.Kind == node.Failure!.Kind && before.Message == node.Failure.Message)
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasNoMend(Journal journal, Node node) =>
        node.Children.Any(child => journal[child] is { Operator: Operator.Debug, Failure.Kind: FailureKind.NoAnswer });
}
