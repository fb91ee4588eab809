using AgentIde.Core.Engineering.BuiltIn;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Search;

/// <summary>
/// What nodes are believed to be worth where the search chooses what to go on from: the score on the holdout, and where the built-in engineer wrote
/// the program also its own score out of fold, which is of other and more rows; where a node has a score over all folds of train, that one, less what such scores
/// differ by from those on the first fold. Each counts by its rows, the claim at half, less what claims
/// of this run are off by as a rule. A claim that departs from that by more than chance says something else, and counts for nothing. No score and
/// no figure that is shown as one depends on it. A function of the journal alone.
/// </summary>
internal sealed class Belief
{
    /// <summary>What a claim's row counts for beside one of the holdout: it is the program's own word.</summary>
    private const double ClaimedRow = 0.5;

    /// <summary>In standard errors: what claim and holdout may differ by.</summary>
    private const double Chance = 3;

    /// <summary>With fewer claims nothing tells what they are off by.</summary>
    private const int LeastClaims = 3;

    private readonly Dictionary<int, double> _claimed = [];
    private readonly Journal _journal;
    private readonly MetricFacts? _metric;
    private readonly double _off;
    private readonly double _offOfFolds;
    private readonly double _rows;
    private readonly int _scoredRows;
    private readonly double _error;

    public Belief(Journal journal)
    {
        _journal = journal;
        _metric = journal.Task?.Metric;
        double[] offsOfFolds = [.. journal.Nodes.Where(node => node.Folded is not null).Select(node => node.Folded!.Value - node.Score!.Value)];
        _offOfFolds = offsOfFolds.Length > 0 ? Median(offsOfFolds) : 0;
        Node[] claiming = [.. journal.Nodes.Where(node => IsOutOfFold(journal, node))];
        if (claiming.Length < LeastClaims || journal.Split is not { ScoredRows: > 0 } split)
        {
            return;
        }

        _scoredRows = split.ScoredRows;
        _rows = (double)split.TrainRows / _scoredRows;
        double[] errors = [.. claiming.SelectMany(node => node.Score!.Comparisons).Select(known => known.StandardError).Where(error => error > 0)];
        _error = errors.Length > 0 ? Median(errors) : claiming.Max(node => node.Score!.StandardError ?? 0);
        _off = Median([.. claiming.Select(node => node.Score!.Claim!.Value - node.Score.Value)]);
        foreach (Node node in claiming)
        {
            double claimed = node.Score!.Claim!.Value - _off;
            if (Math.Abs(claimed - node.Score.Value) <= Chance * _error * Math.Sqrt(1 + (1 / _rows)))
            {
                _claimed.Add(node.Id, claimed);
            }
        }
    }

    /// <summary>How much what is claimed counts beside the holdout: 0 to 1.</summary>
    private double Weight => WeightOf(_rows);

    /// <summary>In the metric's units, where the holdout's scores are; of a node with a score.</summary>
    public double Of(Node node) =>
        node.Folded is { } all ? all.Value - _offOfFolds
        : _claimed.TryGetValue(node.Id, out double claimed) ? ((1 - Weight) * node.Score!.Value) + (Weight * claimed) : node.Score!.Value;

    /// <summary>The same of nodes that were scored on more rows than the holdout's, in their order and on the level of these scores.</summary>
    /// <param name="moreRows">Rows beside the holdout's.</param>
    public double[] Of(IReadOnlyCollection<(Node Node, double Score)> scored, int moreRows)
    {
        double moved = Median([.. scored.Select(one => one.Score - one.Node.Score!.Value)]), weight = WeightOf(_rows * _scoredRows / Math.Max(1, _scoredRows + moreRows));
        return [.. scored.Select(one => _claimed.TryGetValue(one.Node.Id, out double claimed) ? ((1 - weight) * one.Score) + (weight * (claimed + moved)) : one.Score)];
    }

    public bool IsBetter(Node one, Node other) => _metric!.IsBetter(Of(one), Of(other));

    private static double WeightOf(double rows) => ClaimedRow * rows / (1 + (ClaimedRow * rows));

    /// <summary>The valid node believed to be best that nobody rejected, the earliest among equals; null where there is none.</summary>
    public int? Best => _journal.Nodes
        .Where(node => node is { IsValid: true, Rejected: null })
        .Aggregate((Node?)null, (best, node) => best is null || IsBetter(node, best) ? node : best)?.Id;

    /// <summary>How much better a node is than another, in errors of the difference; null where nothing tells.</summary>
    /// <param name="comparison">Of the two on the holdout.</param>
    public double? Errors(Node node, Node other, Comparison comparison)
    {
        if (node.Folded is { } mine && other.Folded is not null && mine.Comparisons.FirstOrDefault(known => known.Other == other.Id) is { StandardError: > 0 } onAll)
        {
            return onAll.Gain / onAll.StandardError;
        }

        if (comparison.StandardError <= 0)
        {
            return null;
        }

        if (!_claimed.TryGetValue(node.Id, out double claimed) || !_claimed.TryGetValue(other.Id, out double theirs))
        {
            return comparison.Gain / comparison.StandardError;
        }

        double gain = ((1 - Weight) * comparison.Gain) + (Weight * _metric!.Gain(claimed, theirs));
        return gain / (comparison.StandardError * Math.Sqrt(((1 - Weight) * (1 - Weight)) + (Weight * Weight / _rows)));
    }

    private static bool IsOutOfFold(Journal journal, Node node) =>
        node is { Score: { Kind: ScoreKind.Verified, Claim: { } claim }, Rejected: null, Author: null } && double.IsFinite(claim)
        && journal is { Split.Kind: not SplitKind.Time, Settings.IsByProgram: false } && BuiltInEngineer.ScoresOutOfFold(node);

    /// <summary>Of at least one value, which are sorted in place.</summary>
    internal static double Median(double[] values)
    {
        Array.Sort(values);
        return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }
}
