using System.Text;
using AgentIde.Core.Scaling;
using AgentIde.MleBench.Registry;

namespace AgentIde.Bench.Reports;

/// <summary>A report as Markdown.</summary>
public static class MarkdownReport
{
    public static string Of(BenchReport report)
    {
        StringBuilder text = new();
        text.Append("# MLE-bench\n");
        foreach (AgentResult agent in report.Agents)
        {
            Agent(text, agent, report);
        }

        Published(text, report);
        return text.ToString();
    }

    private static void Agent(StringBuilder text, AgentResult agent, BenchReport report)
    {
        text.Append($"\n## {Cell(agent.Agent)}\n\nPercent of competitions, mean over seeds ± standard error.\n\n");
        Table(text, ["split", "any medal", "gold", "silver", "bronze", "above median", "valid", "seeds", "reported"], agent.Splits.Select(split => new[]
        {
            ReportText.SplitName(split.Split), $"**{ReportText.Percent(split.AnyMedal)}**", ReportText.Percent(split.Gold), ReportText.Percent(split.Silver), ReportText.Percent(split.Bronze),
            ReportText.Percent(split.AboveMedian), ReportText.Percent(split.ValidSubmission), $"{split.Seeds}", $"{split.Reported} of {split.Competitions}",
        }));
        foreach (string caveat in BenchReport.Caveats(agent))
        {
            text.Append($"\n- {Cell(caveat)}");
        }

        if (agent.Splits.Any(split => split.PassAt.Length > 1))
        {
            int most = agent.Splits.Max(split => split.PassAt.Length);
            text.Append("\n\nA medal in the best of k runs, unbiased, in percent of competitions:\n\n");
            Table(text, ["split", .. Enumerable.Range(1, most).Select(k => $"pass@{k}")], agent.Splits.Select(split => (string[])
                [ReportText.SplitName(split.Split), .. Enumerable.Range(0, most).Select(at => at < split.PassAt.Length ? ReportText.Percent(split.PassAt[at]) : ReportText.None)]));
        }

        text.Append($"\n\nFeedback of the test set reached the agent: {ReportText.FeedbackOf(agent)}.\n\n### Competitions\n\n");
        Table(
            text,
            ["competition", "split", "medals", "best", "mean", "bronze", "gold", "median", "holdout", "claim", "time", "spend", .. report.Against.Select(other => Cell(other.Agent)), "findings"],
            agent.Competitions.Select(competition => Row(competition, report)));
    }

    private static string[] Row(CompetitionResult competition, BenchReport report)
    {
        CompetitionReport first = competition.Runs[0].Report;
        return
        [
            competition.Id, competition.Split, ReportText.Medals(competition), ReportText.Score(competition.Best), ReportText.Score(competition.Score),
            ReportText.Score(Known(first.BronzeThreshold)), ReportText.Score(Known(first.GoldThreshold)), ReportText.Score(Known(first.MedianThreshold)),
            ReportText.Score(MeanOf(competition, run => run.Holdout)), ReportText.Score(MeanOf(competition, run => run.Claim)),
            ReportText.Time(competition.Seconds), ReportText.Dollars(competition.Dollars),
            .. report.Against.Select(other => other.Competitions.FirstOrDefault(its => its.Id == competition.Id) is { } its ? ReportText.Medals(its) : ReportText.None),
            Cell(string.Join("; ", ReportText.Findings(competition))),
        ];
    }

    internal static Mean? MeanOf(CompetitionResult competition, Func<RunDetails, double?> value) =>
        competition.Runs.Select(run => run.Details is { } details ? value(details) : null).OfType<double>().ToArray() is { Length: > 0 } known ? Mean.Of(known) : null;

    internal static double? Known(double threshold) => double.IsNaN(threshold) ? null : threshold;

    private static void Published(StringBuilder text, BenchReport report)
    {
        text.Append("\n## Published agents\n\nPercent of competitions with any medal.\n\n");
        Table(text, ["agent", "model", "low (Lite)", "medium", "high", "all", "hours", "source"], report.Published.Select(agent => new[]
        {
            Cell(agent.Agent), Cell(agent.Model), ReportText.Percent(agent.Low), ReportText.Percent(agent.Medium), ReportText.Percent(agent.High), ReportText.Published(agent),
            agent.Hours is { } hours ? $"{hours:0}" : ReportText.None, Cell(Source(agent)),
        }));
    }

    internal static string Source(PublishedAgent agent) => $"{agent.Source}, {agent.SourceDate}{(agent.Note is { } note ? $"; {note}" : "")}";

    private static void Table(StringBuilder text, string[] headings, IEnumerable<string[]> rows)
    {
        text.Append($"| {string.Join(" | ", headings)} |\n|{string.Concat(headings.Select(_ => " --- |"))}\n");
        foreach (string[] row in rows)
        {
            text.Append($"| {string.Join(" | ", row)} |\n");
        }
    }

    /// <summary>Text of unknown origin that stays one cell and plain.</summary>
    private static string Cell(string text)
    {
        StringBuilder safe = new(text.Length);
        foreach (char character in text)
        {
            safe.Append(character switch
            {
                '<' => "&lt;",
                '>' => "&gt;",
                _ when char.IsControl(character) => " ",
                _ when "\\`*_{}[]|#".Contains(character, StringComparison.Ordinal) => $"\\{character}",
                _ => $"{character}",
            });
        }

        return safe.ToString();
    }
}
