using AgentIde.MleBench.Metrics;
using AgentIde.MleBench.Tables;

namespace AgentIde.MleBench.Graders;

/// <summary>Areas under ROC curves.</summary>
internal static class Areas
{
    private static readonly string[] Toxic = ["toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate"];

    private static readonly string[] Identities =
    [
        "male", "female", "homosexual_gay_or_lesbian", "christian", "jewish", "muslim", "black", "white", "psychiatric_or_mental_illness",
    ];

    /// <summary>One column of scores from 0 to 1.</summary>
    public static Grader Of(string id, string target) => MeanOf(id, [target], withinOne: true);

    /// <summary>The mean over columns.</summary>
    public static Grader MeanOf(string id, string[] targets, bool withinOne = false, bool exactly = false) => (answers, submission) =>
    {
        if (exactly)
        {
            submission.HasExactly([id, .. targets]);
        }

        submission.Needs(targets);
        Pairs pairs = Rows.BySortedId(answers, submission, id);
        double sum = 0;
        foreach (string target in targets)
        {
            double[] given = submission[target].Present();
            given = pairs.OfSubmission(withinOne ? submission[target].Within(0, 1) : given);
            Column truth = answers[target];
            sum += pairs.IsInFileOrder && truth.Small.Length > 0 ? Roc.Area(truth.Small, given) : Roc.Area(pairs.OfAnswers(truth.Present()), given);
        }

        return sum / targets.Length;
    };

    /// <summary>Twice the weight below a true positive rate of 0.4.</summary>
    public static double Weighted(Table answers, Table submission)
    {
        submission.Needs("Label");
        Pairs pairs = Rows.BySortedId(answers, submission, "Id");
        List<(double False, double True)> curve = Roc.Curve(pairs.OfAnswers(answers["Label"].Finite()), pairs.OfSubmission(submission["Label"].Finite()));
        const double bend = 0.4;
        if (!curve.Exists(point => point.True == bend))
        {
            int after = curve.FindIndex(point => point.True > bend);
            (double False, double True) below = curve[after - 1];
            (double False, double True) above = curve[after];
            double between = below.False + ((bend - below.True) / (above.True - below.True) * (above.False - below.False));
            curve.Insert(after, (between, bend));
        }

        return ((2 * Band(curve, 0, bend)) + Band(curve, bend, 1)) / ((2 * bend) + (1 - bend));
    }

    /// <summary>Columns go by their place after the id; rows whose labels sum to less than 0 are left out.</summary>
    public static double Toxicity(Table answers, Table submission)
    {
        submission.Needs(Toxic);
        submission.HasExactly(["id", .. Toxic]);
        Column[] truths = [.. answers.Columns.Where(column => column.Name != "id")];
        Column[] given = [.. submission.Columns.Where(column => column.Name != "id")];
        Pairs pairs = Rows.BySortedId(answers, submission, "id").Where(row => truths.Sum(truth => truth.Numbers[row]) >= 0);
        return Enumerable.Range(0, Toxic.Length).Average(at => Roc.Area(pairs.OfAnswers(truths[at].Numbers), pairs.OfSubmission(given[at].Loose())));
    }

    /// <summary>The overall area and power means over identities, of everything cut at one half.</summary>
    public static double UnintendedBias(Table answers, Table submission)
    {
        bool either = submission.Has("prediction");
        if (either && submission.Has("toxicity"))
        {
            throw new NoScoreException("both 'prediction' and 'toxicity' are there; one of them is needed");
        }

        Pairs pairs = Rows.BySortedId(answers, submission, "id");
        double[] truth = Half(pairs.OfAnswers(answers["toxicity"].Numbers));
        double[] given = Half(pairs.OfSubmission(submission[either ? "prediction" : "toxicity"].Numbers));
        double[][] areas = [new double[Identities.Length], new double[Identities.Length], new double[Identities.Length]];
        for (int at = 0; at < Identities.Length; at++)
        {
            double[] identity = Half(pairs.OfAnswers(answers[Identities[at]].Numbers));
            areas[0][at] = Subset(row => identity[row] == 1);
            areas[1][at] = Subset(row => identity[row] != truth[row]);
            areas[2][at] = Subset(row => identity[row] == truth[row]);
        }

        return 0.25 * (Roc.Area(truth, given) + areas.Sum(PowerMean));

        double Subset(Func<int, bool> wanted)
        {
            int[] rows = [.. Enumerable.Range(0, truth.Length).Where(wanted)];
            return Roc.Area(Array.ConvertAll(rows, row => truth[row]), Array.ConvertAll(rows, row => given[row]));
        }
    }

    private static double PowerMean(double[] areas) => Math.Pow(areas.Average(area => Math.Pow(area, -5)), -1.0 / 5);

    private static double[] Half(double[] values) => Array.ConvertAll(values, value => value >= 0.5 ? 1.0 : 0.0);

    private static double Band(List<(double False, double True)> curve, double low, double high)
    {
        (double False, double True)[] points = [.. curve.Where(point => point.True >= low && point.True <= high), (1, high)];
        double area = 0;
        for (int at = 1; at < points.Length; at++)
        {
            area += (points[at].False - points[at - 1].False) * (points[at].True + points[at - 1].True - (2 * low)) / 2;
        }

        return area;
    }
}
