using AgentIde.Core.Runs;

namespace AgentIde.Core.Search;

/// <summary>How often each operator brought what it is for, in one run: a fold over the nodes that are done.</summary>
internal sealed class OperatorRecord
{
    /// <summary>Simplify is for a program that is faster by as much, where it isn't shorter.</summary>
    private const double Faster = 0.9;

    /// <summary>In errors of the difference: what is better by less is as likely to be better by chance.</summary>
    public const double Least = 0.5;

    private readonly Dictionary<Operator, (int Tries, int Gains)> _counts = [];

    public OperatorRecord(Journal journal, Belief belief)
    {
        foreach (Node node in journal.Nodes.Where(node => node.IsDone))
        {
            (int tries, int gains) = this[node.Operator];
            _counts[node.Operator] = (tries + 1, gains + (Gained(journal, belief, node) ? 1 : 0));
        }
    }

    /// <summary>Nodes that are done, and those of them that gained.</summary>
    public (int Tries, int Gains) this[Operator @operator] => _counts.GetValueOrDefault(@operator);

    /// <summary>
    /// Believed to be better than each of its parents by half an error of the difference. For Simplify: a score that is no clear loss, and fewer lines or a tenth
    /// less time.
    /// </summary>
    public static bool Gained(Journal journal, Belief belief, Node node) =>
        node.IsValid
        && !node.Parents.IsEmpty
        && (node.Operator == Operator.Simplify
            ? IsAsGood(journal, node, node.Parents[0]) && IsLighter(journal, node, journal[node.Parents[0]])
            : node.Parents.All(parent => !journal[parent].IsValid || IsBetter(belief, node, journal[parent])));

    /// <summary>Where nothing compares the two, the scores do.</summary>
    private static bool IsBetter(Belief belief, Node node, Node parent) =>
        node.Score!.Comparisons.FirstOrDefault(comparison => comparison.Other == parent.Id) is not { } paired ? belief.IsBetter(node, parent)
        : belief.Errors(node, parent, paired) is { } errors ? errors >= Least
        : paired.Gain > 0;

    /// <summary>No worse than another by more than the error of their difference on the same rows.</summary>
    private static bool IsAsGood(Journal journal, Node node, int other)
    {
        if (journal[other].Score is not { } before)
        {
            return true;
        }

        Comparison? paired = node.Score!.Comparisons.FirstOrDefault(comparison => comparison.Other == other);
        return (paired?.Gain ?? journal.Task!.Metric.Gain(node.Score.Value, before.Value)) >= -(paired?.StandardError ?? 0);
    }

    /// <summary>Of fewer lines; or faster, where the parent took so long that it matters.</summary>
    private static bool IsLighter(Journal journal, Node node, Node parent) =>
        node.Lines < parent.Lines
        || (journal.Executed(parent.Id).Execution is { Seconds: { } before } && before > OperatorChoice.Quick * journal.Settings!.Budget.Seconds
            && journal.Executed(node.Id).Execution?.Seconds < Faster * before);
}
