using System.Text;
using AgentIde.MleBench.Registry;

namespace AgentIde.Bench.Reports;

/// <summary>A report as one page.</summary>
public static class HtmlReport
{
    public static string Of(BenchReport report)
    {
        StringBuilder page = new();
        foreach (AgentResult agent in report.Agents)
        {
            Agent(page, agent, report);
        }

        page.Append("<section><h2>Published agents</h2>\n<p>Percent of competitions with any medal, as published.</p>\n");
        HtmlPage.Table(page, ["agent", "model", "#low (Lite)", "#medium", "#high", "#all", "#hours", "source"], report.Published.Select(Published));
        page.Append("</section>\n");
        return HtmlPage.Of($"MLE-bench: {string.Join(", ", report.Agents.Select(agent => agent.Agent))}", "MLE-bench", report.MadeAt, page.ToString());
    }

    private static void Agent(StringBuilder page, AgentResult agent, BenchReport report)
    {
        page.Append($"<section><h2>{Text(agent.Agent)}</h2>\n<div class=\"cards\">");
        foreach (SplitResult split in agent.Splits)
        {
            page.Append($"<div class=\"card\"><span>{Text(ReportText.SplitName(split.Split))}</span><b>{ReportText.Percent(split.AnyMedal.Value)}<small>%{(split.AnyMedal.StandardError is { } error ? $" ± {ReportText.Percent(error)}" : "")}</small></b>");
            page.Append($"<span>any medal · {split.Reported} of {split.Competitions} competitions · {split.Seeds} {(split.Seeds == 1 ? "seed" : "seeds")}</span></div>");
        }

        page.Append("</div>\n");
        string[] caveats = [.. BenchReport.Caveats(agent)];
        if (caveats.Length > 0)
        {
            page.Append($"<ul class=\"notes\">{string.Concat(caveats.Select(caveat => $"<li>{Text(caveat)}</li>"))}</ul>\n");
        }

        if (ReportText.Headline(agent) is { } headline)
        {
            page.Append(HtmlCharts.Beside(agent, headline, report));
        }

        page.Append("<h3>By split</h3>\n<p>Percent of competitions, mean over seeds ± standard error.</p>\n");
        int most = agent.Splits.Length == 0 ? 0 : agent.Splits.Max(split => split.PassAt.Length);
        HtmlPage.Table(
            page,
            ["split", "#any medal", "#gold", "#silver", "#bronze", "#above median", "#valid", "#submitted", .. Enumerable.Range(2, Math.Max(0, most - 1)).Select(k => $"#pass@{k}")],
            agent.Splits.Select(split => (string[])
            [
                Text(ReportText.SplitName(split.Split)), $"<b>{ReportText.Percent(split.AnyMedal)}</b>", ReportText.Percent(split.Gold), ReportText.Percent(split.Silver), ReportText.Percent(split.Bronze),
                ReportText.Percent(split.AboveMedian), ReportText.Percent(split.ValidSubmission), ReportText.Percent(split.SubmissionExists),
                .. Enumerable.Range(1, Math.Max(0, most - 1)).Select(at => at < split.PassAt.Length ? ReportText.Percent(split.PassAt[at]) : ReportText.None),
            ]));
        page.Append(HtmlCharts.OverTime(agent));
        page.Append("<h3>Competitions</h3>\n<p class=\"legend\"><i class=\"dot\"></i> a run’s score <i class=\"tick median\"></i> median <i class=\"tick bronze\"></i> bronze <i class=\"tick silver\"></i> silver <i class=\"tick gold\"></i> gold; better is to the right. <span class=\"medals\"><i class=\"none\"></i></span> no medal <span class=\"medals\"><i class=\"invalid\"></i></span> no valid submission</p>\n");
        bool isTimed = agent.Competitions.Any(competition => competition.Seconds is not null);
        HtmlPage.Table(
            page,
            [
                "competition", "medals", "where its runs are", "#mean score", "#bronze", "#gold",
                .. isTimed ? ["#holdout", "#claim", "best over time", "#time", "#spend"] : (string[])[],
                .. report.Against.Select(other => Text(other.Agent)),
            ],
            agent.Competitions.Select(competition => Row(competition, report, isTimed)));
        page.Append($"<p>Feedback of the test set reached the agent: {Text(ReportText.FeedbackOf(agent))}.</p>\n</section>\n");
    }

    private static string[] Row(CompetitionResult competition, BenchReport report, bool isTimed)
    {
        CompetitionReport first = competition.Runs[0].Report;
        return
        [
            $"{Text(competition.Id)} <span class=\"split\">{competition.Split}</span>{Findings(competition)}", MedalDots(competition), HtmlCharts.Strip(competition), ReportText.Score(competition.Score),
            ReportText.Score(MarkdownReport.Known(first.BronzeThreshold)), ReportText.Score(MarkdownReport.Known(first.GoldThreshold)),
            .. isTimed
                ? [
                    ReportText.Score(MarkdownReport.MeanOf(competition, run => run.Holdout)?.Value), ReportText.Score(MarkdownReport.MeanOf(competition, run => run.Claim)?.Value),
                    HtmlCharts.Sparkline(competition), ReportText.Time(competition.Seconds), ReportText.Dollars(competition.Dollars),
                ]
                : (string[])[],
            .. report.Against.Select(other => other.Competitions.FirstOrDefault(its => its.Id == competition.Id) is { } its ? MedalDots(its) : ReportText.None),
        ];
    }

    private static string Findings(CompetitionResult competition)
    {
        IEnumerable<string> problems = competition.Runs.Select(run => run.Details?.Problem).OfType<string>().Distinct().Select(problem => $"no submission: {problem}");
        string[] all = [.. ReportText.Findings(competition), .. problems];
        return all.Length == 0 ? "" : $"<span class=\"findings\">{Text(string.Join("; ", all))}</span>";
    }

    private static string MedalDots(CompetitionResult competition) =>
        $"<span class=\"medals\" title=\"{Text(ReportText.Medals(competition))}\">{string.Concat(competition.Runs.Select(run => $"<i class=\"{Kind(run.Report)}\"></i>"))}</span>";

    private static string Kind(CompetitionReport report) =>
        report.GoldMedal ? "gold" : report.SilverMedal ? "silver" : report.BronzeMedal ? "bronze" : report.ValidSubmission ? "none" : "invalid";

    private static string[] Published(PublishedAgent agent) =>
    [
        Text(agent.Agent), Text(agent.Model), ReportText.Percent(agent.Low), ReportText.Percent(agent.Medium), ReportText.Percent(agent.High), $"<b>{ReportText.Published(agent)}</b>",
        agent.Hours is { } hours ? $"{hours:0}" : ReportText.None, $"<span class=\"findings\">{Text(MarkdownReport.Source(agent))}</span>",
    ];

    internal static string Text(string text) => HtmlPage.Text(text);
}
