using AgentIde.MleBench.Metrics;
using AgentIde.MleBench.Tables;

namespace AgentIde.MleBench.Graders;

/// <summary>Texts, sequences and orders.</summary>
internal static class Texts
{
    public static double Sentences(Table answers, Table submission)
    {
        const string target = "sentence";
        submission.Needs(target);
        Pairs pairs = Rows.BySortedId(answers, submission, "id");
        submission[target].MustBeText();
        if (submission[target].AnyMissing() || answers[target].AnyMissing())
        {
            throw new NoScoreException($"column '{target}': a cell is missing (NA, None and the like are missing cells)");
        }

        return MeanDistance(answers[target], submission[target], pairs);
    }

    public static double Molecules(Table answers, Table submission)
    {
        submission.Needs("InChI");
        Pairs pairs = Rows.BySortedId(answers, submission, "image_id");
        return MeanDistance(answers["InChI"], submission["InChI"], pairs);
    }

    /// <summary>Edits over all sequences by the gestures of the truth.</summary>
    public static double Gestures(Table answers, Table submission)
    {
        submission.Needs("Sequence");
        Pairs pairs = Rows.BySortedId(answers, submission, "Id");
        EditDistance distance = new();
        long edits = 0;
        long gestures = 0;
        for (int pair = 0; pair < pairs.Count; pair++)
        {
            long[] truth = Sequence(answers["Sequence"], pairs.Answer(pair));
            edits += distance.Between(truth, Sequence(submission["Sequence"], pairs.Submitted(pair)));
            gestures += truth.Length;
        }

        return gestures == 0 ? throw new NoScoreException("the answers hold no gestures") : (double)edits / gestures;

        static long[] Sequence(Column column, int row) => column.Kind is CellKind.Number or CellKind.Truth || column.IsMissing(row)
            ? throw new NoScoreException($"column 'Sequence', row {row + 1}: whole numbers are needed")
            : [.. PythonText.Words(column.TextOf(row)).Select(word => NumberText.TryInteger(word, out long value)
                ? value
                : throw new NoScoreException($"column 'Sequence', row {row + 1}: '{word}' is not a whole number"))];
    }

    /// <summary>The mean of common over all words; both empty counts 0.</summary>
    public static double Answers(Table answers, Table submission)
    {
        const string target = "PredictionString";
        submission.Needs(target);
        Pairs pairs = Rows.BySortedId(answers, submission, "id");
        submission[target].MustBeText();
        return Enumerable.Range(0, pairs.Count).Average(pair =>
            Jaccard(answers[target].Text(pairs.Answer(pair)) ?? "", submission[target].Text(pairs.Submitted(pair)) ?? "") ?? 0);
    }

    /// <summary>The same, and no score where a row has no word on either side.</summary>
    public static double Selections(Table answers, Table submission)
    {
        const string target = "selected_text";
        submission.Needs(target);
        Pairs pairs = Rows.BySortedId(answers, submission, "textID");
        return Enumerable.Range(0, pairs.Count).Average(pair =>
            Jaccard(answers[target].Text(pairs.Answer(pair)) ?? "", submission[target].Text(pairs.Submitted(pair)) ?? "")
                ?? throw new NoScoreException($"row {pairs.Submitted(pair) + 1}: no words on either side"));
    }

    /// <summary>The share of texts that are the same, as their columns' values are written.</summary>
    public static double Normalization(Table answers, Table submission)
    {
        submission.Needs("after");
        Pairs pairs = Rows.BySortedId(answers, submission, "id");
        Column truth = answers["after"];
        Column given = submission["after"];
        int hits = 0;
        for (int pair = 0; pair < pairs.Count; pair++)
        {
            int a = pairs.Answer(pair);
            int s = pairs.Submitted(pair);
            hits += string.Equals(truth.TextOf(a), given.TextOf(s), StringComparison.Ordinal) ? 1 : 0;
        }

        return pairs.Count == 0 ? throw new NoScoreException("no rows") : (double)hits / pairs.Count;
    }

