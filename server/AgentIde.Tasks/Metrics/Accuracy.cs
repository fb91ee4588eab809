using AgentIde.Core.Runs;

namespace AgentIde.Tasks.Metrics;

/// <summary>
/// Share of rows whose predicted class is the answer, 0 to 1; scikit-learn's <c>accuracy_score</c>, which takes
/// numbers for classes only where they are whole. A class that no answer has is merely wrong.
/// </summary>
internal sealed class Accuracy() : MeanMetric("accuracy", "Accuracy", MetricDirection.HigherIsBetter, PredictionKind.Labels, root: false)
{
    public override string? ProblemOfAnswer(double answer) => ProblemOfPrediction(answer);

    public override string? ProblemOfPrediction(double prediction) =>
        prediction == Math.Floor(prediction) ? null : "a class that is a number is a whole one";

    protected override double OfRow(double answer, ReadOnlySpan<double> prediction) => prediction[0] == answer ? 1 : 0;
}
