using AgentIde.Core.Runs;

namespace AgentIde.Tasks.Metrics;

/// <summary>
/// A score of predictions against answers, with the influence of each row on it, so that standard errors, also those
/// of a difference on the same rows, follow without resampling. Pure and safe for use by several threads.
/// Answers are one number a row: the value, 0 or 1, or a class by its index. Predictions are one number a row too, or
/// one for each class, row by row. All numbers are finite.
/// </summary>
public abstract class Metric
{
    private protected Metric(string name, string displayName, MetricDirection direction, PredictionKind predicts) =>
        Facts = new MetricFacts(name, displayName, direction, predicts);

    public MetricFacts Facts { get; }

    public string Name => Facts.Name;

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

    /// <summary>Why an answer does not suit the metric: <c>roc-auc needs 0 or 1</c>; null where it does.</summary>
    public virtual string? ProblemOfAnswer(double answer) => null;

    /// <summary>Why a prediction does not suit the metric: <c>rmsle takes no negative value</c>; null where it does.</summary>
    public virtual string? ProblemOfPrediction(double prediction) => null;

    /// <summary>Why the answers as a whole have no score: <c>all answers are 0</c>; null where they have.</summary>
    public virtual string? ProblemOfAnswers(ReadOnlySpan<double> answers) => null;

    /// <summary>Whether these rows tell how much such rows differ, as one row alone does not: what has no such error is no figure to report.</summary>
    public virtual bool HasErrorOf(ReadOnlySpan<double> answers) => answers.Length > 1;

    private protected static void RequireFit(ReadOnlySpan<double> answers, ReadOnlySpan<double> predictions)
    {
        if (answers.IsEmpty || predictions.Length % answers.Length != 0 || predictions.IsEmpty)
        {
            throw new ArgumentException($"{predictions.Length} predictions do not fit {answers.Length} answers.");
        }
    }
}
