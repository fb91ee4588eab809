using AgentIde.Core.Runs;

namespace AgentIde.Tasks.Metrics;

/// <summary>
/// Root mean squared error of ln(1 + value), without a unit; scikit-learn's <c>mean_squared_log_error(squared=False)</c>,
/// which raises where an answer or a prediction is negative.
/// </summary>
internal sealed class RootMeanSquaredLogError() : MeanMetric("rmsle", "RMSLE", MetricDirection.LowerIsBetter, PredictionKind.Values, root: true)
{
    public override string? ProblemOfAnswer(double answer) => ProblemOfPrediction(answer);

    public override string? ProblemOfPrediction(double prediction) => prediction < 0 ? "rmsle takes no negative value" : null;

    protected override double OfRow(double answer, ReadOnlySpan<double> prediction)
    {
        double error = LogOnePlus(prediction[0]) - LogOnePlus(answer);
        return error * error;
    }

    /// <summary>
    /// ln(1 + x) without the loss of digits for small x: the rounding of 1 + x cancels between logarithm and
    /// difference (Goldberg 1991, What Every Computer Scientist Should Know About Floating-Point Arithmetic, theorem 4).
    /// </summary>
    private static double LogOnePlus(double x)
    {
        double rounded = 1 + x;
        return rounded == 1 ? x : double.IsInfinity(rounded) ? Math.Log(x) : Math.Log(rounded) * (x / (rounded - 1));
    }
}
