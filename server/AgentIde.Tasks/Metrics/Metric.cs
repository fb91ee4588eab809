using AgentIde.Core.Runs;

namespace AgentIde.Tasks.Metrics;

/// <summary>
/// A score of predictions against answers, with the influence of each row on it, so that standard errors, also those
/// of a difference on the same rows, follow without resampling. Pure and safe for use by several threads.
/// Answers are one number a row: the value, 0 or 1, or a class by its index. Predictions are one number a row too, or
/// one for each class, row by row. All numbers are finite.
/// </summary>
public abstract class Metric : TaskMetric
{
    private protected Metric(string name, string displayName, MetricDirection direction, PredictionKind predicts)
        : base(new MetricFacts(name, displayName, direction, predicts))
    {
    }

    /// <summary>What is drawn when rows are split or resampled. All metrics so far are by row.</summary>
    public virtual MetricUnit Unit => MetricUnit.Row;

    /// <summary>The score and the influence of each row.</summary>
    /// <param name="answers">One number a row; at least one row.</param>
    /// <param name="predictions">As long as the answers, or that times the number of classes.</param>
    /// <exception cref="ArgumentException">
    /// The lengths don't fit, or answers or predictions are none that <see cref="ProblemOfAnswers"/>,
    /// <see cref="ProblemOfAnswer"/> and <see cref="ProblemOfPrediction"/> let pass.
    /// </exception>
    public abstract MetricValue Evaluate(ReadOnlySpan<double> answers, ReadOnlySpan<double> predictions);

    /// <summary>
    /// The score over folds that are predicted by a model each, with the influence of each row, fold by fold. All rows count together, as if one model had predicted them;
    /// a metric that compares predictions of different rows with each other takes each fold for itself.
    /// </summary>
    /// <param name="folds">Of each fold what <see cref="Evaluate"/> takes.</param>
    /// <exception cref="ArgumentException">As with <see cref="Evaluate"/>.</exception>
    public virtual MetricValue EvaluateFolds(IReadOnlyList<(double[] Answers, double[] Predictions)> folds) =>
        Evaluate(folds.SelectMany(fold => fold.Answers).ToArray(), folds.SelectMany(fold => fold.Predictions).ToArray());

    /// <summary>Whether <see cref="EvaluateFolds"/> takes each fold for itself, so that its influences are held against the score of their fold.</summary>
    public virtual bool TakesFoldsApart => false;

    private protected static void RequireFit(ReadOnlySpan<double> answers, ReadOnlySpan<double> predictions)
    {
        if (answers.IsEmpty || predictions.Length % answers.Length != 0 || predictions.IsEmpty)
        {
            throw new ArgumentException($"{predictions.Length} predictions do not fit {answers.Length} answers.");
        }
    }
}
