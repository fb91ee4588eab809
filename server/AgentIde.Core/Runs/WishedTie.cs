namespace AgentIde.Core.Runs;

/// <summary>
/// A node that does what reviewers of the pull request asked for and is not worse than the best one by more than the paired
/// error: between the two the scores do not decide, and the wish does. A function of the journal alone.
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
            .Where(node => node is { IsValid: true, Rejected: null } && node.Code != best.Code && Wishes(journal, node) > Wishes(journal, best))
            .Select(node => Between(node, best) is { } against && against.Gain >= -against.StandardError ? new WishedTie(node, best, against) : null)
            .OfType<WishedTie>()
            .OrderByDescending(tie => Wishes(journal, tie.Node))
            .ThenByDescending(tie => metric.Gain(tie.Node.Score!.Value, best.Score!.Value))
            .FirstOrDefault();
    }

    /// <summary>The one against the other on the same rows, whichever of them was compared; null where neither was.</summary>
    public static Comparison? Between(Node one, Node other) =>
        one.Score?.Comparisons.FirstOrDefault(known => known.Other == other.Id)
        ?? (other.Score?.Comparisons.FirstOrDefault(known => known.Other == one.Id) is { } turned ? new Comparison(other.Id, -turned.Gain, turned.StandardError) : null);

    /// <summary><c>worse by 0.0001 ± 0.0004</c>.</summary>
    public string Words => Said(Against);

    public static string Said(Comparison against) =>
        against is { Gain: 0, StandardError: 0 } ? "no different" : $"{(against.Gain < 0 ? "worse" : "better")} by {Figures.WithError(Math.Abs(against.Gain), against.StandardError)}";

    private static int Wishes(Journal journal, Node node) => journal.Lineage(node.Id).Count(step => step.Comment is not null);
}
