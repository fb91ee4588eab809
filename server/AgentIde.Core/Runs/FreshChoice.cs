using System.Globalization;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Search;

namespace AgentIde.Core.Runs;

/// <summary>
/// Which nodes are executed again on a fresh split before one is chosen, the time that this may take, and which one is chosen then: the one
/// with the best mean of both scores less half its standard error. Functions of the journal alone.
/// </summary>
internal static class FreshChoice
{
    /// <summary>The most nodes that are tried.</summary>
    public const int MostFinalists = 5;

    /// <summary>With fewer solutions chance has little to choose from, and two more executions would be half as many again.</summary>
    public const int LeastSolutions = 5;

    /// <summary>Of a run's time limit, the most that the search leaves for it.</summary>
    public const double LargestShare = 0.15;

    /// <summary>How far behind the leader a finalist may be, in standard errors of their difference.</summary>
    private const double Reach = 2;

    /// <summary>What the search leaves for an execution, in times of its seconds and in seconds: a little more than is planned with in the end, to lay the files and to grade.</summary>
    private const double Ample = 1.25, AmpleEach = 1;

    /// <summary>What a refit is given at least, in times of the node's own seconds, and what it is given where it grows with the square of the rows, as kernels do.</summary>
    private const double OfRefit = 1.5, OfRefitBySquare = 1.1;

    /// <summary>Valid nodes that nobody rejected, the best first; of those that predict the very same, the first alone.</summary>
    public static IEnumerable<Node> Solutions(Journal journal) => journal.Best is not { } best ? [] : Ranked(journal, journal[best], double.PositiveInfinity);

    /// <summary>How far behind the leader a node may be, given their difference on the same rows.</summary>
    public static bool IsWithinReach(double gain, double error) => gain >= -Reach * error;

    /// <summary>Seconds that the refit of a node is given.</summary>
    public static double RefitSeconds(Journal journal, int node)
    {
        double more = journal.Split is { TrainRows: > 0 } split ? 1 + ((double)split.HoldoutRows / split.TrainRows) : 1;
        return Math.Max(OfRefit, OfRefitBySquare * more * more) * Seconds(journal, node);
    }

    /// <summary>
    /// Seconds that the search leaves for the choice, as it stands: for as many of those within reach as fit into the share, none where that is
    /// the leader alone. What it took to execute them is known; how far apart they are, where they were compared, and else by how nodes differ from the leader.
    /// </summary>
    public static double SecondsKept(Journal journal)
    {
        if (journal.ValidNodes < LeastSolutions || journal.Split is null or { Kind: SplitKind.Time } or { Folds: not null } || journal.Best is not { } id || journal[id].Score is not { StandardError: { } own } score)
        {
            return 0;
        }

        Node best = journal[id];
        double usual = score.Comparisons.IsEmpty ? own : score.Comparisons.Average(known => known.StandardError);
        int[] nodes = [.. Ranked(journal, best, 2 * Reach * Math.Max(usual, own)).Where(node => node.Id == id || IsNear(node)).Take(MostFinalists).Select(node => node.Id)];
        double refit = RefitSeconds(journal, id); // It is kept already.
        int[] fitting = Fitting(journal, nodes, (LargestShare * journal.Settings!.Budget.Seconds) + refit, Ample, AmpleEach);
        return fitting.Length < 2 ? 0 : Cost(journal, fitting, Ample, AmpleEach) - refit;

        bool IsNear(Node node) => WishedTie.Between(node, best) is { } known
            ? IsWithinReach(known.Gain, known.StandardError)
            : IsWithinReach(journal.Task!.Metric.Gain(node.Score!.Value, score.Value), usual);
    }

    /// <summary>Seconds that the search leaves for what follows it, as it stands: choice and refit.</summary>
    public static double SecondsAfterSearch(Journal journal) => journal.Best is { } best ? RefitSeconds(journal, best) + SecondsKept(journal) + FoldChoice.SecondsKept(journal) : 0;

