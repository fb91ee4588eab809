using AgentIde.MleBench.Metrics;
using AgentIde.MleBench.Tables;

namespace AgentIde.MleBench.Graders;

/// <summary>Losses of probabilities of classes.</summary>
internal static class Probabilities
{
    private static readonly string[] Votes = ["seizure_vote", "lpd_vote", "gpd_vote", "lrda_vote", "grda_vote", "other_vote"];

    /// <summary>A column for each class of the answers, within 0 and 1, rows summing to 1.</summary>
    /// <param name="exactly">No further columns.</param>
    /// <param name="idFirst">The id must be the first column.</param>
    public static Grader MultiClass(string id, bool exactly = false, bool idFirst = false) => (answers, submission) =>
    {
        string[] classes = [.. answers.Columns.Select(column => column.Name).Where(name => name != id)];
        if (exactly)
        {
            submission.HasExactly([id, .. classes]);
        }

        if (idFirst && submission.Columns[0].Name != id)
        {
            throw new NoScoreException($"the first column must be '{id}'");
        }

        submission.Needs(classes);
        Pairs pairs = Rows.BySortedId(answers, submission, id);
        double[][] given = [.. classes.Select(name => submission[name].Within(0, 1))];
        MustSumToOne(given, 1.1e-5);
        return CrossEntropy(pairs, [.. classes.Select(name => answers[name].Numbers)], given);
    };

    /// <summary>Sums to 1 at six decimals; further columns are nobody's business.</summary>
    public static double Arena(Table answers, Table submission)
    {
        string[] classes = ["winner_model_a", "winner_model_b", "winner_tie"];
        Pairs pairs = Rows.BySortedId(answers, submission, "id");
        double[][] given = [.. classes.Select(name => submission[name].Within(0, 1))];
        MustSumToOneAt(given, 1e6);
        return CrossEntropy(pairs, [.. classes.Select(name => answers[name].Numbers)], given);
    }

    /// <summary>One probability of class 1.</summary>
    public static Grader Binary(string id, string target) => (answers, submission) =>
    {
        submission.Needs(id, target);
        Pairs pairs = Rows.BySortedId(answers, submission, id);
        double[] truth = pairs.OfAnswers(answers[target].Numbers);
        double[] given = pairs.OfSubmission(submission[target].Within(0, 1));
        double sum = 0;
        for (int row = 0; row < truth.Length; row++)
        {
            sum += Logarithmic.Binary(truth[row] == 1, given[row]);
        }

        return truth.Length == 0 ? throw new NoScoreException("no rows") : sum / truth.Length;
    };

    /// <summary>Loss of each vertebra and of the patient, weighted within the study; the mean over studies.</summary>
    public static double CervicalFractures(Table answers, Table submission)
    {
        submission.Needs("fractured");
        Pairs pairs = Rows.BySortedId(answers, submission, "row_id");
        double[] truth = answers["fractured"].Numbers;
        double[] given = submission["fractured"].Within(0, 1);
        Dictionary<string, (double Loss, double Weight)> studies = new(StringComparer.Ordinal);
        for (int pair = 0; pair < pairs.Count; pair++)
        {
            int row = pairs.Answer(pair);
            string id = answers["row_id"].TextOf(row);
            int cut = id.IndexOf('_', StringComparison.Ordinal);
            string study = cut < 0 ? id : id[..cut];
            bool fractured = truth[row] == 1;
            double weight = (id.AsSpan(cut + 1) is "patient_overall" ? 7 : 1) * (fractured ? 2 : 1);
            (double loss, double total) = studies.GetValueOrDefault(study);
            studies[study] = (loss + (weight * Logarithmic.Binary(fractured, given[pairs.Submitted(pair)], 1e-15)), total + weight);
        }

        return studies.Values.Average(study => study.Loss / study.Weight);
    }

    /// <summary>Kullback-Leibler divergence from the shares of votes.</summary>
    public static double BrainActivity(Table answers, Table submission)
    {
        Pairs pairs = Rows.BySortedId(answers, submission, "eeg_id");
        double[][] given = [.. Votes.Select(name => submission[name].Within(0, 1))];
        MustSumToOneAt(given, 1e5);
        MustSumToOne([.. submission.Columns.Where(column => column.Name != "eeg_id").Select(column => column.Within(0, 1))], 1e-5 + 1e-8);
        double[][] votes = [.. Votes.Select(name => answers[name].Numbers)];
        double sum = 0;
        for (int pair = 0; pair < pairs.Count; pair++)
        {
            int row = pairs.Answer(pair);
            double total = votes.Sum(vote => vote[row]);
            for (int at = 0; at < votes.Length; at++)
            {
                double share = votes[at][row] / total;
                if (share != 0)
                {
                    sum += share * Math.Log(share / Logarithmic.Clip(given[at][pairs.Submitted(pair)], 1e-15));
                }
            }
        }

        return sum / pairs.Count;
    }

    private static double CrossEntropy(Pairs pairs, double[][] truth, double[][] given)
    {
        double sum = 0;
        for (int at = 0; at < truth.Length; at++)
        {
            for (int pair = 0; pair < pairs.Count; pair++)
            {
                double t = truth[at][pairs.Answer(pair)];
                if (t != 0)
                {
                    sum -= t * Math.Log(Logarithmic.Clip(given[at][pairs.Submitted(pair)], Logarithmic.Epsilon));
                }
            }
        }

        return pairs.Count == 0 ? throw new NoScoreException("no rows") : sum / pairs.Count;
    }

    private static void MustSumToOne(double[][] columns, double tolerance)
    {
        for (int row = 0; row < columns[0].Length; row++)
        {
            double sum = columns.Sum(column => column[row]);
            if (!(Math.Abs(sum - 1) <= tolerance))
            {
                throw new NoScoreException($"row {row + 1} sums to {sum:R}, not to 1");
            }
        }
    }

    private static void MustSumToOneAt(double[][] columns, double scale)
    {
        for (int row = 0; row < columns[0].Length; row++)
        {
            double sum = columns.Sum(column => column[row]);
            if (Math.Round(sum * scale) / scale != 1)
            {
                throw new NoScoreException($"row {row + 1} sums to {sum:R}, not to 1");
            }
        }
    }
}
