using AgentIde.Core.Runs;

namespace AgentIde.Tasks.Metrics;

/// <summary>
/// Area under the ROC curve, 0 to 1: the share of pairs of a 1 and a 0 that the predictions put in the right order,
/// ties counting half; scikit-learn's <c>roc_auc_score</c>. Any finite numbers will do, for only their order counts.
/// Influences are the placements of DeLong, DeLong and Clarke-Pearson (Biometrics 44, 1988), all ranked in one sort as
/// by Sun and Xu (IEEE Signal Processing Letters 21, 2014). The one row of a class tells nothing of how much such rows differ: its placement
/// is held against chance, so that its square is in the mean no smaller than its variance, and that of two predictions of it no smaller than that of their difference.
/// </summary>
internal sealed class RocAuc() : Metric("roc-auc", "ROC AUC", MetricDirection.HigherIsBetter, PredictionKind.Probability)
{
    /// <summary>What the placement of a class's only row is held against.</summary>
    private const double Chance = 0.5;

    public override string? ProblemOfAnswer(double answer) => answer is 0 or 1 ? null : "roc-auc needs 0 or 1";

    public override string? ProblemOfAnswers(ReadOnlySpan<double> answers) =>
        answers.ContainsAnyExcept(answers[0]) ? null : $"all answers are {answers[0]}: roc-auc needs both 0 and 1";

    public override bool TakesFoldsApart => true;

    public override bool HasErrorOf(ReadOnlySpan<double> answers) => answers.Count(1.0) is > 1 and var positives && answers.Length - positives > 1;

    public override MetricValue Evaluate(ReadOnlySpan<double> answers, ReadOnlySpan<double> predictions)
    {
        (double area, double[] placements) = Placed(answers, predictions);
        Scale(answers, placements, (count, _) => count > 1 ? (area, count - 1) : (Chance, 1));
        return new MetricValue(area, placements);
    }

    /// <summary>
    /// The mean of the folds' areas, each by its rows: models of different folds need not agree on what a prediction of 0.3 means, and pooled in one ranking they
    /// would be punished for it (Forman and Scholz, SIGKDD Explorations 12, 2010). Where a fold has one row of a class, that of all folds is what it is held against.
    /// </summary>
    public override MetricValue EvaluateFolds(IReadOnlyList<(double[] Answers, double[] Predictions)> folds)
    {
        (double Area, double[] Placements)[] placed = [.. folds.Select(fold => Placed(fold.Answers, fold.Predictions))];
        double rows = placed.Sum(fold => fold.Placements.Length), mean = placed.Sum(fold => fold.Area * fold.Placements.Length / rows);
        foreach (((double[] answers, _), (double area, double[] placements)) in folds.Zip(placed))
        {
            // A fold's influences are scaled for its rows, and its weight is its share of all: they stand as they are.
            Scale(answers, placements, (count, answer) => count > 1 ? (area, count - 1) : OfAll(answer) is > 1 and var all ? (mean, (all - 1) / all) : (Chance, 1));
        }

        return new MetricValue(mean, placed.SelectMany(fold => fold.Placements).ToArray());

        double OfAll(double answer) => folds.Sum(fold => fold.Answers.Count(one => one == answer));
    }

    /// <summary>The area, and of each row the share of the other class that it is in the right order with.</summary>
    private static (double Area, double[] Placements) Placed(ReadOnlySpan<double> answers, ReadOnlySpan<double> predictions)
    {
        RequireFit(answers, predictions);
        if (answers.Length != predictions.Length || !answers.ContainsAnyExcept(answers[0]))
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
        return (area, placements);
    }

    /// <summary>Makes placements influences.</summary>
    /// <param name="spread">Of a class with so many rows: what its placements are held against, and what the sum of their squares is divided by for the small sample.</param>
    private static void Scale(ReadOnlySpan<double> answers, double[] placements, Func<double, double, (double Centre, double Divisor)> spread)
    {
        double positives = answers.Count(1.0), negatives = answers.Length - positives;
        (double centre, double divisor) = spread(positives, 1);
        (double otherCentre, double otherDivisor) = spread(negatives, 0);
        double scale = answers.Length / Math.Sqrt(positives * divisor), otherScale = answers.Length / Math.Sqrt(negatives * otherDivisor);
        for (int row = 0; row < placements.Length; row++)
        {
            placements[row] = answers[row] == 1 ? (placements[row] - centre) * scale : (placements[row] - otherCentre) * otherScale;
        }
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
