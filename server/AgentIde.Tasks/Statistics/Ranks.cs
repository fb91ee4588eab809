namespace AgentIde.Tasks.Statistics;

/// <summary>Ranks and what is made of them.</summary>
internal static class Ranks
{
    /// <summary>1-based ranks; ties share their mean.</summary>
    public static double[] Of(ReadOnlySpan<double> values)
    {
        double[] sorted = values.ToArray();
        int[] order = [.. Enumerable.Range(0, sorted.Length)];
        Array.Sort(sorted, order);
        double[] ranks = new double[sorted.Length];
        for (int first = 0, next; first < sorted.Length; first = next)
        {
            for (next = first + 1; next < sorted.Length && sorted[next] == sorted[first]; next++)
            {
            }

            double shared = (first + next + 1) / 2.0;
            for (int place = first; place < next; place++)
            {
                ranks[order[place]] = shared;
            }
        }

        return ranks;
    }

    /// <summary>Spearman's rank correlation; null where either side is constant or there are fewer than two values.</summary>
    public static double? Spearman(ReadOnlySpan<double> left, ReadOnlySpan<double> right) => Pearson(Of(left), Of(right));

    /// <summary>Pearson's correlation of ranks that are at hand; null where either side is constant.</summary>
    public static double? Pearson(ReadOnlySpan<double> leftRanks, ReadOnlySpan<double> rightRanks) =>
        Pearson(leftRanks, rightRanks, (leftRanks.Length + 1) / 2.0, (leftRanks.Length + 1) / 2.0);

    /// <summary>Pearson's correlation of the values themselves; null where either side is constant.</summary>
    public static double? Correlation(ReadOnlySpan<double> left, ReadOnlySpan<double> right) => Pearson(left, right, Mean(left), Mean(right));

    private static double Mean(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
        {
            sum += value;
        }

        return sum / Math.Max(values.Length, 1);
    }

    private static double? Pearson(ReadOnlySpan<double> leftValues, ReadOnlySpan<double> rightValues, double leftMean, double rightMean)
    {
        double both = 0;
        double leftSquares = 0;
        double rightSquares = 0;
        for (int row = 0; row < leftValues.Length; row++)
        {
            double left = leftValues[row] - leftMean;
            double right = rightValues[row] - rightMean;
            both += left * right;
            leftSquares += left * left;
            rightSquares += right * right;
        }

        return leftSquares > 0 && rightSquares > 0 ? Math.Clamp(both / Math.Sqrt(leftSquares * rightSquares), -1, 1) : null;
    }
}
