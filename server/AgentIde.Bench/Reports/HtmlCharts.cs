using System.Globalization;
using System.Text;
using AgentIde.MleBench.Registry;

namespace AgentIde.Bench.Reports;

/// <summary>The pictures of a page. Where nothing is known that they could show, they are empty texts.</summary>
internal static class HtmlCharts
{
    private const int MostBars = 30;

    /// <summary>The agent's percentage beside those that were published for the same split.</summary>
    public static string Beside(AgentResult agent, SplitResult split, BenchReport report)
    {
        List<(string Name, string Model, double Value, double? Error, bool IsOwn)> bars = [.. report.Published
            .Where(published => published.Of(split.Split) is not null)
            .Select(published => (published.Agent, published.Model, published.Of(split.Split)!.Value, split.Split == "all" ? published.AllError : null, false))];
        if (bars.Count == 0)
        {
            return "";
        }

        bars.AddRange(report.Agents.Concat(report.Against).Select(other => (Agent: other, Split: other.Splits.FirstOrDefault(its => its.Split == split.Split)))
            .Where(other => other.Split is not null)
            .Select(other => (other.Agent.Agent, "", other.Split!.AnyMedal.Value, other.Split.AnyMedal.StandardError, other.Agent.Agent == agent.Agent)));
        StringBuilder chart = new($"<h3>Any medal, {HtmlReport.Text(ReportText.SplitName(split.Split))}, beside published agents</h3>\n<div class=\"bars\">");
        foreach ((string name, string model, double value, double? error, bool isOwn) in bars.OrderByDescending(bar => bar.Value).ThenBy(bar => !bar.IsOwn).Take(MostBars))
        {
            string whisker = error is { } known ? string.Create(CultureInfo.InvariantCulture, $"<em style=\"left:{Math.Max(0, value - known):0.##}%;width:{Math.Min(100, value + known) - Math.Max(0, value - known):0.##}%\"></em>") : "";
            chart.Append(CultureInfo.InvariantCulture, $"<div class=\"bar{(isOwn ? " own" : "")}\"><span>{HtmlReport.Text(name)} <small>{HtmlReport.Text(model)}</small></span><div><i style=\"width:{value:0.##}%\"></i>{whisker}</div><b>{value:0.0}</b></div>\n");
        }

        return chart.Append("</div>\n").ToString();
    }

