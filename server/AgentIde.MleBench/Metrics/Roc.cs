namespace AgentIde.MleBench.Metrics;

/// <summary>The curve of true over false positives and areas under it. Higher scores first, equal ones in one step.</summary>
internal static class Roc
{
    /// <summary>The share of pairs of a positive and a negative that are in order; ties count half.</summary>
    /// <exception cref="NoScoreException">A missing score, or one class only.</exception>
    public static double Area(double[] truth, double[] given)
    {
        (double[] scores, bool[] labels, long positives, long negatives) = Sorted(truth, given);
        double pairs = 0;
        long negativesBelow = 0;
        for (int start = 0; start < scores.Length;)
        {
            int end = start;
            int up = 0;
            for (; end < scores.Length && scores[end] == scores[start]; end++)
            {
                up += labels[end] ? 1 : 0;
            }

            int down = end - start - up;
            pairs += up * (negativesBelow + (down / 2.0));
            negativesBelow += down;
            start = end;
        }

        return pairs / positives / negatives;
    }

    /// <summary>The vertices, from (0, 0) to (1, 1).</summary>
    public static List<(double False, double True)> Curve(double[] truth, double[] given)
    {
        (double[] scores, bool[] labels, long positives, long negatives) = Sorted(truth, given);
        List<(double, double)> curve = [(0, 0)];
        long up = 0;
        long down = 0;
        for (int at = scores.Length - 1; at >= 0; at--)
        {
            up += labels[at] ? 1 : 0;
            down += labels[at] ? 0 : 1;
            if (at == 0 || scores[at - 1] != scores[at])
            {
                curve.Add(((double)down / negatives, (double)up / positives));
            }
        }

        return curve;
    }

    private static (double[] Scores, bool[] Labels, long Positives, long Negatives) Sorted(double[] truth, double[] given)
    {
        if (Array.Exists(given, value => !double.IsFinite(value)))
        {
            throw new NoScoreException("a missing or infinite score");
        }

        double high = truth.Length == 0 ? 0 : truth.Max();
        bool[] labels = Array.ConvertAll(truth, value => value == high);
        double[] scores = (double[])given.Clone();
        Array.Sort(scores, labels);
        long positives = labels.LongCount(label => label);
        long negatives = labels.Length - positives;
        return positives > 0 && negatives > 0
            ? (scores, labels, positives, negatives)
            : throw new NoScoreException("the answers hold one class only");
    }
}
