using AgentIde.Core.Runs;

namespace AgentIde.Core.Search;

internal static class Stagnation
{
    /// <summary>
    /// Whether the last nodes that are done, that many of them, brought no new best that is better by more than the
    /// paired error, and no draft and no merge was started among them. Where an operator had nothing, nothing was tried.
    /// </summary>
    public static bool Is(Journal journal, int patience)
    {
        int without = 0;
        for (int id = journal.Nodes.Count; id > 0 && without < patience; id--)
        {
            Node node = journal[id];
            if (OperatorChoice.HadNothing(node))
            {
                continue;
            }

            if (node.Operator is Operator.Draft or Operator.Merge || IsGain(journal, node))
            {
                return false;
            }

            without += node.IsDone ? 1 : 0;
        }

        return without >= patience;
    }

    private static bool IsGain(Journal journal, Node node)
    {
        if (node.Score is not { } score || node.Rejected is not null)
        {
            return false;
        }

        if (node.BestBefore is not { } best)
        {
            return true;
        }

        Comparison? paired = score.Comparisons.FirstOrDefault(comparison => comparison.Other == best);
        return (paired?.Gain ?? journal.Task!.Metric.Gain(score.Value, journal[best].Score!.Value)) > (paired?.StandardError ?? 0);
    }
}
