using AgentIde.Core.Runs;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Grading;
using AgentIde.Tasks.Statistics;

namespace AgentIde.Tasks.Holdouts;

/// <summary>
/// How alike two submissions see the rows they share. For numbers and one probability: Spearman's rank correlation,
/// averaged over the target columns. Predicted classes have no order, so each class counts as a column of its own, 1
/// where it is predicted. Probabilities of many classes: Pearson's correlation over all cells, for nearly all cells of
/// a good model are nearly zero, and their order among each other says nothing.
/// </summary>
internal static class SubmissionAgreement
{
    /// <summary>Null where a submission is broken, no id is shared, or no column varies in both.</summary>
    public static double? Of(ReadOnlyMemory<byte> submission, ReadOnlyMemory<byte> other, TaskFacts task, int mostRows)
    {
        if (Read(submission, task, mostRows) is not { } left || Read(other, task, mostRows) is not { } right)
        {
            return null;
        }

        string[] ids = [.. left.Keys.Where(right.ContainsKey)];
        return task.Metric.Predicts switch
        {
            PredictionKind.ClassProbabilities => OfCells(left, right, ids),
            PredictionKind.Cells => OfNumbersOrTexts(left, right, ids, task),
            _ => OfColumns(left, right, ids, task),
        };
    }

    private static double? OfCells(Dictionary<string, string[]> left, Dictionary<string, string[]> right, string[] ids) =>
        Parse([.. ids.SelectMany(id => left[id])]) is { } leftCells && Parse([.. ids.SelectMany(id => right[id])]) is { } rightCells
            ? Ranks.Correlation(leftCells, rightCells)
            : null;

    private static double? OfColumns(Dictionary<string, string[]> left, Dictionary<string, string[]> right, string[] ids, TaskFacts task)
    {
        List<double> correlations = [];
        for (int target = 0; target < task.Targets.Length; target++)
        {
            string[] leftTexts = [.. ids.Select(id => left[id][target])];
            string[] rightTexts = [.. ids.Select(id => right[id][target])];
            if (task.Metric.Predicts == PredictionKind.Labels)
            {
                correlations.AddRange(leftTexts.Union(rightTexts).Order(StringComparer.Ordinal)
                    .Select(name => Ranks.Spearman(Indicate(leftTexts, name), Indicate(rightTexts, name)))
                    .OfType<double>());
            }
            else if (Parse(leftTexts) is { } leftNumbers && Parse(rightTexts) is { } rightNumbers)
            {
                if (Ranks.Spearman(leftNumbers, rightNumbers) is { } correlation)
                {
                    correlations.Add(correlation);
                }
            }
            else
            {
                return null;
            }
        }

        return correlations.Count > 0 ? correlations.Average() : null;
    }

    /// <summary>Of columns of numbers the mean correlation of ranks; of others the mean share of words, for two good models seldom draw the same mask or list of labels.</summary>
    private static double? OfNumbersOrTexts(Dictionary<string, string[]> left, Dictionary<string, string[]> right, string[] ids, TaskFacts task)
    {
        List<double> alike = [];
        for (int target = 0; target < task.Targets.Length; target++)
        {
            string[] leftTexts = [.. ids.Select(id => left[id][target])], rightTexts = [.. ids.Select(id => right[id][target])];
            if (Parse(leftTexts) is { } leftNumbers && Parse(rightTexts) is { } rightNumbers)
            {
                alike.AddRange(Ranks.Spearman(leftNumbers, rightNumbers) is { } correlation ? [correlation] : []);
            }
            else if (ids.Length > 0)
            {
                alike.Add(leftTexts.Zip(rightTexts).Average(pair => Shared(pair.First, pair.Second)));
            }
        }

        return alike.Count > 0 ? alike.Average() : null;
    }

    /// <summary>Words that both texts have, of all that either has: 0 to 1.</summary>
    private static double Shared(string left, string right)
    {
        if (left == right)
        {
            return 1;
        }

        HashSet<string> one = [.. left.Split(' ', StringSplitOptions.RemoveEmptyEntries)], other = [.. right.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        int both = one.Count(other.Contains);
        return (double)both / Math.Max(1, one.Count + other.Count - both);
    }

    internal static Dictionary<string, string[]>? Read(ReadOnlyMemory<byte> submission, TaskFacts task, int mostRows)
    {
        try
        {
            using CsvRecords records = CsvRecords.Open(SubmissionReader.AsStream(submission), CsvLimits.Submission(mostRows, task.Targets.Length + 1, task.Metric.Predicts == PredictionKind.Cells));
            int id = records.Header.IndexOf(task.IdColumn);
            int[] targets = [.. task.Targets.Select(target => records.Header.IndexOf(target))];
            if (id < 0 || targets.Contains(-1))
            {
                return null;
            }

            Dictionary<string, string[]> rows = new(StringComparer.Ordinal);
            while (records.Read())
            {
                string[] texts = new string[targets.Length];
                for (int target = 0; target < targets.Length; target++)
                {
                    texts[target] = records[targets[target]].ToString();
                }

                if (!rows.TryAdd(records[id].ToString(), texts))
                {
                    return null;
                }
            }

            return rows;
        }
        catch (CsvProblemException)
        {
            // Broken is an answer here: the caller asks whether two submissions agree, and this one has nothing to say.
            return null;
        }
    }

    private static double[] Indicate(string[] texts, string name) => [.. texts.Select(text => text == name ? 1.0 : 0.0)];

    private static double[]? Parse(string[] texts)
    {
        double[] numbers = new double[texts.Length];
        for (int row = 0; row < texts.Length; row++)
        {
            if (!Numbers.TryParseFinite(texts[row], out numbers[row]))
            {
                return null;
            }
        }

        return numbers;
    }
}
