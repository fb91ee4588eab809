using AgentIde.Core.Runs;

namespace AgentIde.Tasks.Metrics;

/// <summary>Share of rows whose predicted class is the answer, 0 to 1; scikit-learn's <c>accuracy_score</c>.</summary>
internal sealed class Accuracy() : MeanMetric("accuracy", "Accuracy", MetricDirection.HigherIsBetter, PredictionKind.Labels, root: false)
{
    protected override double OfRow(double answer, ReadOnlySpan<double> prediction) => prediction[0] == answer ? 1 : 0;
}
