namespace AgentIde.Tasks.Holdouts;

/// <summary>A small logistic regression with a ridge, by Nesterov's accelerated gradient on standardised features.</summary>
internal static class LogisticScores
{
    private const int Steps = 60;
    private const double Ridge = 0.01;

    /// <summary>The score of each row by the regression on the other half of the rows.</summary>
    /// <param name="halves">0 or 1 for each row.</param>
    public static double[] OfHalves(IReadOnlyList<double[]> features, bool[] labels, int[] halves)
    {
        double[] scores = new double[labels.Length];
        double[][] rows = Standardized(features, labels.Length);
        for (int half = 0; half < 2; half++)
        {
            int[] learnt = [.. Enumerable.Range(0, labels.Length).Where(row => halves[row] == half)];
            double[] weights = Fit(rows, labels, learnt, features.Count + 1);
            foreach (int row in Enumerable.Range(0, labels.Length).Where(row => halves[row] != half))
            {
                scores[row] = Dot(weights, rows[row]);
            }
        }

        return scores;
    }

    /// <summary>Row by row, with a one at the end.</summary>
    private static double[][] Standardized(IReadOnlyList<double[]> features, int count)
    {
        double[][] rows = [.. Enumerable.Range(0, count).Select(_ => new double[features.Count + 1])];
        for (int feature = 0; feature < features.Count; feature++)
        {
            double[] values = features[feature];
            double scale = Math.Max(values.Max(Math.Abs), double.Epsilon);
            double mean = values.Average(value => value / scale);
            double deviation = Math.Sqrt(values.Average(value => Math.Pow((value / scale) - mean, 2)));
            for (int row = 0; row < count; row++)
            {
                rows[row][feature] = deviation > 0 ? ((values[row] / scale) - mean) / deviation : 0;
            }
        }

        foreach (double[] row in rows)
        {
            row[^1] = 1;
        }

        return rows;
    }

    private static double[] Fit(double[][] rows, bool[] labels, int[] learnt, int width)
    {
        double[] weights = new double[width];
        double[] ahead = new double[width];
        double step = 1 / ((0.25 * LargestEigenvalue(rows, learnt, width)) + Ridge);
        for (int iteration = 1; iteration <= Steps; iteration++)
        {
            double[] gradient = [.. ahead.Select(weight => weight * Ridge)];
            foreach (int row in learnt)
            {
                double chance = 1 / (1 + Math.Exp(-Dot(ahead, rows[row])));
                Add(gradient, rows[row], (chance - (labels[row] ? 1 : 0)) / learnt.Length);
            }

            double[] before = weights;
            weights = [.. ahead.Select((weight, index) => weight - (step * gradient[index]))];
            double momentum = (iteration - 1.0) / (iteration + 2);
            ahead = [.. weights.Select((weight, index) => weight + (momentum * (weight - before[index])))];
        }

        return weights;
    }

    /// <summary>Of the features' second moments, a little above what a few steps of the power method give; the trace is the most it can be.</summary>
    private static double LargestEigenvalue(double[][] rows, int[] learnt, int width)
    {
        double[] vector = [.. Enumerable.Repeat(1 / Math.Sqrt(width), width)];
        double value = width;
        for (int iteration = 0; iteration < 8; iteration++)
        {
            double[] product = new double[width];
            foreach (int row in learnt)
            {
                Add(product, rows[row], Dot(vector, rows[row]) / learnt.Length);
            }

            double norm = Math.Sqrt(Dot(product, product));
            if (norm == 0)
            {
                return width;
            }

            value = norm;
            vector = [.. product.Select(part => part / norm)];
        }

        return Math.Min(1.5 * value, width);
    }

    private static double Dot(double[] left, double[] right)
    {
        double sum = 0;
        for (int index = 0; index < left.Length; index++)
        {
            sum += left[index] * right[index];
        }

        return sum;
    }

    private static void Add(double[] sum, double[] row, double times)
    {
        for (int index = 0; index < sum.Length; index++)
        {
            sum[index] += times * row[index];
        }
    }
}