    /// <summary>The first of the nodes, as many as can be executed once more in so many seconds, with the refit of the slowest.</summary>
    public static int[] Fitting(Journal journal, int[] nodes, double seconds, double factor = 1.1, double each = 0.5) =>
        nodes[..Enumerable.Range(1, nodes.Length).LastOrDefault(count => Cost(journal, nodes[..count], factor, each) <= seconds)];

    /// <summary>Seconds for executing each of the nodes once more, as many at once as in the search, and for the refit of the slowest.</summary>
    public static double Cost(Journal journal, int[] nodes, double factor = 1.1, double each = 0.5)
    {
        return Math.Max(nodes.Sum(Each) / Math.Max(1, journal.Settings!.Workers), nodes.Max(Each)) + nodes.Max(node => RefitSeconds(journal, node));

        double Each(int node) => (factor * Seconds(journal, node)) + each;
    }

    /// <summary>Wall time of the node's execution in the search.</summary>
    public static double Seconds(Journal journal, int node) => journal.Executed(node).Execution?.Seconds ?? 0;

    /// <summary>The mean of a finalist's scores on the holdout and on the fresh split, with its standard error: the two have no row in common. Null where it lacks one.</summary>
    public static (double Mean, double StandardError)? MeanOf(Journal journal, Finalist finalist) =>
        finalist.Result is { Score: { } fresh, StandardError: { } error } && journal[finalist.Node].Score is { Value: var holdout, StandardError: { } own }
            ? ((holdout + fresh) / 2, Math.Sqrt((own * own) + (error * error)) / 2)
            : null;

    /// <summary>What is chosen of the finalists, once each was tried or could not be; null where the holdout alone decides, and why.</summary>
    public static (int? Node, string Why) Of(Journal journal)
    {
        FinalRound round = journal.FinalRound!;
        MetricFacts metric = journal.Task!.Metric;
        Finalist[] wanted = [.. round.Finalists.Where(finalist => journal[finalist.Node].Rejected is null)];
        (Finalist Finalist, double Mean, double Error)[] scored =
            [.. from finalist in wanted let both = MeanOf(journal, finalist) where both is not null select (finalist, both.Value.Mean, both.Value.StandardError)];
        // They stand in the order of belief; where a person has rejected the leader, another one leads by its score.
        if (Array.Find(wanted, finalist => finalist.Node == journal.Best) is not { } leader)
        {
            return (null, wanted.Length == 0 || journal.Best is not { } best ? "those that were tried were rejected" : $"what led when they were tried was rejected, and node {best}, which leads now, was not tried there");
        }

        if (leader.Result is null or { IsUntried: true })
        {
            return (null, leader.Result?.Problem ?? "it did not come to it");
        }

        bool isOut = leader.Result.Score is null;
        if (scored.Length < (isOut ? 1 : 2))
        {
            return (null, isOut ? "none of those that were tried left a score there" : "no other left a score there");
        }

        // What the built-in engineer's programs score out of fold says more than both splits of a small task do.
        double[] believed = new Belief(journal).Of([.. scored.Select(one => (journal[one.Finalist.Node], one.Mean))], round.Rows);
        (Finalist chosen, double mean, double error) = scored[Best(believed)];
        Finalist byScores = scored[Best([.. scored.Select(one => one.Mean)])].Finalist;
        string rows = round.Rows.ToString("N0", CultureInfo.InvariantCulture);
        string why = $"Nodes {Listed([.. round.Finalists.Select(finalist => $"{finalist.Node}")])} are within two paired errors on the blind holdout, so they were executed again on a fresh split, with {rows} other rows held out. "
            + $"Node {chosen.Node} has the best mean of both less half an error{(chosen == byScores ? "" : ", where its own score out of fold is a part of it")}: {metric.DisplayName} {Figures.WithError(mean, error)}, of {WithError(journal[chosen.Node].Score!)} on the holdout and {Figures.WithError(chosen.Result!.Score!.Value, chosen.Result.StandardError)} on the fresh split.{(chosen == byScores ? "" : $" By the two alone it would have been node {byScores.Node}.")}";
        return (chosen.Node, $"{why}{Against(chosen, leader, scored.Select(one => one.Finalist), isOut || leader.Node != round.Finalists[0].Node)}{Disagreement(metric, chosen, scored.Select(one => one.Finalist))}{string.Concat(wanted.Where(finalist => finalist.Result is not { Problem: null }).Select(Lacking))}");

        double Low(double value, int place) => value + ((metric.Direction == MetricDirection.LowerIsBetter ? 0.5 : -0.5) * scored[place].Error);

        // The earlier of equals.
        int Best(double[] values) => Enumerable.Range(0, values.Length).Aggregate((best, next) => metric.IsBetter(Low(values[next], next), Low(values[best], best)) ? next : best);
    }

