using AgentIde.Core.Runs;

namespace AgentIde.Tasks.Metrics;

/// <summary>
/// Binary cross-entropy, in nats; scikit-learn 1.2's <c>log_loss(answers, p, labels=[0, 1])</c>: probabilities are
/// clipped to [ε, 1 − ε] with ε of a 64-bit float, then p and 1 − p rescaled to sum to one.
/// </summary>
internal sealed class LogLoss() : MeanMetric("log-loss", "Log loss", MetricDirection.LowerIsBetter, PredictionKind.Probability, root: false)
{
    public override string? ProblemOfAnswer(double answer) => answer is 0 or 1 ? null : "log-loss needs 0 or 1";

    public override string? ProblemOfPrediction(double prediction) => Probability.Problem(prediction);

    protected override double OfRow(double answer, ReadOnlySpan<double> prediction)
    {
        double yes = Probability.Clip(prediction[0]);
        double no = 1 - yes;
        return -Math.Log((answer == 1 ? yes : no) / (yes + no));
    }
}
