using AgentIde.MleBench.Tables;

namespace AgentIde.MleBench.Graders;

/// <summary>Several labels for each row: as sets, as ranked lists, as scores.</summary>
internal static class Labels
{
    /// <summary>F1 over all rows and all labels that occur in the answers; others cost nothing.</summary>
    public static Grader MicroF1(string id, string target, bool answersComplete = false) => (answers, submission) =>
    {
        submission.Needs(target);
        Pairs pairs = Rows.BySortedId(answers, submission, id);
        Column truth = answers[target];
        Column given = submission[target];
        truth.MustBeText();
        given.MustBeText();
        if (answersComplete && truth.AnyMissing())
        {
            throw new NoScoreException("an answer is missing");
        }

        HashSet<string>[] truths = [.. Enumerable.Range(0, truth.Rows).Select(row => Set(truth, row))];
        HashSet<string> known = [.. truths.SelectMany(set => set)];
        long hits = 0;
        long all = 0;
        for (int pair = 0; pair < pairs.Count; pair++)
        {
            HashSet<string> t = truths[pairs.Answer(pair)];
            HashSet<string> g = Set(given, pairs.Submitted(pair));
            hits += g.Count(t.Contains);
            all += t.Count + g.Count(known.Contains);
        }

        return all == 0 ? 0 : 2.0 * hits / all;

        static HashSet<string> Set(Column column, int row) => [.. PythonText.Words(column.Text(row) ?? "")];
    };

    /// <summary>Mean average precision of the first k guesses, split at single spaces.</summary>
    public static Grader AveragePrecision(string id, string target, int k, bool exactly = false) => (answers, submission) =>
    {
        submission.Needs(target);
        if (exactly)
        {
            submission.HasExactly(id, target);
        }

        Pairs pairs = Rows.BySortedId(answers, submission, id);
        return Enumerable.Range(0, pairs.Count).Average(pair =>
            AveragePrecision(answers[target].TextOf(pairs.Answer(pair)), submission[target].TextOf(pairs.Submitted(pair)), k));
    };

    /// <summary>Customers that nobody asks for are dropped; a repeated one shifts all after it.</summary>
    public static double Fashion(Table answers, Table submission)
    {
        const string id = "customer_id";
        submission.HasExactly(id, "prediction");
        Column left = answers[id];
        Column right = submission[id];
        HashSet<string> wanted = [.. Enumerable.Range(0, left.Rows).Select(left.TextOf)];
        HashSet<string> there = [.. Enumerable.Range(0, right.Rows).Select(right.TextOf)];
        if (!wanted.IsSubsetOf(there))
        {
            throw new NoScoreException($"customer '{wanted.First(customer => !there.Contains(customer))}' is missing");
        }

        IEnumerable<int> given = Rows.Sorted(right).Where(row => wanted.Contains(right.TextOf(row)));
        return Rows.Sorted(left).Zip(given, (a, s) => AveragePrecision(answers["prediction"].TextOf(a), submission["prediction"].TextOf(s), 12)).Average();
    }

    /// <summary>For each true label the precision at its score, ties at their worst; weighted by true labels.</summary>
    public static double AudioTags(Table answers, Table submission)
    {
        if (submission.Columns.Count != answers.Columns.Count || submission.Columns.Zip(answers.Columns).Any(pair => pair.First.Name != pair.Second.Name))
        {
            throw new NoScoreException("the columns are not those of the sample submission, in its order");
        }

        Pairs pairs = Rows.BySortedId(answers, submission, answers.Columns[0].Name);
        double[][] truths = [.. answers.Columns.Skip(1).Select(column => column.Numbers)];
        double[][] given = [.. submission.Columns.Skip(1).Select(column => column.Finite())];
        double sum = 0;
        long labels = 0;
        for (int pair = 0; pair < pairs.Count; pair++)
        {
            int a = pairs.Answer(pair);
            int s = pairs.Submitted(pair);
            for (int label = 0; label < truths.Length; label++)
            {
                if (truths[label][a] <= 0)
                {
                    continue;
                }

                double score = given[label][s];
                int above = 0;
                int hits = 0;
                for (int other = 0; other < given.Length; other++)
                {
                    if (given[other][s] >= score)
                    {
                        above++;
                        hits += truths[other][a] > 0 ? 1 : 0;
                    }
                }

                sum += (double)hits / above;
                labels++;
            }
        }

        return sum / labels;
    }

    private static double AveragePrecision(string truthText, string givenText, int k)
    {
        HashSet<string> truth = [.. truthText.Split(' ')];
        HashSet<string> seen = new(StringComparer.Ordinal);
        int hits = 0;
        double sum = 0;
        int rank = 0;
        foreach (string guess in givenText.Split(' ', k + 1).Take(k))
        {
            rank++;
            if (seen.Add(guess) && truth.Contains(guess))
            {
                sum += (double)++hits / rank;
            }
        }

        return sum / Math.Min(truth.Count, k);
    }
}
