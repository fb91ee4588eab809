using AgentIde.Core.Runs;

namespace AgentIde.Tasks.Metrics;

/// <summary>
/// Area under the ROC curve, 0 to 1: the share of pairs of a 1 and a 0 that the predictions put in the right order,
/// ties counting half; scikit-learn's <c>roc_auc_score</c>. Any finite numbers will do, for only their order counts.
/// Influences are the placements of DeLong, DeLong and Clarke-Pearson (Biometrics 44, 1988), all ranked in one sort as
/// by Sun and Xu (IEEE Signal Processing Letters 21, 2014).
/// </summary>
internal sealed class RocAuc() : Metric("roc-auc", "ROC AUC", MetricDirection.HigherIsBetter, PredictionKind.Probability)
{
    public override string? ProblemOfAnswer(double answer) => answer is 0 or 1 ? null : "roc-auc needs 0 or 1";

    public override string? ProblemOfAnswers(ReadOnlySpan<double> answers) =>
        answers.ContainsAnyExcept(answers[0]) ? null : $"all answers are {answers[0]}: roc-auc needs both 0 and 1";

    public override MetricValue Evaluate(ReadOnlySpan<double> answers, ReadOnlySpan<double> predictions)
    {
        RequireFit(answers, predictions);
        if (answers.Length != predictions.Length || ProblemOfAnswers(answers) is not null)
        {
            throw new ArgumentException("ROC AUC needs one prediction a row, and answers of both 0 and 1.");
        }

        int rows = answers.Length;
        double[] sorted = predictions.ToArray();
        int[] order = new int[rows];
        for (int row = 0; row < rows; row++)
        {
            order[row] = row;
        }

        Array.Sort(sorted, order);
        double positives = answers.Count(1.0);
        double negatives = rows - positives;
        double[] placements = new double[rows];
        double area = Place(sorted, order, answers, positives, negatives, placements) / (positives * negatives);
        double positiveScale = rows / Math.Sqrt(positives * Math.Max(positives - 1, 1));
        double negativeScale = rows / Math.Sqrt(negatives * Math.Max(negatives - 1, 1));
        for (int row = 0; row < rows; row++)
        {
            placements[row] = (placements[row] - area) * (answers[row] == 1 ? positiveScale : negativeScale);
        }

        return new MetricValue(area, placements);
    }

    /// <summary>
    /// The mean of the folds' areas, each by its rows: models of different folds need not agree on what a prediction of 0.3 means, and pooled in one ranking they
    /// would be punished for it (Forman and Scholz, SIGKDD Explorations 12, 2010).
    /// </summary>
    public override MetricValue EvaluateFolds(IReadOnlyList<(double[] Answers, double[] Predictions)> folds)
    {
        MetricValue[] values = [.. folds.Select(fold => Evaluate(fold.Answers, fold.Predictions))];
        double rows = values.Sum(value => value.Influences.Length);

        // A fold's influences are scaled for its rows, and its weight is its share of all: they stand as they are.
        return new MetricValue(values.Sum(value => value.Score * value.Influences.Length / rows), values.SelectMany(value => value.Influences.ToArray()).ToArray());
    }

    /// <summary>Gives each row the share of the other class that it is in the right order with; returns the pairs in order.</summary>
    private static double Place(
        double[] sorted, int[] order, ReadOnlySpan<double> answers, double positives, double negatives, double[] placements)
    {
        double positivesBelow = 0;
        double negativesBelow = 0;
        double pairs = 0;
        for (int first = 0, next; first < sorted.Length; first = next)
        {
            double tiedPositives = 0;
            for (next = first; next < sorted.Length && sorted[next] == sorted[first]; next++)
            {
                tiedPositives += answers[order[next]];
            }

            double tiedNegatives = next - first - tiedPositives;
            double belowPositive = negativesBelow + (tiedNegatives / 2);
            double abovePositive = positives - positivesBelow - (tiedPositives / 2);
            for (int place = first; place < next; place++)
            {
                int row = order[place];
                placements[row] = answers[row] == 1 ? belowPositive / negatives : abovePositive / positives;
            }

            pairs += tiedPositives * belowPositive;
            positivesBelow += tiedPositives;
            negativesBelow += tiedNegatives;
        }

        return pairs;
    }
}
