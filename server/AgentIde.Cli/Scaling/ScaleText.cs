using System.Globalization;
using AgentIde.Core.Runs;
using AgentIde.Core.Scaling;

namespace AgentIde.Cli.Scaling;

/// <summary>Figures in words, the same in the terminal and on the page.</summary>
internal static class ScaleText
{
    public const string None = "–";

    private const int MostDecimals = 5;

    /// <summary><c>0.0812 ± 0.0006</c>: two digits of the error; where there is none, or nothing of one, five digits of the value.</summary>
    public static string Score(Mean? mean)
    {
        if (mean is null)
        {
            return None;
        }

        // Of equal values an error may be what adding them up has rounded.
        double size = mean.StandardError is { } error && error > 1e-9 * Math.Abs(mean.Value) ? error : Math.Abs(mean.Value) / 1e3;
        int decimals = size > 0 ? Math.Clamp(1 - (int)Math.Floor(Math.Log10(size)), 0, MostDecimals) : 0;
        return mean.StandardError is { } known ? $"{Figures.Fixed(mean.Value, decimals)} ± {Figures.Fixed(known, decimals)}" : Figures.Fixed(mean.Value, decimals);
    }

    /// <summary><c>+0.8 ± 0.3</c>: how many errors, and in which direction.</summary>
    public static string Errors(Mean? mean) => mean is null ? None
        : mean.StandardError is { } error ? string.Create(CultureInfo.InvariantCulture, $"{mean.Value:+0.0;-0.0;0.0} ± {error:0.0}")
        : string.Create(CultureInfo.InvariantCulture, $"{mean.Value:+0.0;-0.0;0.0}");

    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0} %");

    public static string Percent(Mean? mean) => mean is null ? None : Percent(mean.Value);

    public static string Budget(ScaleBudget budget) => budget.Axis switch
    {
        ScaleAxis.Whole => "whole",
        ScaleAxis.Seconds => Time(budget.Amount),
        ScaleAxis.Nodes => Count(budget.Amount, "node"),
        ScaleAxis.Tokens => $"{Figures.Tokens((long)budget.Amount)} tok",
        ScaleAxis.Dollars => Dollars(budget.Amount),
        _ => Count(budget.Amount, "path"),
    };

    /// <summary><c>$0.05</c>, <c>$20</c></summary>
    public static string Dollars(double dollars) => "$" + dollars.ToString(dollars >= 10 ? "0" : "0.00####", CultureInfo.InvariantCulture);

    /// <summary>What the chosen nodes come to on the second holdout, and how far the holdout was from that.</summary>
    public static string Second(ScaleResult result) => $"{Score(result.Second)} on rows that nothing was chosen by; holdout less second {Errors(result.GapToSecondInErrors)} standard errors";

    public static string Time(double seconds) => seconds switch
    {
        < 120 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s"),
        < 7_200 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0.#} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3_600:0.#} h"),
    };

    /// <summary><c>3 of 5</c>, or <c>3 of 5, 2 going</c> where not all came so far.</summary>
    public static string Runs(ScalePoint point, int all) =>
        $"{point.Scored}/{all}{(point.Reached < all && point.Budget.Axis != ScaleAxis.Whole ? $", {point.Reached} going" : "")}";

    /// <summary>What runs they are, in a line.</summary>
    public static string Title(ScaleResult result)
    {
        long[] seeds = [.. result.Series.Runs.Select(run => run.Seed)];
        string better = result.Direction == MetricDirection.LowerIsBetter ? "lower is better" : "higher is better";
        return $"{result.Metric}, {better}; {seeds.Length} {(seeds.Length == 1 ? "run" : "runs")} of {result.Engineer} by {result.Policy}, {(seeds.Length == 1 ? "seed" : "seeds")} {string.Join(", ", seeds)}";
    }

    /// <summary>The chances at k = 1, 2, 4, … and at the last: <c>1: 60 %, 2: 90 %, 3: 100 %</c>.</summary>
    /// <param name="all">At place k − 1.</param>
    public static string Chances(IReadOnlyList<double> all)
    {
        IEnumerable<int> doubling = Enumerable.Range(0, 31).Select(power => 1 << power).TakeWhile(k => k < all.Count);
        return all.Count == 0 ? None : string.Join(", ", doubling.Append(all.Count).Select(k => $"{k}: {Percent(all[k - 1])}"));
    }

    private static string Count(double amount, string what) => string.Create(CultureInfo.InvariantCulture, $"{amount:0} {what}{(amount == 1 ? "" : "s")}");
}
