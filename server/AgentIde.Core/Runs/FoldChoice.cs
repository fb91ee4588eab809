using System.Globalization;

namespace AgentIde.Core.Runs;

/// <summary>
/// Which nodes are executed on the folds after the first, in which order and for how much of the time, and which node is chosen then: the one with the
/// best score over all folds less half its standard error. Functions of the journal alone; runs whose split has no folds have none of it.
/// </summary>
internal static class FoldChoice
{
    /// <summary>Of a run's time limit, the most that all folds after the first take.</summary>
    public const double LargestShare = 0.4;

    /// <summary>The most of it that is taken while the search goes on: what it finds last must not find the share spent.</summary>
    public const double ShareOfSearch = 0.25;

    /// <summary>While there are fewer solutions, to lead says little.</summary>
    public const int LeastSolutions = 3;

    /// <summary>A node's time on a fold is planned with so much more than it took on the first, and its files are laid and graded.</summary>
    private const double Factor = 1.1, Each = 1.5;

    /// <summary>The search leaves a little more.</summary>
    private const double Ample = 1.25;

    /// <summary>Nodes that are to be executed on folds: those begun first, then the others that lead, the best on the first fold first.</summary>
    public static IEnumerable<Node> Wanted(Journal journal)
    {
        if (journal is not { Split.Folds: not null, Best: { } id } || journal[id].Score is not { } leading)
        {
            return [];
        }

        Node best = journal[id];
        double usual = leading.Comparisons.IsEmpty ? leading.StandardError ?? 0 : leading.Comparisons.Average(known => known.StandardError);
        return journal.Nodes
            .Where(node => node is { IsValid: true, Rejected: null, SameAs: null, Score.StandardError: not null, Folds: null or { IsDone: false } } && (node.Folds is not null || node.Id == id || IsNear(node)))
            .OrderBy(node => node.Folds is null)
            .ThenBy(node => node.Id != id)
            .ThenBy(node => journal.Task!.Metric.Gain(leading.Value, node.Score!.Value));

        bool IsNear(Node node) => WishedTie.OnHoldout(node, best) is { } known
            ? FreshChoice.IsWithinReach(known.Gain, known.StandardError)
            : FreshChoice.IsWithinReach(journal.Task!.Metric.Gain(node.Score!.Value, leading.Value), usual);
    }

    /// <summary>Of those that are wanted, the ones that are executed on folds now, as many as there is time for.</summary>
    /// <param name="isOver">Whether the search is over.</param>
    /// <param name="left">Seconds of the run's time.</param>
    public static Node[] Now(Journal journal, bool isOver, double left)
    {
        if (journal.Split?.Folds is null || (!isOver && journal.ValidNodes < LeastSolutions))
        {
            return [];
        }

        // A leader that was cut off on a fold has no score over all of them to come: that of another would decide.
        bool isUntried = journal is { Best: { } best } && journal[best] is { Folded: null, Folds.Failed.IsUntried: true };
        Node[] wanted = [.. Wanted(journal).Where(node => !isUntried || node.Folds is not null)];
        double share = (isOver ? LargestShare : ShareOfSearch) * journal.Settings!.Budget.Seconds - SecondsSpent(journal);
        List<Node> now = [];
        foreach (Node node in wanted)
        {
            double cost = Cost(journal, node);
            bool begun = node.Folds is not null;
            if (MayGoOn(journal, node.Id, left) && (begun || (cost <= share && cost <= left - RefitSeconds(journal))))
            {
                now.Add(node);
                (share, left) = (share - cost, left - cost);
            }
            else if (node.Id == journal.Best)
            {
                // Without the leader a score over all folds of another would decide.
                break;
            }
        }

        return [.. now];
    }

    /// <summary>Whether the node's next execution on a fold fits into what is left of the time and of the share; so it is where none is left but to grade them.</summary>
    /// <param name="left">Seconds of the run's time.</param>
    public static bool MayGoOn(Journal journal, int node, double left) =>
        Lacking(journal, journal[node]) == 0 || (Factor * FreshChoice.Seconds(journal, node)) + Each <= SecondsFor(journal, left);

    /// <summary>The most seconds that an execution on a fold may take now.</summary>
    public static double SecondsFor(Journal journal, double left) =>
        Math.Min(left - RefitSeconds(journal), (LargestShare * journal.Settings!.Budget.Seconds) - SecondsSpent(journal));

    /// <summary>
    /// Seconds that the search leaves for folds, as it stands: for those that lead, and for one more like the leader, as far as the share allows.
    /// </summary>
    public static double SecondsKept(Journal journal)
    {
        if (journal is not { Split.Folds: { } folds, Best: { } best })
        {
            return 0;
        }

        double left = (LargestShare * journal.Settings!.Budget.Seconds) - SecondsSpent(journal), kept = 0;
        double[] costs = [.. Wanted(journal).Select(node => Cost(journal, node, Ample)), (folds - 1) * ((Ample * FreshChoice.Seconds(journal, best)) + Each)];
        foreach (double cost in costs)
        {
            kept += kept + cost <= left ? cost : 0;
        }

        return kept;
    }

