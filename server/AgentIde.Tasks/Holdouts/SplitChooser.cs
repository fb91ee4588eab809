using System.Globalization;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Folders;
using AgentIde.Tasks.Profiles;

namespace AgentIde.Tasks.Holdouts;

/// <summary>
/// Says what the holdout is cut by. <c>auto</c> looks how test relates to train and cuts so that the holdout relates in
/// the same way: by time where test comes after all of train, by groups where test has groups of its own. A pure
/// function of what the rows hold, not of their order.
/// </summary>
internal static class SplitChooser
{
    /// <summary>With fewer test rows chance alone may set them apart.</summary>
    private const int FewTestRows = 5;

    /// <summary>Times or groups of train below which auto does not cut by them.</summary>
    private const int FewUnits = 10;

    /// <summary>Letters of <c>1.2.2001</c>.</summary>
    private const int ShortestDate = 8;

    /// <summary>Share of test rows with values that train lacks, from which a column is one of groups.</summary>
    private const double NearlyAllUnseen = 0.95;

    /// <summary>Mean number of train rows of a value, from which values repeat.</summary>
    private const double Repeats = 2;

    /// <exception cref="TaskProblemException">The column that task.yaml names holds no time, or too few groups.</exception>
    public static SplitBasis Choose(TaskFolder task, CsvTable train, CsvTable test, double[] answers, CancellationToken cancellationToken) => task.Split switch
    {
        { Rule: SplitRule.Random } => new SplitBasis(SplitKind.Random, Asked("random")),
        { Rule: SplitRule.Stratified } => new SplitBasis(SplitKind.Stratified, Asked("stratified")) { Strata = answers },
        { Rule: SplitRule.Time, Column: { } column } => ByTime(TimeColumn.Require(train, test, column), train.Rows, $"as {TaskYaml.FileName} asks"),
        { Rule: SplitRule.Group, Column: { } column } => ByGroups(GroupColumn.Of(train, test, column), train.Rows, $"as {TaskYaml.FileName} asks"),
        _ => Auto(task, train, test, answers, cancellationToken),
    };

    /// <summary>What auto takes where the holdout of its own choice has no score.</summary>
    /// <param name="problem">Why it has none.</param>
    public static SplitBasis Without(SplitBasis chosen, TaskFolder task, double[] answers, string problem) => ByLabel(task, answers) with
    {
        Why = $"{ByLabel(task, answers).Why}; test speaks for {chosen.Why}, but its holdout can't be scored: {problem}",
    };

    /// <summary>Why train is to be cut into folds, if it can be; null where one holdout is enough, or a person named its kind.</summary>
    public static string? ForFolds(TaskFolder task, int testRows, SplitBasis basis, double[] answers) => task.Split.Rule switch
    {
        SplitRule.Folds => $"for {TaskYaml.FileName} asks for them",
        SplitRule.Auto when answers.Length < BlindPlan.FewTrainRows => $"for train has only {Rows(answers.Length)}",
        SplitRule.Auto when task.Facts.Metric.Predicts is not (PredictionKind.Values or PredictionKind.Cells) && answers.Length - answers.CountBy(answer => answer).Max(pair => pair.Value) is < BlindPlan.FewMinorityRows and var few =>
            $"for only {Rows(few)} of train {(few == 1 ? "is" : "are")} of another class than the commonest",
        SplitRule.Auto when basis.Time is null && BlindPlan.Size(answers.Length, testRows) is < BlindPlan.FewHoldoutRows and var size =>
            $"for test has only {Rows(testRows)}, and one holdout would have {size.ToString("N0", CultureInfo.InvariantCulture)}",
        _ => null,
    };

