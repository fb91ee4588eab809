using System.Collections.Immutable;
using System.Globalization;
using AgentIde.Core.Engineering.BuiltIn.Components;

namespace AgentIde.Core.Engineering.BuiltIn;

/// <summary>What a person would say of the data after a first look, one line each, the most telling first.</summary>
internal static class Observations
{
    public static ImmutableArray<string> Of(Problem problem) =>
        [.. Size(problem), .. Target(problem), .. Quality(problem), .. Columns(problem), .. Shift(problem)];

    private static IEnumerable<string> Size(Problem problem)
    {
        List<string> kinds = [];
        Count(problem.Numbers.Count(), "of numbers");
        Count(problem.Categories.Count(), "of categories");
        Count(problem.Dates.Count(), "of dates");
        Count(problem.Texts.Count(), "of text");
        string rows = string.Create(CultureInfo.InvariantCulture, $"{PythonText.Count(problem.Profile.TrainRows, "row")} to learn from and {problem.Profile.TestRows:N0} to predict");
        yield return problem.Inputs.IsEmpty
            ? $"{rows}, but by no column: none that test has too tells one row from another."
            : $"{rows}, by {PythonText.Count(problem.Inputs.Length, "column")}: {string.Join(", ", kinds)}.";
        if (!problem.IsLearnable)
        {
            string why = problem.Inputs.IsEmpty ? "Nothing can be learnt from such rows" : "Nothing can be learnt where all answers are the same";
            yield return $"{why}: {Catalogue.Family(Models.Baseline.Key)!.Words(problem)} of {PythonText.Plain(problem.Task.Label)} for every row is all there is to say.";
        }

        void Count(int count, string what)
        {
            if (count > 0)
            {
                kinds.Add($"{count} {what}");
            }
        }
    }

    private static IEnumerable<string> Target(Problem problem)
    {
        string label = PythonText.Plain(problem.Task.Label);
        if (problem.Label is not { } column)
        {
            yield break;
        }

        if (problem.Goal == Goal.Number && column.Numbers is { } numbers)
        {
            yield return $"{label} runs from {Shown(numbers.Minimum)} to {Shown(numbers.Maximum)}, with half of it below {Shown(numbers.Median)}.";
            if (LogTargetFits(problem))
            {
                yield return $"{problem.Task.Metric.DisplayName} compares logarithms, so log1p({label}) is learnt: its squared error is the metric's own.";
            }
            else if (numbers is { Skewness: > 1, Minimum: >= 0 })
            {
                yield return $"{label} is skewed to the right ({Shown(numbers.Skewness)}): its logarithm may be easier to learn.";
            }
        }
        else if (!problem.Profile.Classes.IsEmpty)
        {
            ImmutableArray<Engineering.ValueCount> classes = problem.Profile.Classes;
            if (problem.LacksClasses)
            {
                List<string> absent = [.. problem.Task.Targets.Except(classes.Select(value => value.Value))];
                yield return $"{PythonText.Names(absent)} {(absent.Count == 1 ? "is" : "are")} asked for, but never in train: nothing speaks for {(absent.Count == 1 ? "it" : "them")}.";
            }

            double total = Math.Max(classes.Sum(value => (double)value.Count), 1);
            double most = classes[0].Count / total;
            double least = classes[^1].Count / total;
            yield return classes.Length == 1 ? $"{label} is {PythonText.Plain(classes[0].Value, 20)} in all rows of train."
                : classes.Length == 2
                ? $"{label} is {PythonText.Plain(classes[0].Value, 20)} in {Percent(most)} of the rows and {PythonText.Plain(classes[1].Value, 20)} in {Percent(least)}{(least < 0.1 ? ": rare, so the signal is weak and folds must keep the share" : "")}."
                : $"{label} has {classes.Length} classes of {Percent(least)} to {Percent(most)} of the rows each: {(most < 3 * least ? "balanced" : "unbalanced, so folds must keep the shares")}.";
        }

        if (column.Missing > 0)
        {
            yield return $"{label} is missing in {PythonText.Count(column.Missing, "row")} of train{(column.Missing == 1 ? ": it teaches nothing and is" : ": they teach nothing and are")} left out.";
        }
    }