    /// <summary>What the executions on folds took; one that was interrupted counts as the node took on the first fold.</summary>
    public static double SecondsSpent(Journal journal) => journal.Nodes.Where(node => node.Folds is not null).Sum(node =>
        node.Folds!.Executions.Sum(fold => (fold.Execution?.Seconds ?? 0) + ((fold.Attempts - (fold.Execution is null ? 0 : 1)) * FreshChoice.Seconds(journal, node.Id))));

    /// <summary>What is chosen of the nodes with a score over all folds; null where there is none.</summary>
    /// <param name="isStopped">Whether a person ended the run.</param>
    public static (int Node, string Why)? Of(Journal journal, bool isStopped = false)
    {
        MetricFacts metric = journal.Task!.Metric;
        Node[] folded = [.. journal.Nodes.Where(node => node is { Rejected: null, Folded: not null, SameAs: null })];
        if (folded.Length == 0)
        {
            return null;
        }

        Node chosen = folded.Aggregate((best, next) => metric.IsBetter(Low(next), Low(best)) ? next : best);
        string rows = chosen.Folds!.Result!.Rows.ToString("N0", CultureInfo.InvariantCulture);
        string score = $"{metric.DisplayName} {Told(chosen)} on all {rows} train rows, each blind on one of {journal.Split?.Folds ?? 0} folds";
        string failed = string.Concat(journal.Nodes.Where(node => node is { Rejected: null, SameAs: null, Folds.Failed: not null }).Select(node => $" Node {node.Id} {node.Folds!.Failed!.Words}."));
        Node first = journal.Nodes.Where(node => node is { IsValid: true, Rejected: null, SameAs: null, FailedOnFold: false }).Aggregate((best, next) => metric.IsBetter(next.Score!.Value, best.Score!.Value) ? next : best);
        string led = first.Folded is null ? "were among those that led" : "led";
        string onFirst = FirstFold(chosen, first, isStopped);
        return folded is [_]
            ? (chosen.Id, $"Node {chosen.Id} alone was executed on all folds: {score}.{onFirst}{failed}")
            : (chosen.Id, $"Nodes {string.Join(", ", folded[..^1].Select(node => node.Id))} and {folded[^1].Id} {led} on the first fold, so they were executed on all of them. Node {chosen.Id} has the best score over all folds less half an error: {score}.{Against(chosen, folded)}{onFirst}{failed}");

        double Low(Node node) => metric.Direction == MetricDirection.LowerIsBetter ? node.Folded!.Value + (node.Folded.StandardError!.Value / 2) : node.Folded!.Value - (node.Folded.StandardError!.Value / 2);
    }

    /// <summary>Why no node has a score over all folds, and the first fold decides alone.</summary>
    public static string WhyNone(Journal journal, bool isStopped) =>
        isStopped ? "the run was stopped before that"
        : journal.Nodes.OrderBy(node => node.Id != journal.Best).FirstOrDefault(node => node.Folds?.Failed is not null) is { Folds.Failed: { } failed } node ? $"node {node.Id} {failed.Words}"
        : "no time was left for it; a longer time limit leaves more";

    private static string Against(Node chosen, Node[] folded)
    {
        Node? next = folded.Where(other => other.Id != chosen.Id).Select(other => (Node: other, Known: WishedTie.Between(chosen, other)))
            .Where(pair => pair.Known is not null).OrderBy(pair => pair.Known!.Gain).Select(pair => pair.Node).FirstOrDefault();
        return next is null ? "" : $" Against node {next.Id} it is {WishedTie.Said(WishedTie.Between(chosen, next)!)}, on the same rows.";
    }

    /// <summary>An honest caveat: what is chosen is not what the first fold alone would choose, be it that this one was never executed on the others.</summary>
    private static string FirstFold(Node chosen, Node first, bool isStopped)
    {
        if (first.Id == chosen.Id)
        {
            return "";
        }

        string score = Figures.WithError(first.Score!.Value, first.Score.StandardError);
        if (first.Folded is not null)
        {
            return $" The first fold alone would have chosen node {first.Id} ({score}).";
        }

        string against = WishedTie.OnHoldout(first, chosen) is { } known ? $", there {WishedTie.Said(known)} than node {chosen.Id}" : "";
        string why = first.Folds?.Failed is not null ? "has no score over all of them" : isStopped ? "the run was stopped before it was executed on the others" : "no time was left to execute it on the others";
        return $" Node {first.Id} leads on the first fold ({score}{against}), and {why}.";
    }

    private static string Told(Node node) => Figures.WithError(node.Folded!.Value, node.Folded.StandardError);

    /// <summary>Of the executions that the node still lacks.</summary>
    private static double Cost(Journal journal, Node node, double factor = Factor) =>
        Lacking(journal, node) * ((factor * FreshChoice.Seconds(journal, node.Id)) + Each);

    private static int Lacking(Journal journal, Node node) => journal.Split!.Folds!.Value - 1 - (node.Folds?.Executions.Count(fold => fold.Execution is not null) ?? 0);

    private static double RefitSeconds(Journal journal) => journal.Best is { } best ? FreshChoice.RefitSeconds(journal, best) : 0;
}
