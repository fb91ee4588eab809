using AgentIde.Core.Runs;

namespace AgentIde.Tasks.Metrics;

/// <summary>Root mean squared error, in the label's unit; scikit-learn's <c>mean_squared_error(squared=False)</c>.</summary>
internal sealed class RootMeanSquaredError() : MeanMetric("rmse", "RMSE", MetricDirection.LowerIsBetter, PredictionKind.Values, root: true)
{
    protected override double OfRow(double answer, ReadOnlySpan<double> prediction)
    {
        double error = prediction[0] - answer;
        return error * error;
    }
}