    private static string Against(Finalist chosen, Finalist leader, IEnumerable<Finalist> scored, bool isAlone)
    {
        if (chosen.Node != leader.Node)
        {
            return isAlone ? "" : $" Against node {leader.Node}, which leads on the holdout, it is {Told(chosen.Result!)} in the mean.";
        }

        Finalist? next = isAlone ? null : scored.Where(other => other.Node != leader.Node && other.Result!.OnFresh is not null).MaxBy(other => GainOf(other.Result!).Gain);
        return next is null ? "" : $" It leads on the holdout too; node {next.Node} is {Told(next.Result!)} in the mean.";
    }

    /// <summary>An honest caveat: what is chosen is not what the fresh split alone would choose.</summary>
    private static string Disagreement(MetricFacts metric, Finalist chosen, IEnumerable<Finalist> scored)
    {
        Finalist first = scored.Aggregate((best, next) => metric.IsBetter(next.Result!.Score!.Value, best.Result!.Score!.Value) ? next : best);
        return first.Node == chosen.Node ? "" : $" The fresh split alone would have chosen node {first.Node} ({Figures.WithError(first.Result!.Score!.Value, first.Result.StandardError)}).";
    }

    private static string Lacking(Finalist finalist) =>
        finalist.Result is { IsUntried: not true } failed ? $" Node {finalist.Node} failed there: {failed.Problem}." : $" Node {finalist.Node} was not tried there: {finalist.Result?.Problem ?? "the run was stopped"}.";

    private static string Told(FinalistTried tried)
    {
        (double gain, double error) = GainOf(tried);
        return gain == 0 && error == 0 ? "no different" : $"{(gain < 0 ? "worse" : "better")} by {Figures.WithError(Math.Abs(gain), error)}";
    }

    /// <summary>Against the first of the finalists, in the mean of both splits.</summary>
    private static (double Gain, double StandardError) GainOf(FinalistTried tried) => tried is { OnHoldout: { } holdout, OnFresh: { } fresh }
        ? ((holdout.Gain + fresh.Gain) / 2, Math.Sqrt((holdout.StandardError * holdout.StandardError) + (fresh.StandardError * fresh.StandardError)) / 2)
        : (0, 0);

    private static string WithError(Score score) => Figures.WithError(score.Value, score.StandardError);

    private static string Listed(string[] nodes) => $"{string.Join(", ", nodes[..^1])} and {nodes[^1]}";

    /// <param name="within">How far behind the best, in the metric's units.</param>
    private static IEnumerable<Node> Ranked(Journal journal, Node best, double within)
    {
        MetricFacts metric = journal.Task!.Metric;
        return journal.Nodes
            .Where(node => node is { Rejected: null, Score: { Kind: ScoreKind.Verified, Value: var value } } && metric.Gain(best.Score!.Value, value) <= within)
            .OrderBy(node => metric.Gain(best.Score!.Value, node.Score!.Value))
            .Where(node => journal.Executed(node.Id).Execution?.Submission is not null)
            .DistinctBy(node => journal.Executed(node.Id).Execution!.Submission);
    }
}
