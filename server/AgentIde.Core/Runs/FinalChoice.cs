using AgentIde.Core.Search;

namespace AgentIde.Core.Runs;

/// <summary>Chooses the node with the best verified score, or one that ties with it and was made for a reviewer's comment or is believed to be better, and says by how much.</summary>
internal static class FinalChoice
{
    /// <summary>The node alone; null where there is none to choose.</summary>
    public static int? NodeOf(Journal journal) => WishedTie.Of(journal)?.Node.Id ?? journal.Best;

    /// <param name="near">Nodes that the holdout does not tell from the best one, itself among them: of these the one believed to be best.</param>
    public static (int Node, string Why) Of(Journal journal, int[]? near = null)
    {
        Node best = journal[journal.Best!.Value];
        MetricFacts metric = journal.Task!.Metric;
        Score standing = best.Standing!;
        string score = $"{metric.DisplayName} {Figures.WithError(best.Score!.Value, best.Score.StandardError)}";
        if (WishedTie.Of(journal) is { } tie)
        {
            return (tie.Node.Id, $"Node {tie.Node.Id} was made for a reviewer's comment, and ties with node {best.Id}, which has the best score {(best.Folded is null ? "on the blind holdout" : "over all folds")}: {metric.DisplayName} {Figures.WithError(tie.Node.Standing!.Value, tie.Node.Standing.StandardError)} against {Figures.WithError(standing.Value, standing.StandardError)}, on the same rows {tie.Words}, which is within the error. In a tie the comment decides.");
        }

        Belief belief = new(journal);
        Node believed = (near ?? []).Select(id => journal[id]).Aggregate(best, (first, next) => belief.IsBetter(next, first) ? next : first);
        if (believed.Id != best.Id)
        {
            return (believed.Id, $"Node {best.Id} has the best score on the blind holdout, {score}, and {near!.Length - 1} more {(near.Length == 2 ? "is" : "are")} within two paired errors of it. Of these node {believed.Id} is the best where its own score out of fold counts as well: {metric.DisplayName} {Figures.WithError(believed.Score!.Value, believed.Score.StandardError)} on the holdout.");
        }

        Node? second = journal.Nodes
            .Where(node => node is { IsValid: true, Rejected: null } && node.Id != best.Id && node.Code != best.Code)
            .OrderByDescending(node => metric.Gain(node.Score!.Value, best.Score.Value))
            .FirstOrDefault();
        if (second is null)
        {
            return (best.Id, $"Node {best.Id} is the only valid solution: {score} on the blind holdout.");
        }

        double behind = metric.Gain(best.Score.Value, second.Score!.Value);
        if (behind < 0)
        {
            return (best.Id, $"Node {best.Id} has the best score on the blind holdout of those that did not fail on a fold, {score}; node {second.Id}, which did, has {Figures.WithError(second.Score.Value, second.Score.StandardError)} there.");
        }

        string gap = Figures.Rounded(behind, best.Score.StandardError);
        return (best.Id, $"Node {best.Id} has the best score on the blind holdout, {score}; node {second.Id} {(gap.Any(letter => letter is > '0' and <= '9') ? $"follows {gap} behind" : "has the same to these digits")}.");
    }
}
