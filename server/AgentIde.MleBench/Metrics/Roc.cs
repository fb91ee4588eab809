namespace AgentIde.MleBench.Metrics;

/// <summary>The curve of true over false positives and areas under it. Higher scores first, equal ones in one step.</summary>
internal static class Roc
{
    /// <summary>The share of pairs of a positive and a negative that are in order; ties count half.</summary>
    /// <exception cref="NoScoreException">A missing score, or one class only.</exception>
    public static double Area(double[] truth, double[] given) => Area(Positives(truth), given);

    /// <inheritdoc cref="Area(double[], double[])"/>
    public static double Area(ReadOnlySpan<int> truth, double[] given) => Area(Positives(truth), given);

    /// <summary>The vertices, from (0, 0) to (1, 1).</summary>
    public static List<(double False, double True)> Curve(double[] truth, double[] given)
    {
        if (!Array.TrueForAll(given, double.IsFinite))
        {
            throw new NoScoreException("a missing or infinite score");
        }

        bool[] isPositive = Positives(truth);
        int count = isPositive.AsSpan().Count(true);
        MustBeTwoClasses(count, truth.Length);
        (double[] positives, double[] negatives) = Divide(isPositive, given, count);
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

    private static double Area(bool[] isPositive, double[] given)
    {
        double lowest = double.MaxValue;
        double highest = double.MinValue;
        int positives = 0;
        for (int row = 0; row < given.Length; row++)
        {
            double score = given[row];
            if (!double.IsFinite(score))
            {
                throw new NoScoreException("a missing or infinite score");
            }

            lowest = score < lowest ? score : lowest;
            highest = score > highest ? score : highest;
            positives += isPositive[row] ? 1 : 0;
        }

        MustBeTwoClasses(positives, given.Length);
        double pairs;
        if (ScoreBuckets.Hold(given.Length, lowest, highest))
        {
            pairs = ScoreBuckets.CountPairs(isPositive, given, lowest, highest);
        }
        else
        {
            (double[] ofPositives, double[] ofNegatives) = Divide(isPositive, given, positives);
            pairs = ScoreBuckets.Merged(ofPositives, ofNegatives);
        }

        return pairs / positives / (given.Length - positives);
    }

    /// <summary>Whether each row is of the class that is named by the higher number.</summary>
    private static bool[] Positives(double[] truth)
    {
        double high = double.NegativeInfinity;
        foreach (double value in truth)
        {
            high = value > high ? value : high;
        }

        bool[] isPositive = new bool[truth.Length];
        for (int row = 0; row < truth.Length; row++)
        {
            isPositive[row] = truth[row] == high;
        }

        return isPositive;
    }

    private static bool[] Positives(ReadOnlySpan<int> truth)
    {
        int high = int.MinValue;
        foreach (int value in truth)
        {
            high = Math.Max(high, value);
        }

        bool[] isPositive = new bool[truth.Length];
        for (int row = 0; row < truth.Length; row++)
        {
            isPositive[row] = truth[row] == high;
        }

        return isPositive;
    }

    private static void MustBeTwoClasses(int positives, int rows)
    {
        if (positives == 0 || positives == rows)
        {
            throw new NoScoreException("the answers hold one class only");
        }
    }

    /// <summary>Scores of the positives and of the others, each in their order.</summary>
    private static (double[] Positives, double[] Negatives) Divide(bool[] isPositive, double[] given, int count)
    {
        double[] positives = new double[count];
        double[] negatives = new double[given.Length - count];
        int p = 0;
        int n = 0;
        for (int row = 0; row < given.Length; row++)
        {
            if (isPositive[row])
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
