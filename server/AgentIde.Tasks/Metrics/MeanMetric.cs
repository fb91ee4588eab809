using AgentIde.Core.Runs;

namespace AgentIde.Tasks.Metrics;

/// <summary>A mean over rows, or the square root of one.</summary>
internal abstract class MeanMetric(string name, string displayName, MetricDirection direction, PredictionKind predicts, bool root)
    : Metric(name, displayName, direction, predicts)
{
    public sealed override MetricValue Evaluate(ReadOnlySpan<double> answers, ReadOnlySpan<double> predictions)
    {
        RequireFit(answers, predictions);
        int rows = answers.Length;
        int width = predictions.Length / rows;
        double[] values = new double[rows];
        double sum = 0;
        for (int row = 0; row < rows; row++)
        {
            values[row] = OfRow(answers[row], predictions.Slice(row * width, width));
            sum += values[row];
        }

        double mean = sum / rows;
        double score = root ? Math.Sqrt(mean) : mean;

        // The root's derivative is 1 / (2 root); a root of zero has no spread at all.
        double slope = !root ? 1 : score > 0 ? 0.5 / score : 0;
        double scale = slope * Math.Sqrt(rows / Math.Max(rows - 1.0, 1.0));

        // One row tells nothing of how much rows differ: held against none at all, its square is in the mean no smaller than its variance.
        mean = rows == 1 ? 0 : mean;
        for (int row = 0; row < rows; row++)
        {
            values[row] = (values[row] - mean) * scale;
        }

        return new MetricValue(score, values);
    }

    /// <param name="prediction">One number, or one for each class.</param>
    protected abstract double OfRow(double answer, ReadOnlySpan<double> prediction);
}
