using System.Globalization;
using AgentIde.Core.Holdouts;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Folders;
using AgentIde.Tasks.Metrics;
using AgentIde.Tasks.Statistics;

namespace AgentIde.Tasks.Holdouts;

/// <summary>
/// What speaks for and against the split, in one line. The holdout and the task's test are held against the same
/// train rows: where they relate to these alike, a score on the holdout says something about test.
/// </summary>
internal static class SplitEvidence
{
    /// <summary>Difference in the share of unseen values of a column, beyond which it is named.</summary>
    private const double TellingGap = 0.05;

    private const int FewOfAClass = 100;

    /// <summary>Groups or blocks of time of the holdout below which their spread is known badly.</summary>
    private const int FewUnits = 10;

    /// <summary>Share of test rows of groups that train lacks, below which whole groups do not match test.</summary>
    private const double MostlyUnseen = 0.9;

    public static string Why(SplitBasis basis, BlindPlan plan, CsvTable train, CsvTable test, string idColumn, TaskMetric metric, double[] answers, CancellationToken cancellationToken)
    {
        List<string> parts = [basis.Why];
        if (plan.Units is { } units)
        {
            parts.Add($"standard errors are of {units.Distinct().Count():N0} {(basis.Groups is null ? "blocks of time, and another time as a whole may differ by more" : "groups")}");
        }

        string[] features = [.. test.Header.Where(column => column != idColumn)];
        List<(string Column, double Holdout, double Test)> unseen = [];
        foreach (string column in features)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (double holdout, double inTest) = Unseen(plan, train, test, [column]);
            unseen.Add((column, holdout, inTest));
        }

        if (unseen.Count > 0)
        {
            (double freshHoldout, double freshTest) = Unseen(plan, train, test, features);
            parts.Add($"values unseen in train: holdout {Percent(unseen.Average(share => share.Holdout))}, test {Percent(unseen.Average(share => share.Test))}");
            parts.Add($"rows that stand in train too: holdout {Percent(1 - freshHoldout)}, test {Percent(1 - freshTest)}");
            (string column, double ofHoldout, double ofTest) = unseen.MaxBy(share => share.Test - share.Holdout);
            if (ofTest - ofHoldout > TellingGap)
            {
                parts.Add($"test differs most in {Shown.Text(column)} ({Percent(ofTest)} unseen against {Percent(ofHoldout)}), so the holdout may flatter");
            }
        }

        parts.AddRange(Warnings(basis, plan, metric, answers));
        return string.Join("; ", parts);
    }

    private static IEnumerable<string> Warnings(SplitBasis basis, BlindPlan plan, TaskMetric metric, double[] answers)
    {
        if (basis.Time is { } time && plan.Units is null)
        {
            yield return $"the holdout is of one {Shown.Text(time.Name)}, so its standard error is by row and too small";
        }

        if (plan.Units is { } units && units.Distinct().Count() is < FewUnits and var few)
        {
            yield return $"only {few} {(basis.Groups is null ? "blocks of time" : "groups")} are {(basis.InFolds ? "on the first fold" : "held out")}, so standard errors are rough";
        }

        if (basis.Groups is { TestUnseen: < MostlyUnseen and { } unseen })
        {
            yield return $"test has {Percent(1 - unseen)} of its rows in groups of train, the holdout none, so the holdout is harder";
        }

        if (plan.TrainRows < BlindPlan.FewTrainRows)
        {
            yield return $"only {plan.TrainRows:N0} train rows, so scores on the {(basis.InFolds ? "first fold" : "holdout")} are rough";
        }

        if (plan.Kind == SplitKind.Stratified && answers.CountBy(answer => answer).MinBy(pair => pair.Value) is { Value: < FewOfAClass } rare)
        {
            yield return $"the rarest class has only {rare.Value:N0} train {(rare.Value == 1 ? "row" : "rows")}, so scores on the {(basis.InFolds ? "first fold" : "holdout")} are rough";
        }

        if (plan.Units is null && !metric.HasErrorOf([.. plan.Scored.Select(row => answers[row])]))
        {
            yield return $"the {(basis.InFolds ? "first fold" : "holdout")} has one row{(plan.Scored.Length > 1 ? " of a class" : "")}, which tells nothing of how much such rows differ, so its standard errors are rough";
        }

        if (basis.InFolds && (double)plan.Holdout.Length / plan.Mixed.Length is > BlindPlan.LargestShareOfMixed and var share)
        {
            yield return $"a fold is {Percent(share)} of the rows that are to be predicted with it, so what learns from these learns more of it than of test";
        }

        if (plan.Holdout.Length < plan.TrainRows / 10)
        {
            yield return $"a small holdout of {plan.Holdout.Length:N0} rows, for test has only {plan.TestRows:N0}";
        }
    }

    /// <summary>Shares of holdout and test rows whose values in the columns, taken together, stand in no row of the search's train.</summary>
    private static (double Holdout, double Test) Unseen(BlindPlan plan, CsvTable train, CsvTable test, string[] columns)
    {
        int[] inTrain = [.. columns.Select(train.Require)];
        int[] inTest = [.. columns.Select(test.Require)];
        HashSet<ulong> known = new(plan.SearchTrain.Length);
        foreach (int row in plan.SearchTrain)
        {
            known.Add(Hash(train, row, inTrain));
        }

        int freshHoldout = plan.Holdout.Count(row => !known.Contains(Hash(train, row, inTrain)));
        int freshTest = Enumerable.Range(0, test.Rows).Count(row => !known.Contains(Hash(test, row, inTest)));
        return ((double)freshHoldout / plan.Holdout.Length, (double)freshTest / test.Rows);
    }

    private static ulong Hash(CsvTable table, int row, int[] columns)
    {
        ulong hash = TextHash.Start;
        foreach (int column in columns)
        {
            hash = TextHash.Add(hash, table.Field(row, column));
        }

        return hash;
    }

    private static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + " %";
}
