using AgentIde.MleBench.Metrics;
using AgentIde.MleBench.Tables;

namespace AgentIde.MleBench.Graders;

/// <summary>One class for each row.</summary>
internal static class Classes
{
    /// <summary>The share of rows whose label is the same by value.</summary>
    public static Grader Accuracy(string id, string target) => (answers, submission) =>
    {
        Column truth = answers[target];
        Column given = submission[target];
        Pairs pairs = Rows.BySortedId(answers, submission, id);
        MustBeLabels(truth);
        MustBeLabels(given);
        if (truth.Kind == CellKind.Text != (given.Kind == CellKind.Text))
        {
            return Distinct(truth) <= 2 && Distinct(given) <= 2
                ? throw new NoScoreException($"column '{target}': text and numbers can't be compared")
                : 0;
        }

        return Equal(pairs, truth, given);
    };

    /// <summary>The share of equal labels where a missing one is simply wrong.</summary>
    /// <param name="sameKind">Text against numbers is no score, instead of 0.</param>
    public static Grader ForgivingAccuracy(string id, string target, bool sameKind) => (answers, submission) =>
    {
        Column truth = answers[target];
        Column given = submission[target];
        Pairs pairs = Rows.BySortedId(answers, submission, id);
        if (truth.Kind == CellKind.Text != (given.Kind == CellKind.Text))
        {
            return sameKind ? throw new NoScoreException($"column '{target}': text and numbers can't be compared") : 0;
        }

        return Equal(pairs, truth, given);
    };

    /// <summary>The mean of the classes' F1, of every class on either side.</summary>
    public static Grader MacroF1(string id, string target) => (answers, submission) =>
    {
        submission.Needs(target);
        Pairs pairs = Rows.BySortedId(answers, submission, id);
        long[] truth = Integers(answers[target]);
        long[] given = Integers(submission[target]);
        Dictionary<long, (int Hits, int Truth, int Given)> counts = [];
        for (int pair = 0; pair < pairs.Count; pair++)
        {
            long t = truth[pairs.Answer(pair)];
            long g = given[pairs.Submitted(pair)];
            (int hits, int ofTruth, int ofGiven) = counts.GetValueOrDefault(t);
            counts[t] = (hits + (t == g ? 1 : 0), ofTruth + 1, ofGiven);
            (hits, ofTruth, ofGiven) = counts.GetValueOrDefault(g);
            counts[g] = (hits, ofTruth, ofGiven + 1);
        }

        return counts.Count == 0 ? throw new NoScoreException("no rows") : counts.Values.Average(count => 2.0 * count.Hits / (count.Truth + count.Given));
    };

    /// <summary>The share of rows whose first guess is wrong.</summary>
    public static double TopOneError(Table answers, Table submission)
    {
        const string target = "predicted";
        Pairs pairs = Rows.BySortedId(answers, submission, "id");
        long[] truth = FirstGuess(answers[target]);
        long[] given = FirstGuess(submission[target]);
        int hits = 0;
        for (int pair = 0; pair < pairs.Count; pair++)
        {
            hits += truth[pairs.Answer(pair)] == given[pairs.Submitted(pair)] ? 1 : 0;
        }

        return 1 - ((double)hits / pairs.Count);
    }

    /// <summary>Cohen's kappa with squared weights over the places of labels; rows go by id.</summary>
    public static Grader QuadraticKappa(string id, string target, bool sameSetOnly) => (answers, submission) =>
    {
        submission.Needs(target, id);
        if (sameSetOnly)
        {
            Rows.MustBeSameSet(answers[id], submission[id]);
        }

        Pairs pairs = Rows.BySortedId(answers, submission, id);
        return Agreement.QuadraticKappa(pairs.OfAnswers(Whole(answers[target])), pairs.OfSubmission(Whole(submission[target])));
    };

    public static Grader Matthews(string id, string target) => (answers, submission) =>
    {
        submission.Needs(target, id);
        Pairs pairs = Rows.BySortedId(answers, submission, id);
        return Agreement.Matthews(pairs.OfAnswers(Whole(answers[target])), pairs.OfSubmission(Whole(submission[target])));
    };

