using AgentIde.Cli.Terminal;
using AgentIde.Core.Runs;
using AgentIde.Core.Scaling;

namespace AgentIde.Cli.Scaling;

/// <summary>The figures in a terminal of 120 columns.</summary>
internal static class ScaleView
{
    private static readonly (string Heading, int Width)[] Columns =
        [("", 9), ("runs", 12), ("holdout", 19), ("private", 19), ("best private", 19), ("regret", 19), ("gap/error", 12), ("valid", 6)];

    /// <summary>Of the references; the others are in the files.</summary>
    private const int HardestShown = 2;

    public static void Write(ScaleReport report, TextWriter output)
    {
        foreach (ScaleResult result in report.Results)
        {
            output.WriteLine(SafeText.OneLine($"{result.Task}: {ScaleText.Title(result)}", 400));
            Line(output, [.. Columns.Select(column => column.Heading)]);
            ScaleAxis? before = null;
            foreach (ScalePoint point in result.Points)
            {
                if (before is { } axis && axis != point.Budget.Axis)
                {
                    output.WriteLine();
                }

                before = point.Budget.Axis;
                Line(
                    output,
                    [
                        ScaleText.Budget(point.Budget), ScaleText.Runs(point, result.Runs.Length), ScaleText.Score(point.Holdout), ScaleText.Score(point.Private), ScaleText.Score(point.BestPrivate),
                        ScaleText.Score(point.Regret), ScaleText.Errors(point.GapInErrors), ScaleText.Percent(point.Valid),
                    ]);
            }

            output.WriteLine();
            if (result.Delivered is { } delivered)
            {
                output.WriteLine($"delivered   {ScaleText.Score(delivered)} private, as the runs handed it in: refitted on the whole train");
            }

            if (result.Second is not null)
            {
                output.WriteLine($"second      {ScaleText.Second(result)}");
            }

            foreach (ScaleReach reach in result.Reach.TakeLast(HardestShown))
            {
                output.WriteLine(SafeText.OneLine($"{reach.Reference.Name,-11} {Figures.Rounded(reach.Reference.Score, null)} private: {reach.Reaching} of {result.Runs.Length} runs, {reach.Delivered} as delivered", 118));
                output.WriteLine($"            pass@k of runs   {ScaleText.Chances(reach.OverRuns)}");
                output.WriteLine($"            pass@k of paths  {ScaleText.Chances([.. reach.OverPaths.Select(mean => mean.Value)])}");
            }

            foreach (string remark in result.Remarks)
            {
                output.WriteLine(SafeText.OneLine($"note        {remark}", 400));
            }

            output.WriteLine();
        }

        foreach (string note in report.Notes)
        {
            output.WriteLine(SafeText.OneLine($"note        {note}", 400));
        }

        output.WriteLine("Means over runs ± their standard error. Private: the blind submission of the node with the best holdout score; regret:");
        output.WriteLine("what the best of all nodes by then would have got beyond it; gap/error: above 0 where the holdout flatters, in standard");
        output.WriteLine("errors. docs/SCALE.md tells more.");
    }

    private static void Line(TextWriter output, string[] cells) =>
        output.WriteLine(string.Concat(cells.Select((cell, at) => at is 0 or 1 ? cell.PadRight(Columns[at].Width) : cell.PadLeft(Columns[at].Width))).TrimEnd());
}
