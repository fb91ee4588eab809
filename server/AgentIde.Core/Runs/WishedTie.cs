namespace AgentIde.Core.Runs;

/// <summary>
/// A node that was made for comments of reviewers, itself or on its way from the root, and is not worse than the best one by more than the paired
/// error: between the two the scores do not decide, and the comments do. A function of the journal alone.
/// </summary>
/// <param name="Node">Whose way from the root took up more comments than that of the best.</param>
/// <param name="Best">The node with the best score that nobody rejected.</param>
/// <param name="Against">The node against the best, paired on the same rows.</param>
internal sealed record WishedTie(Node Node, Node Best, Comparison Against)
{
    /// <summary>Of several, the one that took up most comments, then the one with the best score; null where there is none.</summary>
    public static WishedTie? Of(Journal journal)
    {
        if (journal.Best is not { } id || !journal.Nodes.Any(node => node.Comment is not null))
        {
            return null;
        }

        Node best = journal[id];
        MetricFacts metric = journal.Task!.Metric;
        return journal.Nodes
            .Where(node => node is { IsValid: true, Rejected: null } && node.Code != best.Code && node.Folded is null == best.Folded is null && (!node.FailedOnFold || best.FailedOnFold) && Wishes(journal, node) > Wishes(journal, best))
            .Select(node => Between(node, best) is { } against && against.Gain >= -against.StandardError ? new WishedTie(node, best, against) : null)
            .OfType<WishedTie>()
            .OrderByDescending(tie => Wishes(journal, tie.Node))
            .ThenByDescending(tie => metric.Gain(tie.Node.Standing!.Value, best.Standing!.Value))
            .FirstOrDefault();
    }

    /// <summary>The one against the other on the same rows, whichever of them was compared; null where neither was.</summary>
    public static Comparison? Between(Node one, Node other) => Between(one.Id, one.Standing, other.Id, other.Standing);

    /// <summary>The same on the rows of the holdout, also where both have a score over all folds.</summary>
    public static Comparison? OnHoldout(Node one, Node other) => Between(one.Id, one.Score, other.Id, other.Score);

    private static Comparison? Between(int one, Score? score, int other, Score? theirs) =>
        score?.Comparisons.FirstOrDefault(known => known.Other == other)
        ?? (theirs?.Comparisons.FirstOrDefault(known => known.Other == one) is { } turned ? new Comparison(other, -turned.Gain, turned.StandardError) : null);

    /// <summary><c>worse by 0.0001 ± 0.0004</c>.</summary>
    public string Words => Said(Against);

    public static string Said(Comparison against) =>
        against is { Gain: 0, StandardError: 0 } ? "no different" : $"{(against.Gain < 0 ? "worse" : "better")} by {Figures.WithError(Math.Abs(against.Gain), against.StandardError)}";

    private static int Wishes(Journal journal, Node node) => journal.Lineage(node.Id).Count(step => step.Comment is not null);
}