    private static IEnumerable<string> Quality(Problem problem)
    {
        List<string> zeros = ZerosAsMissing.Columns(problem);
        if (zeros.Count > 0)
        {
            yield return $"{PythonText.Names(zeros)} {(zeros.Count == 1 ? "holds" : "hold")} zeros where nothing near zero is measured (at most {PythonText.Count(zeros.Max(name => problem.Profile[name].Numbers!.Zeros), "row")}): taken as missing.";
        }

        List<ColumnProfile> odd = [.. problem.Numbers.Where(column => column.Unreadable > 0).OrderByDescending(column => column.Unreadable)];
        if (odd.Count > 0)
        {
            yield return $"{PythonText.Names([.. odd.Select(column => column.Name)])} {(odd.Count == 1 ? "holds" : "hold")} words or infinities among the numbers (up to {PythonText.Count(odd[0].Unreadable, "row")}): taken as missing.";
        }

        List<ColumnProfile> gaps = [.. problem.Inputs.Where(column => column.Missing > 0).OrderByDescending(column => column.Missing)];
        if (gaps.Count > 0)
        {
            yield return $"{PythonText.Names([.. gaps.Select(column => column.Name)])} {(gaps.Count == 1 ? "lacks" : "lack")} values, up to {Percent(gaps[0].Missing / (double)problem.Rows)} of the rows.";
        }

        List<string> constant =
        [
            .. problem.Profile.Columns.Where(column => column.InTest && column.Name != problem.Task.IdColumn && column.Distinct <= 1 && column.Missing == 0).Select(column => column.Name),
        ];
        if (constant.Count > 0)
        {
            yield return $"{PythonText.Names(constant)} never {(constant.Count == 1 ? "changes" : "change")}: left out.";
        }
    }

    private static IEnumerable<string> Columns(Problem problem)
    {
        foreach ((string name, IReadOnlyList<string> order) in GradedWords.Grades(problem).Take(5))
        {
            yield return $"{PythonText.Plain(name)} is graded from {PythonText.Plain(order[0], 20)} to {PythonText.Plain(order[^1], 20)} in {order.Count} steps: ranks, not names.";
        }

        List<string> ranges = [.. RangesAsNumbers.Columns(problem)];
        if (ranges.Count > 0)
        {
            yield return $"{PythonText.Names(ranges)} {(ranges.Count == 1 ? "holds" : "hold")} ranges written as words: their middles are numbers.";
        }

        foreach (ColumnProfile date in problem.Dates.Take(2))
        {
            yield return $"{PythonText.Plain(date.Name)} is a date: hour, weekday and season may repeat.";
        }

        foreach (ColumnProfile text in problem.Texts.Take(2))
        {
            yield return $"{PythonText.Plain(text.Name)} is text of {Shown(Math.Round(text.MeanLength))} characters on average: words are counted.";
        }

        List<string> alike = AlikeInRank(problem);
        if (alike.Count > 1)
        {
            yield return $"{PythonText.Names(alike)} follow the target almost alike (rank correlation {Shown(Math.Abs(problem.Profile[alike[0]].TargetCorrelation!.Value))}), so they follow each other: ratios say what they don't share.";
        }
        else if (problem.Numbers.MaxBy(column => Math.Abs(column.TargetCorrelation ?? 0)) is { TargetCorrelation: { } strongest } first && Math.Abs(strongest) > 0.3)
        {
            yield return $"{PythonText.Plain(first.Name)} says most of the target by itself (rank correlation {Shown(strongest)}).";
        }
    }

    private static IEnumerable<string> Shift(Problem problem)
    {
        List<ColumnProfile> unseen = [.. problem.Categories.Where(column => column.UnseenInTest > 0).OrderByDescending(column => column.UnseenInTest)];
        if (unseen.Count > 0)
        {
            yield return $"{PythonText.Names([.. unseen.Select(column => column.Name)])} {(unseen.Count == 1 ? "has" : "have")} values in test that train never shows (up to {Percent(unseen[0].UnseenInTest)} of its rows).";
        }

        List<ColumnProfile> many = [.. problem.Categories.Where(column => column.Distinct > 50)];
        if (many.Count > 0)
        {
            yield return $"{PythonText.Names([.. many.Select(column => column.Name)])} {(many.Count == 1 ? "has" : "have")} many values (up to {many.Max(column => column.Distinct)}): target means, shrunk and out of fold, say more than codes.";
        }
    }

    private static bool LogTargetFits(Problem problem) => Catalogue.Get(Components.LogTarget.Key).Fits(problem);

    /// <summary>Numbers that rank the target alike to within a hundredth, where that is strong.</summary>
    private static List<string> AlikeInRank(Problem problem)
    {
        List<ColumnProfile> strong = [.. problem.Numbers.Where(column => Math.Abs(column.TargetCorrelation ?? 0) > 0.8).OrderByDescending(column => Math.Abs(column.TargetCorrelation!.Value))];
        return [.. strong.Where(column => Math.Abs(strong[0].TargetCorrelation!.Value) - Math.Abs(column.TargetCorrelation!.Value) < 0.02).Select(column => column.Name)];
    }

    private static string Shown(double value) => Math.Abs(value) >= 1e12 ? value.ToString("G4", CultureInfo.InvariantCulture) : value.ToString("#,0.##", CultureInfo.InvariantCulture);

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{Math.Round(share * 100, share < 0.1 ? 1 : 0)} %");
}
