using AgentIde.Core.Runs;

namespace AgentIde.Core.Simulation;

/// <summary>
/// Scores of one task on a common scale: 0 is the median of its recorded drafts, 1 the best recorded node, higher is
/// better whatever the metric.
/// </summary>
public sealed class ScoreScale
{
    private readonly MetricFacts _metric;
    private readonly double _median;
    private readonly double _unit;

    internal ScoreScale(MetricFacts metric, IReadOnlyCollection<PoolNode> scored)
    {
        _metric = metric;
        double[] drafts = [.. scored.Where(node => node.Operator == Operator.Draft).Select(node => node.Score!.Value)];
        double[] all = [.. scored.Select(node => node.Score!.Value)];
        double[] middle = [.. (drafts.Length > 0 ? drafts : all).Order()];
        _median = (middle[middle.Length / 2] + middle[(middle.Length - 1) / 2]) / 2;
        (BestScore, WorstScore) = metric.Direction == MetricDirection.LowerIsBetter ? (all.Min(), all.Max()) : (all.Max(), all.Min());
        double above = metric.Gain(BestScore, _median), spread = metric.Gain(BestScore, WorstScore);
        _unit = above > 0 ? above : spread > 0 ? spread : 1;
        (Best, Worst) = (Of(BestScore), Of(WorstScore));
    }

    /// <summary>In the metric's units, as with <see cref="WorstScore"/> and <see cref="MedianDraft"/>.</summary>
    public double BestScore { get; }

    public double WorstScore { get; }

    public double MedianDraft => _median;

    internal double Best { get; }

    internal double Worst { get; }

    public double Of(double score) => _metric.Gain(score, _median) / _unit;

    public double Score(double scaled) => _metric.Direction == MetricDirection.LowerIsBetter ? _median - (scaled * _unit) : _median + (scaled * _unit);

    /// <summary>Errors of differences, which have no zero.</summary>
    internal double OfError(double error) => error / _unit;

    internal double Error(double scaled) => scaled * _unit;
}