    private static string Rows(int count) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? "row" : "rows")}");

    private static string Asked(string kind) => $"{kind}, as {TaskYaml.FileName} asks";

    private static SplitBasis Auto(TaskFolder task, CsvTable train, CsvTable test, double[] answers, CancellationToken cancellationToken)
    {
        List<TimeColumn> dates = [];
        List<TimeColumn> later = [];
        List<(string Column, int Groups, double Unseen)> repeating = [];
        foreach (string column in test.Header.Where(column => column != task.Facts.IdColumn))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (MayBeTime(train, test, column) && TimeColumn.Of(train, test, column) is { } time)
            {
                if (time.IsDate)
                {
                    dates.Add(time);
                }

                if (test.Rows >= FewTestRows && IsLater(time, train.Rows))
                {
                    later.Add(time);
                }
            }

            if (Repeating(train, test, column) is { } groups)
            {
                repeating.Add(groups);
            }
        }

        if (later.OrderByDescending(time => time.IsDate).FirstOrDefault() is { } chosen)
        {
            return ByTime(chosen, train.Rows, "for all of test comes after train");
        }

        // The coarsest: groups within groups are whole when the outer ones are.
        if (test.Rows >= FewTestRows && repeating.Where(column => column.Groups >= FewUnits && column.Unseen >= NearlyAllUnseen)
            .Select(column => ((string Column, int Groups, double Unseen)?)column).MinBy(column => column!.Value.Groups) is { } group)
        {
            return ByGroups(GroupColumn.Of(train, test, group.Column), train.Rows, "for test has groups of its own");
        }

        SplitBasis usual = ByLabel(task, answers);
        List<string> reasons = [usual.Why];
        if (dates.FirstOrDefault() is { } date)
        {
            reasons.Add($"test does not come after train: {Ranges(date, train.Rows)}");
        }

        if (repeating.Count > 0 && repeating.MaxBy(column => column.Unseen) is var nearest)
        {
            reasons.Add($"test has no groups of its own: at most {Percent(nearest.Unseen)} of its rows have a value that train lacks in a column whose values repeat ({Shown.Text(nearest.Column)})");
        }

        return usual with { Why = string.Join("; ", reasons) };
    }

    private static SplitBasis ByLabel(TaskFolder task, double[] answers) => task.Facts.Metric.Predicts == PredictionKind.Cells
        ? new SplitBasis(SplitKind.Random, "random, for the metric takes whole tables")
        : task.Facts.Metric.Predicts == PredictionKind.Values
        ? new SplitBasis(SplitKind.Random, "random, for the label is a number")
        : new SplitBasis(SplitKind.Stratified, "stratified, for the label is a class") { Strata = answers };

    /// <summary>Spares reading a column whole where two of its first rows show that it is neither of dates nor later in test.</summary>
    private static bool MayBeTime(CsvTable train, CsvTable test, string column)
    {
        int inTrain = train.Require(column);
        int inTest = test.Require(column);
        for (int row = 0; row < Math.Min(Math.Min(train.Rows, test.Rows), 50); row++)
        {
            ReadOnlySpan<char> before = train.Field(row, inTrain);
            ReadOnlySpan<char> after = test.Field(row, inTest);
            if (before.Length < ShortestDate && after.Length < ShortestDate
                && Numbers.TryParseFinite(before, out double trainValue) && Numbers.TryParseFinite(after, out double testValue) && testValue < trainValue)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Test begins where train ends. A count of rows that only goes on in test is no time.</summary>
    private static bool IsLater(TimeColumn time, int trainRows)
    {
        ReadOnlySpan<double> inTrain = time.Times.AsSpan(0, trainRows);
        ReadOnlySpan<double> inTest = time.Times.AsSpan(trainRows);
        double end = Max(inTrain);
        double begin = Min(inTest);
        int different = new HashSet<double>(inTrain.ToArray()).Count;
        if (different < FewUnits || begin < end || (begin == end && (!time.IsDate || Max(inTest) == end)))
        {
            return false;
        }

        bool counts = !time.IsDate && different == trainRows && end - Min(inTrain) == trainRows - 1;
        return !counts;
    }

    private static (string Column, int Groups, double Unseen)? Repeating(CsvTable train, CsvTable test, string column)
    {
        int inTrain = train.Require(column);
        ValueCounts counts = ValueCounts.Of(train, inTrain, Math.Max(1, (int)(train.Rows / Repeats)));
        int present = train.Rows - counts.Missing;
        if (!counts.Complete || counts.Distinct < 2 || present < train.Rows / 2 || present < Repeats * counts.Distinct)
        {
            return null;
        }

        int inTest = test.Require(column);
        int unseen = 0;
        int some = 0;
        for (int row = 0; row < test.Rows; row++)
        {
            ReadOnlySpan<char> text = test.Field(row, inTest);
            if (!MissingValues.Is(text))
            {
                some++;
                unseen += counts.Contains(text) ? 0 : 1;
            }
        }

        return (column, counts.Distinct, some > 0 ? (double)unseen / some : 0);
    }

    private static SplitBasis ByTime(TimeColumn time, int trainRows, string reason) => new(SplitKind.Time, $"time by {Shown.Text(time.Name)}, {reason}; {Ranges(time, trainRows)}") { Time = time };

    private static SplitBasis ByGroups(GroupColumn groups, int trainRows, string reason)
    {
        if (groups.Count < BlindPlan.LeastGroups)
        {
            throw new TaskProblemException(
                $"{TaskYaml.FileName}: 'split: group:{Shown.Text(groups.Name)}' needs {BlindPlan.LeastGroups} groups in train, and {Shown.Text(groups.Name)} has {groups.Count}; use another column, or random");
        }

        string unseen = groups.TestUnseen is { } share ? $"; {Percent(share)} of test's rows are of groups that train lacks" : "; test does not say its groups";
        string count = string.Create(CultureInfo.InvariantCulture, $"; train has {groups.Count:N0} groups of {(double)trainRows / groups.Count:0.#} rows in the mean");
        return new(SplitKind.Group, $"group by {Shown.Text(groups.Name)}, {reason}{unseen}{count}") { Groups = groups };
    }

    private static string Ranges(TimeColumn time, int trainRows)
    {
        ReadOnlySpan<double> inTrain = time.Times.AsSpan(0, trainRows);
        ReadOnlySpan<double> inTest = time.Times.AsSpan(trainRows);
        return $"{Shown.Text(time.Name)} is {time.Say(Min(inTrain))} to {time.Say(Max(inTrain))} in train, {time.Say(Min(inTest))} to {time.Say(Max(inTest))} in test";
    }

    private static double Min(ReadOnlySpan<double> values)
    {
        double least = double.PositiveInfinity;
        foreach (double value in values)
        {
            least = Math.Min(least, value);
        }

        return least;
    }

    private static double Max(ReadOnlySpan<double> values)
    {
        double most = double.NegativeInfinity;
        foreach (double value in values)
        {
            most = Math.Max(most, value);
        }

        return most;
    }

    private static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + " %";
}
