using System.Globalization;
using System.Text;
using AgentIde.Core.Scaling;

namespace AgentIde.Cli.Scaling;

/// <summary>The figures as CSV, one a line: whatever is to be drawn or compared is a filter of it.</summary>
internal static class ScaleCsv
{
    private const string Heading = "task,engineer,policy,axis,budget,measure,value,standard_error,runs";

    public static string Of(ScaleReport report)
    {
        StringBuilder text = new(Heading + "\n");
        foreach (ScaleResult result in report.Results)
        {
            foreach (ScalePoint point in result.Points)
            {
                string axis = point.Budget.Axis.ToString().ToLowerInvariant();
                foreach ((string measure, Mean? mean) in ((string, Mean?)[])
                    [
                        ("holdout", point.Holdout), ("private", point.Private), ("best_private", point.BestPrivate), ("regret", point.Regret),
                        ("gap", point.Gap), ("gap_in_errors", point.GapInErrors), ("gap_in_paired_errors", point.GapInPairedErrors),
                    ])
                {
                    Line(text, result, axis, point.Budget.Amount, measure, mean, point.Scored);
                }

                Line(text, result, axis, point.Budget.Amount, "valid_rate", point.Valid, result.Runs.Length);
                Line(text, result, axis, point.Budget.Amount, "reached", new Mean(point.Reached, null), result.Runs.Length);
            }

            Line(text, result, "whole", 0, "delivered", result.Delivered, result.Runs.Count(run => run.Delivered is not null));
            int seconds = result.Runs.Count(run => run.Second is not null);
            Line(text, result, "whole", 0, "second", result.Second, seconds);
            Line(text, result, "whole", 0, "gap_to_second", result.GapToSecond, seconds);
            Line(text, result, "whole", 0, "gap_to_second_in_errors", result.GapToSecondInErrors, seconds);
            foreach (ScaleReach reach in result.Reach)
            {
                for (int k = 1; k <= reach.OverRuns.Length; k++)
                {
                    Line(text, result, "runs", k, $"pass@k {reach.Reference.Name}", new Mean(reach.OverRuns[k - 1], null), result.Runs.Length);
                }

                for (int k = 1; k <= reach.OverPaths.Length; k++)
                {
                    Line(text, result, "paths", k, $"pass@k {reach.Reference.Name}", reach.OverPaths[k - 1], result.Runs.Length);
                }
            }
        }

        return text.ToString();
    }

    private static void Line(StringBuilder text, ScaleResult result, string axis, double budget, string measure, Mean? mean, int runs)
    {
        if (mean is not null)
        {
            string amount = axis == "whole" ? "" : Number(budget);
            text.AppendJoin(',', Field(result.Task), Field(result.Engineer), Field(result.Policy), axis, amount, Field(measure), Number(mean.Value), mean.StandardError is { } error ? Number(error) : "", Number(runs)).Append('\n');
        }
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Field(string text) =>
        text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
