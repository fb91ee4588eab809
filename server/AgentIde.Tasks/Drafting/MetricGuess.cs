using System.Collections.Immutable;
using System.Globalization;
using AgentIde.Core.Engineering;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Metrics;
using AgentIde.Tasks.Profiles;

namespace AgentIde.Tasks.Drafting;

/// <summary>By what predictions of a label are judged, from its values.</summary>
/// <param name="Constant">The best prediction that knows nothing of a row: the median, the share of 1, the most frequent class; null for probabilities of many classes.</param>
internal sealed record MetricGuess(Metric Metric, LabelKind Kind, string Why, string? Constant)
{
    /// <summary>Whole numbers of so few values, each so often, are read as classes.</summary>
    private const int MostNumberedClasses = 20;
    private const int LeastOfEach = 10;

    /// <summary>Beyond these a submission with a column for each class is unwieldy.</summary>
    private const int MostClassColumns = 100;
    private const int MostClasses = 1_000;

    /// <summary>Skewness from which errors are counted in ratios.</summary>
    private const double Skewed = 1;

    /// <exception cref="TaskProblemException">There is no such metric, or the values are none that can be predicted.</exception>
    public static MetricGuess Of(string? named, CsvTable train, string label, CsvTable? sample, ImmutableArray<string> targets, string idColumn)
    {
        ValueCounts counts = ValueCounts.Of(train, train.Require(label), MostClasses);
        if (counts.Distinct < 2)
        {
            throw new TaskProblemException(counts.Distinct == 0
                ? $"{train.Name}: '{Shown.Text(label)}' holds no value; name another column with --label"
                : $"{train.Name}: '{Shown.Text(label)}' is '{Shown.Text(counts.Values.First())}' in every row{(train.IsWhole ? "" : " that was looked at")}, so there is nothing to predict; name another column with --label");
        }

        double[] numbers = Numbers(train, label);
        int words = train.Rows - counts.Missing - numbers.Length;
        bool numeric = words == 0 || (!counts.Complete && words < numbers.Length / 10);
        string[] asked = sample is not null && targets is [var only] ? [.. Values(sample, only)] : [];
        if (named is not null)
        {
            Metric metric = MetricCatalogue.Find(named)
                ?? throw new TaskProblemException($"there is no metric '{Shown.Text(named)}': it is {string.Join(", ", MetricCatalogue.Nearest(named))}");
            return new MetricGuess(metric, metric.Facts.Predicts == PredictionKind.Values ? LabelKind.Numbers : LabelKind.Classes, "you named it", ConstantOf(metric, counts, numbers));
        }

        if (targets.Length > 1)
        {
            return Classes("multi-class-log-loss", "the sample submission has a column for each class");
        }

        bool whole = numeric && Array.TrueForAll(numbers, number => number == Math.Floor(number));
        if (counts.Distinct == 2 && counts.Complete && (whole || !numeric))
        {
            string[] two = [.. counts.Values.Order(StringComparer.Ordinal)];
            return !numeric || !two.All(value => Tasks.Numbers.TryParse(value, out double number) && number is 0 or 1)
                ? Classes("accuracy", $"two classes, {Shown.Text(two[0])} and {Shown.Text(two[1])}; roc-auc and log-loss would need them written as 0 and 1")
                : asked.Distinct().Order(StringComparer.Ordinal).SequenceEqual(["0", "1"])
                ? Classes("accuracy", "two classes, and the sample submission holds classes, not probabilities")
                : Classes("roc-auc", "two classes, 0 and 1: it needs no threshold and holds where one of them is rare; accuracy and log-loss are the others");
        }

        bool numbered = whole && counts.Complete && counts.Distinct <= MostNumberedClasses && numbers.Length >= LeastOfEach * counts.Distinct
            && Array.TrueForAll(asked, value => Tasks.Numbers.TryParse(value, out double number) && number == Math.Floor(number));
        if (numeric && !numbered)
        {
            NumberSummary summary = NumberReading.Summarize(numbers);
            return summary is { Minimum: >= 0, Skewness: > Skewed }
                ? OfNumbers("rmsle", string.Create(CultureInfo.InvariantCulture, $"numbers, none below 0 and skewed to the right ({summary.Skewness:0.#}): errors count as ratios, so the largest values don't decide alone; rmse counts them as amounts"))
                : OfNumbers("rmse", summary.Minimum < 0 ? "numbers, some below 0; mae gives outliers less weight" : "numbers, not much skewed; mae gives outliers less weight");
        }

        if (!numeric && (!counts.Complete || counts.Distinct > (train.Rows - counts.Missing) / 2))
        {
            throw new TaskProblemException(
                $"{train.Name}: '{Shown.Text(label)}' holds {(counts.Complete ? $"{counts.Distinct:N0}" : $"more than {MostClasses:N0}")} different texts, such as '{Shown.Text(counts.Values.First(), 30)}': they are neither numbers nor few classes; name another column with --label");
        }

        string many = numbered ? $"{counts.Distinct} different whole numbers, read as classes (amounts? --metric rmse)" : $"{counts.Distinct:N0} classes";
        return asked.Length > 0 ? Classes("accuracy", $"{many}, and the sample submission asks for one column")
            : counts.Distinct > MostClassColumns || counts.Values.Contains(idColumn) ? Classes("accuracy", $"{many}: too many for a column of probabilities each")
            : Classes("multi-class-log-loss", $"{many}: it also tells a sure prediction from a lucky one; accuracy counts hits alone");

        MetricGuess Classes(string name, string why) => Guess(name, LabelKind.Classes, why);
        MetricGuess OfNumbers(string name, string why) => Guess(name, LabelKind.Numbers, why);
        MetricGuess Guess(string name, LabelKind kind, string why) => new(MetricCatalogue.Find(name)!, kind, why, ConstantOf(MetricCatalogue.Find(name)!, counts, numbers));
    }

    private static string? ConstantOf(Metric metric, ValueCounts counts, double[] numbers) => metric.Facts.Predicts switch
    {
        PredictionKind.ClassProbabilities => null,
        PredictionKind.Labels => counts.MostFrequent(1)[0].Value,
        PredictionKind.Probability => numbers.Length > 0 ? Math.Round(Math.Clamp(numbers.Average(), 0, 1), 4).ToString(CultureInfo.InvariantCulture) : "0.5",
        _ => numbers.Length > 0 ? NumberReading.Summarize(numbers).Median.ToString(CultureInfo.InvariantCulture) : "0",
    };

    private static double[] Numbers(CsvTable table, string column)
    {
        int place = table.Require(column);
        List<double> numbers = new(table.Rows);
        for (int row = 0; row < table.Rows; row++)
        {
            if (!MissingValues.Is(table.Field(row, place)) && Tasks.Numbers.TryParseFinite(table.Field(row, place), out double number))
            {
                numbers.Add(number);
            }
        }

        return [.. numbers];
    }

    private static IEnumerable<string> Values(CsvTable table, string column)
    {
        int place = table.Require(column);
        return Enumerable.Range(0, table.Rows).Select(row => table.Field(row, place).ToString());
    }
}
