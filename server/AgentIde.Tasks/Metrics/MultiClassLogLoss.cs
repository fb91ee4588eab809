using AgentIde.Core.Runs;

namespace AgentIde.Tasks.Metrics;

/// <summary>
/// Cross-entropy over classes, in nats; scikit-learn 1.2's <c>log_loss(answers, p, labels=classes)</c>: each
/// probability is clipped to [ε, 1 − ε] with ε of a 64-bit float, then the row is rescaled to sum to one. A class
/// without an answer of its own is no obstacle.
/// </summary>
internal sealed class MultiClassLogLoss()
    : MeanMetric("multi-class-log-loss", "Multi-class log loss", MetricDirection.LowerIsBetter, PredictionKind.ClassProbabilities, root: false)
{
    public override string? ProblemOfPrediction(double prediction) => Probability.Problem(prediction);

    protected override double OfRow(double answer, ReadOnlySpan<double> prediction)
    {
        double sum = 0;
        foreach (double probability in prediction)
        {
            sum += Probability.Clip(probability);
        }

        return -Math.Log(Probability.Clip(prediction[(int)answer]) / sum);
    }
}
