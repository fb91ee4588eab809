namespace AgentIde.MleBench.Metrics;

/// <summary>The curve of true over false positives and areas under it. Higher scores first, equal ones in one step.</summary>
internal static class Roc
{
    /// <summary>The share of pairs of a positive and a negative that are in order; ties count half.</summary>
    /// <exception cref="NoScoreException">A missing score, or one class only.</exception>
    public static double Area(double[] truth, double[] given)
    {
        (double[] positives, double[] negatives) = Split(truth, given);
        ScoreOrder.Sort(positives);
        ScoreOrder.Sort(negatives);
        double pairs = 0;
        int below = 0;
        int upTo = 0;
        foreach (double score in positives)
        {
            while (below < negatives.Length && negatives[below] < score)
            {
                below++;
            }

            upTo = Math.Max(upTo, below);
            while (upTo < negatives.Length && negatives[upTo] == score)
            {
                upTo++;
            }

            pairs += below + ((upTo - below) / 2.0);
        }

        return pairs / positives.Length / negatives.Length;
    }

    /// <summary>The vertices, from (0, 0) to (1, 1).</summary>
    public static List<(double False, double True)> Curve(double[] truth, double[] given)
    {
        (double[] positives, double[] negatives) = Split(truth, given);
        ScoreOrder.Sort(positives);
        ScoreOrder.Sort(negatives);
        List<(double, double)> curve = [(0, 0)];
        int up = 0;
        int down = 0;
        while (up < positives.Length || down < negatives.Length)
        {
            double score = Math.Max(
                up < positives.Length ? positives[^(up + 1)] : double.NegativeInfinity,
                down < negatives.Length ? negatives[^(down + 1)] : double.NegativeInfinity);
            while (up < positives.Length && positives[^(up + 1)] == score)
            {
                up++;
            }

            while (down < negatives.Length && negatives[^(down + 1)] == score)
            {
                down++;
            }

            curve.Add(((double)down / negatives.Length, (double)up / positives.Length));
        }

        return curve;
    }

    /// <summary>Scores of the class that is named by the higher number, and of the other.</summary>
    private static (double[] Positives, double[] Negatives) Split(double[] truth, double[] given)
    {
        double high = double.NegativeInfinity;
        int count = 0;
        for (int row = 0; row < truth.Length; row++)
        {
            if (!double.IsFinite(given[row]))
            {
                throw new NoScoreException("a missing or infinite score");
            }

            count = truth[row] > high ? 1 : truth[row] == high ? count + 1 : count;
            high = Math.Max(high, truth[row]);
        }

        if (count == 0 || count == truth.Length)
        {
            throw new NoScoreException("the answers hold one class only");
        }

        double[] positives = new double[count];
        double[] negatives = new double[truth.Length - count];
        int p = 0;
        int n = 0;
        for (int row = 0; row < truth.Length; row++)
        {
            if (truth[row] == high)
            {
                positives[p++] = given[row];
            }
            else
            {
                negatives[n++] = given[row];
            }
        }

        return (positives, negatives);
    }
}