    /// <summary>F1 of probabilities instead of hits; 0 with anything missing.</summary>
    public static double ProbabilisticF1(Table answers, Table submission)
    {
        Pairs pairs = Rows.BySortedId(answers, submission, "prediction_id");
        double[] truth = pairs.OfAnswers(answers["cancer"].Numbers);
        double[] given = pairs.OfSubmission(submission["cancer"].Numbers);
        double positives = 0;
        double hits = 0;
        double misses = 0;
        for (int row = 0; row < truth.Length; row++)
        {
            double clipped = Math.Clamp(given[row], 0, 1);
            positives += truth[row] == 1 ? 1 : 0;
            hits += truth[row] == 1 ? clipped : 0;
            misses += truth[row] == 1 ? 0 : clipped;
        }

        double precision = hits / (hits + misses);
        double recall = hits / positives;
        return precision > 0 && recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
    }

    private static double Equal(Pairs pairs, Column truth, Column given)
    {
        int hits = 0;
        if (pairs.IsInFileOrder && truth.Small.Length == pairs.Count && given.Small.Length == pairs.Count)
        {
            ReadOnlySpan<int> t = truth.Small;
            ReadOnlySpan<int> g = given.Small;
            for (int row = 0; row < t.Length && row < g.Length; row++)
            {
                hits += t[row] == g[row] ? 1 : 0;
            }
        }
        else if (truth.Kind == CellKind.Integer && given.Kind == CellKind.Integer)
        {
            long[] t = truth.Integers;
            long[] g = given.Integers;
            for (int pair = 0; pair < pairs.Count; pair++)
            {
                hits += t[pairs.Answer(pair)] == g[pairs.Submitted(pair)] ? 1 : 0;
            }
        }
        else if (truth.Kind == CellKind.Text)
        {
            for (int pair = 0; pair < pairs.Count; pair++)
            {
                int row = pairs.Submitted(pair);
                hits += !given.IsMissing(row) && truth[pairs.Answer(pair)].SequenceEqual(given[row]) ? 1 : 0;
            }
        }
        else
        {
            for (int pair = 0; pair < pairs.Count; pair++)
            {
                hits += truth.Numbers[pairs.Answer(pair)] == given.Numbers[pairs.Submitted(pair)] ? 1 : 0;
            }
        }

        return pairs.Count == 0 ? throw new NoScoreException("no rows") : (double)hits / pairs.Count;
    }

    private static void MustBeLabels(Column column)
    {
        if (column.Kind == CellKind.Text && column.AnyMissing())
        {
            throw new NoScoreException($"column '{column.Name}': a label is missing");
        }

        if (column.Kind == CellKind.Number)
        {
            _ = Whole(column);
        }
    }

    /// <summary>Numbers that are whole.</summary>
    private static double[] Whole(Column column)
    {
        double[] numbers = column.Finite();
        int odd = Array.FindIndex(numbers, value => value != Math.Floor(value));
        return odd < 0 ? numbers : throw new NoScoreException($"column '{column.Name}', row {odd + 1}: labels must be whole numbers");
    }

    private static int Distinct(Column column)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        for (int row = 0; row < column.Rows && seen.Count <= 2; row++)
        {
            seen.Add(column.TextOf(row));
        }

        return seen.Count;
    }

    private static long[] Integers(Column column)
    {
        if (column.Kind == CellKind.Integer)
        {
            return column.Integers;
        }

        if (column.Kind != CellKind.Text)
        {
            return Array.ConvertAll(column.Finite(), value => Math.Abs(value) < 9e18 ? (long)value : throw new NoScoreException($"column '{column.Name}': a label is too large"));
        }

        long[] values = new long[column.Rows];
        for (int row = 0; row < values.Length; row++)
        {
            values[row] = NumberText.TryInteger(column.TextOf(row), out long value) ? value : throw NoInteger(column, row);
        }

        return values;
    }

    private static long[] FirstGuess(Column column)
    {
        if (column.Kind == CellKind.Integer)
        {
            return column.Integers;
        }

        column.MustBeText();
        long[] values = new long[column.Rows];
        for (int row = 0; row < values.Length; row++)
        {
            string? first = column.Text(row) is string text ? PythonText.Words(text).FirstOrDefault() : null;
            values[row] = first is not null && NumberText.TryInteger(first, out long value) ? value : throw NoInteger(column, row);
        }

        return values;
    }

    private static NoScoreException NoInteger(Column column, int row) => new($"column '{column.Name}', row {row + 1}: a whole number is needed");
}
