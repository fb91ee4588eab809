using AgentIde.Core.Runs;
using AgentIde.Tasks.Metrics;
using CsCheck;

namespace AgentIde.Tasks.Tests.Metrics;

public class InfluenceTests
{
    private const int Rows = 400;
    private const int Resamples = 1_000;
    private const int Classes = 3;

    public static TheoryData<string> Names => [.. MetricCatalogue.All.Select(metric => metric.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Standard_errors_are_those_of_the_bootstrap(string name)
    {
        Metric metric = MetricCatalogue.Find(name)!;
        Random random = new(7);
        double[] answers = Answers(metric, Rows, random.NextDouble);
        double[] first = Predictions(metric, answers, random.NextDouble, noise: 1);
        double[] second = Predictions(metric, answers, random.NextDouble, noise: 1.5);
        MetricValue one = metric.Evaluate(answers, first);
        MetricValue other = metric.Evaluate(answers, second);

        List<double> scores = [];
        List<double> differences = [];
        for (int resample = 0; resample < Resamples; resample++)
        {
            int[] drawn = [.. Enumerable.Range(0, Rows).Select(_ => random.Next(Rows))];
            double score = metric.Evaluate(Take(answers, drawn, 1), Take(first, drawn, first.Length / Rows)).Score;
            scores.Add(score);
            differences.Add(score - metric.Evaluate(Take(answers, drawn, 1), Take(second, drawn, second.Length / Rows)).Score);
        }

        one.StandardError.ShouldBe(Deviation(scores), 0.1 * Deviation(scores));
        one.PairedStandardError(other).ShouldBe(Deviation(differences), 0.1 * Deviation(differences));
        one.PairedStandardError(one).ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_order_of_rows_changes_nothing(string name)
    {
        Metric metric = MetricCatalogue.Find(name)!;
        Gen.Select(Gen.Int[2, 60], Gen.Int[0, 1_000_000]).Sample((rows, seed) =>
        {
            Random random = new(seed);
            double[] answers = Answers(metric, rows, random.NextDouble);
            if (metric.ProblemOfAnswers(answers) is not null)
            {
                return;
            }

            double[] predictions = Predictions(metric, answers, random.NextDouble, noise: 1);
            int[] order = [.. Enumerable.Range(0, rows).OrderBy(_ => random.Next())];
            MetricValue straight = metric.Evaluate(answers, predictions);
            MetricValue shuffled = metric.Evaluate(Take(answers, order, 1), Take(predictions, order, predictions.Length / rows));
            shuffled.Score.ShouldBe(straight.Score, 1e-12 * Math.Max(1, Math.Abs(straight.Score)));
            shuffled.StandardError.ShouldBe(straight.StandardError, 1e-9 * Math.Max(1, straight.StandardError));
            if (metric.HasErrorOf(answers))
            {
                straight.Influences.ToArray().Sum().ShouldBe(0, 1e-6);
            }

            for (int place = 0; place < rows; place++)
            {
                shuffled.Influences.Span[place].ShouldBe(straight.Influences.Span[order[place]], 1e-9);
            }
        });
    }

    /// <summary>A thousand draws of rows of which 80 % are in the right order: what errors say is what scores and differences vary by.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(1, 5)]
    [InlineData(5, 1)]
    [InlineData(5, 3)]
    public void Errors_of_an_area_are_no_smaller_than_what_it_varies_by_however_few_rows_a_class_has(int folds, int ofClass)
    {
        Metric metric = MetricCatalogue.Find("roc-auc")!;
        foreach (bool isRare in (bool[])[true, false])
        {
            Random random = new(11);
            List<double> scores = [], differences = [];
            double squares = 0, paired = 0;
            const int draws = 1_000;
            for (int draw = 0; draw < draws; draw++)
            {
                double[][] answers = [.. Enumerable.Range(0, folds).Select(_ => Enumerable.Range(0, 40).Select(row => row < ofClass == isRare ? 1.0 : 0.0).ToArray())];
                double[][] luck = [.. answers.Select(fold => fold.Select(answer => (1.19 * answer) + Normal()).ToArray())];
                MetricValue one = Value(answers, luck, 0.5), other = Value(answers, luck, 0.5);
                scores.Add(one.Score);
                differences.Add(one.Score - other.Score);
                squares += one.StandardError * one.StandardError / draws;
                paired += one.PairedStandardError(other) * one.PairedStandardError(other) / draws;
            }

            // Where a class has one row in all, its error is more than it varies by.
            (double least, double most) = folds * ofClass > 1 ? (0.9, 1.15) : (1, 2.5);
            (Math.Sqrt(squares) / Deviation(scores)).ShouldBeInRange(least, most);
            (Math.Sqrt(paired) / Deviation(differences)).ShouldBeInRange(0.9, 1.15);

            double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            MetricValue Value(double[][] answers, double[][] luck, double noise)
            {
                double[][] predictions = [.. luck.Select(fold => fold.Select(value => value + (noise * Normal())).ToArray())];
                return folds == 1 ? metric.Evaluate(answers[0], predictions[0]) : metric.EvaluateFolds([.. answers.Zip(predictions)]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_single_row_has_no_error_of_its_own_and_none_that_is_nothing(string name)
    {
        Metric metric = MetricCatalogue.Find(name)!;
        if (name == "roc-auc")
        {
            metric.Evaluate([0, 1], [0.2, 0.7]).StandardError.ShouldBe(Math.Sqrt(0.5), 1e-12);
            (metric.HasErrorOf([0, 1, 1]), metric.HasErrorOf([0, 0, 1, 1])).ShouldBe((false, true));
            return;
        }

        Random random = new(3);
        double[] answers = Answers(metric, 1, random.NextDouble), first = Predictions(metric, answers, random.NextDouble, noise: 1), second = Predictions(metric, answers, random.NextDouble, noise: 2);
        (MetricValue one, MetricValue other) = (metric.Evaluate(answers, first), metric.Evaluate(answers, second));
        one.StandardError.ShouldBe(name.StartsWith('r') ? one.Score / 2 : one.Score, 1e-12);
        one.PairedStandardError(other).ShouldBe(Math.Abs(one.StandardError - other.StandardError), 1e-12);
        (metric.HasErrorOf(answers), metric.HasErrorOf([.. answers, .. answers])).ShouldBe((false, true));
    }

    [Fact]
    public void The_area_is_the_share_of_pairs_in_order_and_turns_round_with_the_scores()
    {
        Metric metric = MetricCatalogue.Find("roc_auc")!;
        Gen.Select(Gen.Int[0, 1].Array[2, 40], Gen.Int[0, 5].Array[40]).Sample((labels, scores) =>
        {
            double[] answers = [.. labels.Select(label => (double)label)];
            double[] predictions = [.. scores.Take(answers.Length).Select(score => (double)score)];
            if (metric.ProblemOfAnswers(answers) is not null)
            {
                return;
            }

            double[] pairs =
            [
                .. from positive in Enumerable.Range(0, answers.Length)
                   where answers[positive] == 1
                   from negative in Enumerable.Range(0, answers.Length)
                   where answers[negative] == 0
                   select predictions[positive] > predictions[negative] ? 1 : predictions[positive] == predictions[negative] ? 0.5 : 0,
            ];
            double area = metric.Evaluate(answers, predictions).Score;
            area.ShouldBe(pairs.Average(), 1e-12);
            metric.Evaluate(answers, [.. predictions.Select(score => -score)]).Score.ShouldBe(1 - area, 1e-12);
        });
    }

    [Fact]
    public void A_metric_is_found_with_underscores_too_and_by_no_other_name()
    {
        MetricCatalogue.Find("multi_class_log_loss").ShouldBeSameAs(MetricCatalogue.Find("multi-class-log-loss"));
        MetricCatalogue.Find("multi-class-log-loss").ShouldNotBeNull();
        MetricCatalogue.Find("logloss").ShouldBeNull();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Predictions_that_do_not_fit_the_answers_are_refused(string name) =>
        Should.Throw<ArgumentException>(() => MetricCatalogue.Find(name)!.Evaluate([0.0, 1.0], [0.5, 0.5, 0.5]));

    private static double[] Answers(Metric metric, int rows, Func<double> next) =>
    [
        .. Enumerable.Range(0, rows).Select(_ => metric.Facts.Predicts switch
        {
            PredictionKind.Values => Math.Exp(next() * 3),
            PredictionKind.Probability => next() < 0.3 ? 1.0 : 0.0,
            _ => Math.Floor(next() * Classes),
        }),
    ];

    private static double[] Predictions(Metric metric, double[] answers, Func<double> next, double noise) =>
    [
        .. answers.SelectMany(answer => metric.Facts.Predicts switch
        {
            PredictionKind.Values => [answer * Math.Exp((next() - 0.5) * noise)],
            PredictionKind.Probability => [((0.4 * answer) + (next() * noise)) / (0.4 + noise)],
            PredictionKind.Labels => [next() < 0.5 / noise ? answer : Math.Floor(next() * Classes)],
            _ => Enumerable.Range(0, Classes).Select(index => ((index == answer ? 1 : 0) + (next() * noise) + 0.1) / (2 + noise)).ToArray(),
        }),
    ];

    private static double[] Take(double[] values, int[] rows, int width) => [.. rows.SelectMany(row => values.Skip(row * width).Take(width))];

    private static double Deviation(List<double> values)
    {
        double mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }
}