    /// <summary>Kendall's tau over all notebooks together, from inversions.</summary>
    public static double CellOrder(Table answers, Table submission)
    {
        const string target = "cell_order";
        Rows.MustBeAsMany(answers, submission);
        submission[target].MustBeText();
        Pairs pairs = Rows.Joined(answers, submission, "id");
        Column truth = answers[target];
        Column given = submission[target];
        long inversions = 0;
        double most = 0;
        for (int pair = 0; pair < pairs.Count; pair++)
        {
            List<string> t = PythonText.Words(truth.TextOf(pairs.Answer(pair)));
            List<string> g = PythonText.Words(given.TextOf(pairs.Submitted(pair)));
            if (t.Count != g.Count)
            {
                throw new NoScoreException($"row {pairs.Submitted(pair) + 1}: {g.Count} cells where the notebook has {t.Count}");
            }

            Dictionary<string, int> places = new(StringComparer.Ordinal);
            for (int at = 0; at < g.Count; at++)
            {
                places.TryAdd(g[at], at);
            }

            int[] order = [.. t.Select(cell => places.TryGetValue(cell, out int place)
                ? place
                : throw new NoScoreException($"row {pairs.Submitted(pair) + 1}: cell '{cell}' is missing"))];
            inversions += Inversions(order, new int[order.Length]);
            most += (double)t.Count * (t.Count - 1);
        }

        return most == 0 ? throw new NoScoreException("no notebook has two cells") : 1 - (4 * inversions / most);
    }

    /// <summary>The share of questions where an answer is right, or none given where none exists — as the grader counts it.</summary>
    public static double Questions(Table answers, Table submission)
    {
        Column id = submission["example_id"];
        Column given = submission["PredictionString"];
        if (submission.Rows != answers.Rows)
        {
            throw new NoScoreException($"{submission.Rows:N0} rows where the answers ask for {answers.Rows:N0}");
        }

        Dictionary<string, string> allowed = new(StringComparer.Ordinal);
        for (int row = 0; row < answers.Rows; row++)
        {
            allowed[answers["example_id"].TextOf(row)] = answers["allowed"].Text(row) ?? "";
        }

        HashSet<string> seen = new(StringComparer.Ordinal);
        int hits = 0;
        for (int row = 0; row < submission.Rows; row++)
        {
            string key = id.TextOf(row);
            if (!allowed.TryGetValue(key, out string? right) || !seen.Add(key))
            {
                throw new NoScoreException($"row {row + 1}: '{key}' is {(right is null ? "not in the answers" : "there twice")}");
            }

            string prediction = PythonText.Strip(given.Text(row) ?? "").ToString();
            string[] ends = prediction.Split(':');
            if (ends.Length == 2)
            {
                prediction = NumberText.TryInteger(ends[0], out long start) && NumberText.TryInteger(ends[1], out long end)
                    ? $"{start}:{end}"
                    : throw new NoScoreException($"row {row + 1}: '{prediction}' is no span of tokens");
            }
            else if (prediction is not ("" or "YES" or "NO"))
            {
                throw new NoScoreException($"row {row + 1}: a span start:end, YES, NO or nothing is needed");
            }

            bool truth = prediction.Length > 0 ? right.Split(' ').Contains(prediction) : right.Length > 0;
            hits += truth == prediction.Length > 0 ? 1 : 0;
        }

        return submission.Rows == 0 ? throw new NoScoreException("no rows") : (double)hits / submission.Rows;
    }

    private static double MeanDistance(Column truth, Column given, Pairs pairs)
    {
        EditDistance distance = new();
        long sum = 0;
        for (int pair = 0; pair < pairs.Count; pair++)
        {
            sum += distance.Between(truth.TextOf(pairs.Answer(pair)), given.TextOf(pairs.Submitted(pair)));
        }

        return pairs.Count == 0 ? throw new NoScoreException("no rows") : (double)sum / pairs.Count;
    }

    /// <summary>Null if neither has a word.</summary>
    private static double? Jaccard(string truth, string given)
    {
        HashSet<string> t = [.. PythonText.Words(PythonText.Lower(truth))];
        HashSet<string> g = [.. PythonText.Words(PythonText.Lower(given))];
        int common = t.Count(g.Contains);
        int all = t.Count + g.Count - common;
        return all == 0 ? null : (double)common / all;
    }

    private static long Inversions(Span<int> order, Span<int> scratch)
    {
        if (order.Length < 2)
        {
            return 0;
        }

        int middle = order.Length / 2;
        long inversions = Inversions(order[..middle], scratch[..middle]) + Inversions(order[middle..], scratch[middle..]);
        int left = 0;
        int right = middle;
        for (int at = 0; at < order.Length; at++)
        {
            if (right == order.Length || (left < middle && order[left] <= order[right]))
            {
                scratch[at] = order[left++];
            }
            else
            {
                scratch[at] = order[right++];
                inversions += middle - left;
            }
        }

        scratch[..order.Length].CopyTo(order);
        return inversions;
    }
}
