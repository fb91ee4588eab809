using AgentIde.Core.Runs;

namespace AgentIde.Tasks.Metrics;

/// <summary>Mean absolute error, in the label's unit; scikit-learn's <c>mean_absolute_error</c>.</summary>
internal sealed class MeanAbsoluteError() : MeanMetric("mae", "MAE", MetricDirection.LowerIsBetter, PredictionKind.Values, root: false)
{
    protected override double OfRow(double answer, ReadOnlySpan<double> prediction) => Math.Abs(prediction[0] - answer);
}
