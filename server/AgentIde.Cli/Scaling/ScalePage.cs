using System.Text;
using AgentIde.Core.Runs;
using AgentIde.Core.Scaling;
using AgentIde.Bench.Reports;

namespace AgentIde.Cli.Scaling;

/// <summary>The figures as one page, in the style of bench's.</summary>
internal static class ScalePage
{
    private const string Style = "td:first-child { min-width: 0; white-space: nowrap; } .card b { font-size: 24px; white-space: nowrap; } figure.wide { max-width: none; margin-bottom: 22px; }\n";

    public static string Of(ScaleReport report)
    {
        StringBuilder page = new();
        if (report.Results.Length > 1)
        {
            page.Append("<section><h2>All tasks</h2>\n<p>At the end of the runs.</p>\n");
            HtmlPage.Table(page, ["task", "engineer", "#runs", "#holdout", "#private", "#best private", "#regret", "#gap in errors", "#valid", "reached"], report.Results.Select(Summary));
            page.Append("</section>\n");
        }

        foreach (ScaleResult result in report.Results)
        {
            Result(page, result);
        }

        string[] notes = [.. report.Notes];
        page.Append(Notes(notes));
        page.Append("<section><h2>What the figures say</h2>\n<p>Means over runs ± their standard error: what other seeds would change, on the same holdout and the same private rows. "
            + "<b>Holdout</b> is the best holdout score by then, <b>private</b> what the blind submission of that node gets on the private answers, <b>best private</b> the best among all nodes by then, and <b>regret</b> the difference. "
            + "The <b>gap</b> is how much better the holdout says than the private answers do, in standard errors of both scores together. <b>Second</b> is what the chosen nodes score on the part of the holdout that was opened once, after the choice. A <b>path</b> is a draft with all that grew from it. "
            + "<b>pass@k</b> is the chance that one of k runs, or of k paths of a run, reaches a reference, without bias. Runs that had ended by then count with what they ended with.</p></section>\n");
        return HtmlPage.Of("Scaling of " + string.Join(", ", report.Results.Select(result => result.Task).Distinct()), "Scaling", report.MadeAt, page.ToString(), ScalePicture.Style + Style);
    }

    private static void Result(StringBuilder page, ScaleResult result)
    {
        page.Append($"<section><h2>{HtmlPage.Text(result.Task)}</h2>\n<p>{HtmlPage.Text(ScaleText.Title(result))}</p>\n<div class=\"cards\">");
        Card(page, "private", ScaleText.Score(result.Whole.Private), "of the node with the best holdout score");
        Card(page, "selection regret", ScaleText.Score(result.Whole.Regret), "to the best of all nodes");
        Card(page, "holdout less private", ScaleText.Errors(result.Whole.GapInErrors), "standard errors; above 0 the holdout flatters");
        Card(page, "delivered", ScaleText.Score(result.Delivered), "private, refitted on the whole train");
        if (result.Second is not null)
        {
            Card(page, "holdout less second", ScaleText.Errors(result.GapToSecondInErrors), $"standard errors; second {ScaleText.Score(result.Second)}, on rows that nothing was chosen by");
        }

        page.Append($"</div>\n{Notes(result.Remarks)}<figure class=\"wide\" style=\"margin-top:22px\">{ScalePicture.Of(result)}</figure>\n");
        HtmlPage.Table(page, ["budget", "runs", "#holdout", "#private", "#best private", "#regret", "#gap in errors", "#gap in paired errors", "#valid"], result.Points.Select(point => (string[])
        [
            HtmlPage.Text(ScaleText.Budget(point.Budget)), HtmlPage.Text(ScaleText.Runs(point, result.Runs.Length)), ScaleText.Score(point.Holdout), $"<b>{ScaleText.Score(point.Private)}</b>", ScaleText.Score(point.BestPrivate),
            ScaleText.Score(point.Regret), ScaleText.Errors(point.GapInErrors), ScaleText.Errors(point.GapInPairedErrors), ScaleText.Percent(point.Valid),
        ]));
        if (result.Reach.Length > 0)
        {
            page.Append("<h3>References reached on the private answers</h3>\n");
            HtmlPage.Table(page, ["reference", "#score", "#runs", "#delivered", "pass@k of runs", "pass@k of paths"], result.Reach.Select(reach => (string[])
            [
                HtmlPage.Text(reach.Reference.Name), Figures.Rounded(reach.Reference.Score, null), $"{reach.Reaching} of {result.Runs.Length}", $"{reach.Delivered} of {result.Runs.Length}",
                ScaleText.Chances(reach.OverRuns), ScaleText.Chances([.. reach.OverPaths.Select(mean => mean.Value)]),
            ]));
        }

        page.Append("<h3>Runs</h3>\n");
        bool second = result.Second is not null, tokens = result.Runs.Any(run => run.Tokens is not null), dollars = result.Runs.Any(run => run.Dollars is not null);
        HtmlPage.Table(
            page,
            ["run", "#seed", "#nodes", "#time", .. tokens ? ["#tokens"] : Array.Empty<string>(), .. dollars ? ["#dollars"] : Array.Empty<string>(), .. second ? ["#second"] : Array.Empty<string>(), "#delivered"],
            result.Runs.Select(run => (string[])
            [
                HtmlPage.Text(run.Run), $"{run.Seed}", $"{run.Nodes}", ScaleText.Time(run.Seconds),
                .. tokens ? [run.Tokens is { } used ? Figures.Tokens(used) : ScaleText.None] : Array.Empty<string>(),
                .. dollars ? [run.Dollars is { } spent ? Figures.Dollars((decimal)spent) : ScaleText.None] : Array.Empty<string>(),
                .. second ? [run.Second is { } opened ? Figures.Rounded(opened, result.Second?.StandardError) : ScaleText.None] : Array.Empty<string>(),
                run.Delivered is { } score ? Figures.Rounded(score, result.Delivered?.StandardError) : ScaleText.None,
            ]));
        page.Append("</section>\n");
    }

    private static string[] Summary(ScaleResult result) =>
    [
        HtmlPage.Text(result.Task), HtmlPage.Text(result.Engineer), $"{result.Runs.Length}", ScaleText.Score(result.Whole.Holdout), $"<b>{ScaleText.Score(result.Whole.Private)}</b>", ScaleText.Score(result.Whole.BestPrivate),
        ScaleText.Score(result.Whole.Regret), ScaleText.Errors(result.Whole.GapInErrors), ScaleText.Percent(result.Whole.Valid),
        HtmlPage.Text(string.Join(", ", result.Reach.TakeLast(2).Select(reach => $"{reach.Reference.Name} {reach.Reaching}/{result.Runs.Length}"))),
    ];

    private static void Card(StringBuilder page, string name, string figure, string what)
    {
        string[] parts = figure.Split(" ± ");
        page.Append($"<div class=\"card\"><span>{name}</span><b>{parts[0]}<small>{(parts.Length > 1 ? $" ± {parts[1]}" : "")}</small></b><span>{what}</span></div>");
    }

    private static string Notes(IReadOnlyCollection<string> notes) =>
        notes.Count == 0 ? "" : $"<ul class=\"notes\">{string.Concat(notes.Select(note => $"<li>{HtmlPage.Text(note)}</li>"))}</ul>\n";
}