    /// <summary>Where the runs of a competition are between the median and gold, which may lie either way of each other.</summary>
    public static string Strip(CompetitionResult competition)
    {
        const double left = 32, gold = 128, width = 160;
        CompetitionReport at = competition.Runs[0].Report;
        double span = at.GoldThreshold - at.MedianThreshold;
        if (!double.IsFinite(span) || span == 0)
        {
            return "";
        }

        StringBuilder strip = new(string.Create(CultureInfo.InvariantCulture, $"<svg class=\"strip\" viewBox=\"0 0 {width} 20\" width=\"{width}\" height=\"20\" aria-hidden=\"true\"><line class=\"axis\" x1=\"0\" x2=\"{width}\" y1=\"10\" y2=\"10\"/>"));
        foreach ((string kind, double threshold) in ((string, double)[])[("median", at.MedianThreshold), ("bronze", at.BronzeThreshold), ("silver", at.SilverThreshold), ("gold", at.GoldThreshold)])
        {
            strip.Append(CultureInfo.InvariantCulture, $"<line class=\"{kind}\" x1=\"{X(threshold):0.#}\" x2=\"{X(threshold):0.#}\" y1=\"3\" y2=\"17\"/>");
        }

        foreach (double score in competition.Scores)
        {
            strip.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{X(score):0.#}\" cy=\"10\" r=\"4\"><title>{ReportText.Score(score)}</title></circle>");
        }

        return strip.Append("</svg>").ToString();

        double X(double score) => Math.Clamp(left + ((score - at.MedianThreshold) / span * (gold - left)), 5, width - 5);
    }

    /// <summary>The best holdout score of each run as it rose over the run's time.</summary>
    public static string Sparkline(CompetitionResult competition)
    {
        const double width = 100, height = 28;
        CurvePoint[][] curves = [.. competition.Runs.Select(run => run.Details?.Curve.ToArray() ?? []).Where(curve => curve.Length > 0)];
        if (curves.Length == 0)
        {
            return "";
        }

        double end = Math.Max(1, competition.Runs.Max(run => run.Details?.Seconds ?? 0)), low = curves.Min(curve => curve.Min(point => point.Score)), high = curves.Max(curve => curve.Max(point => point.Score));
        bool isLower = competition.Runs[0].Report.IsLowerBetter;
        StringBuilder line = new(string.Create(CultureInfo.InvariantCulture, $"<svg class=\"spark\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\"><title>holdout from {ReportText.Score(curves[0][0].Score)} to {ReportText.Score(isLower ? low : high)}</title>"));
        foreach (CurvePoint[] curve in curves)
        {
            line.Append(CultureInfo.InvariantCulture, $"<path d=\"M{X(curve[0]):0.#} {Y(curve[0]):0.#}{string.Concat(curve.Skip(1).Select(point => string.Create(CultureInfo.InvariantCulture, $"H{X(point):0.#}V{Y(point):0.#}")))}H{width - 2}\"/>");
        }

        return line.Append("</svg>").ToString();

        double X(CurvePoint point) => 2 + (point.Seconds / end * (width - 4));
        double Y(CurvePoint point) => high == low ? height / 2 : 3 + ((isLower ? point.Score - low : high - point.Score) / (high - low) * (height - 6));
    }

    /// <summary>How many of the runs had ended with a medal after how much time, and after how much money.</summary>
    public static string OverTime(AgentResult agent)
    {
        BenchRun[] runs = [.. agent.Competitions.SelectMany(competition => competition.Runs).Where(run => run.Details?.Seconds is not null)];
        if (runs.Length < 2)
        {
            return "";
        }

        string time = Steps("Runs ended with a medal, by time", [.. runs.Select(run => (run.Details!.Seconds!.Value, run.Report.AnyMedal))], value => ReportText.Time(value));
        string spend = runs.Sum(run => run.Details!.Dollars ?? 0) > 0
            ? Steps("Runs ended with a medal, by spend", [.. runs.Select(run => ((double)(run.Details!.Dollars ?? 0), run.Report.AnyMedal))], value => ReportText.Dollars((decimal)value))
            : "";
        return $"<div class=\"charts\">{time}{spend}</div>\n";
    }

    private static string Steps(string title, (double At, bool HasMedal)[] runs, Func<double, string> text)
    {
        const double width = 460, height = 150, left = 40, bottom = 122, top = 12, right = 448;
        double end = Math.Max(runs.Max(run => run.At), 1e-9);
        StringBuilder path = new(string.Create(CultureInfo.InvariantCulture, $"M{left} {bottom}"));
        int medals = 0;
        foreach ((double at, bool hasMedal) in runs.OrderBy(run => run.At))
        {
            medals += hasMedal ? 1 : 0;
            path.Append(CultureInfo.InvariantCulture, $"H{X(at):0.#}V{Y(100.0 * medals / runs.Length):0.#}");
        }

        StringBuilder chart = new($"<figure><figcaption>{HtmlReport.Text(title)}</figcaption>");
        chart.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{HtmlReport.Text(title)}\">");
        foreach (int share in (int[])[0, 50, 100])
        {
            chart.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{left}\" x2=\"{right}\" y1=\"{Y(share):0.#}\" y2=\"{Y(share):0.#}\"/><text x=\"{left - 6}\" y=\"{Y(share) + 4:0.#}\" text-anchor=\"end\">{share} %</text>");
        }

        foreach (double part in (double[])[0, 0.5, 1])
        {
            chart.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(part * end):0.#}\" y=\"{bottom + 18}\" text-anchor=\"{(part == 1 ? "end" : part == 0 ? "start" : "middle")}\">{HtmlReport.Text(text(part * end))}</text>");
        }

        return chart.Append(CultureInfo.InvariantCulture, $"<path class=\"curve\" d=\"{path}H{right}\"/></svg></figure>").ToString();

        double X(double at) => left + (at / end * (right - left));
        double Y(double share) => bottom - (share / 100 * (bottom - top));
    }
}
