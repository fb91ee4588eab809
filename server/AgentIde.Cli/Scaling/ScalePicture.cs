using System.Globalization;
using System.Text;
using AgentIde.Core.Runs;
using AgentIde.Core.Scaling;
using AgentIde.Bench.Reports;

namespace AgentIde.Cli.Scaling;

/// <summary>Score against nodes and against seconds, and against tokens and dollars where there are any, with a band of one standard error: each task as a picture of two panels, or as many as there are.</summary>
internal static class ScalePicture
{
    /// <summary>Of the pictures, in a page or alone: light and dark as the reader's system is.</summary>
    public const string Style = """
        .scale { --holdout: #2457d6; --private: #c2570c; --best: #5b6475; --text: #1c2230; --soft: #5b6475; --grid: #dfe3ea; --mark: #2e8b57; font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; }
        @media (prefers-color-scheme: dark) { .scale { --holdout: #7ea2ff; --private: #f0964b; --best: #aeb7c6; --text: #e6e9ef; --soft: #9aa4b5; --grid: #2b3240; --mark: #6fc795; } }
        .scale text { fill: var(--soft); font-size: 12px; } .scale .title { fill: var(--text); font-size: 14px; font-weight: 650; }
        .scale .grid { stroke: var(--grid); } .scale .line { fill: none; stroke-width: 2; stroke-linejoin: round; } .scale .band { stroke: none; opacity: .16; }
        .scale .line.holdout { stroke: var(--holdout); } .scale .line.private { stroke: var(--private); } .scale .line.best { stroke: var(--best); stroke-dasharray: 5 4; }
        .scale .band.holdout { fill: var(--holdout); } .scale .band.private { fill: var(--private); } .scale .band.best { fill: var(--best); opacity: .1; }
        .scale .reference { stroke: var(--mark); stroke-dasharray: 1 4; stroke-width: 1.5; stroke-linecap: round; } .scale .name { fill: var(--mark); }

        """;

    private const string Alone = """
        .paper { fill: #ffffff; } @media (prefers-color-scheme: dark) { .paper { fill: #12161e; } }

        """;

    private const int Width = 940;
    private const int Height = 320;

    /// <summary>Of each further row of panels.</summary>
    private const int RowHeight = 262;

    private const int Columns = 2;
    private const int MostPoints = 400;

    /// <summary>All tasks, one below the other, as a file of its own.</summary>
    public static string Of(ScaleReport report)
    {
        int height = report.Results.IsEmpty ? Height : report.Results.Sum(HeightOf);
        StringBuilder picture = new(string.Create(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" width=\"{Width}\" height=\"{height}\">\n<style>\n{Alone}{Style}</style>\n<rect class=\"paper\" width=\"{Width}\" height=\"{height}\"/>\n"));
        int y = 0;
        foreach (ScaleResult result in report.Results)
        {
            picture.Append(Of(result, string.Create(CultureInfo.InvariantCulture, $"y=\"{y}\" width=\"{Width}\" height=\"{HeightOf(result)}\"")));
            y += HeightOf(result);
        }

        return picture.Append("</svg>\n").ToString();
    }

    /// <param name="place">Attributes that say where it stands in another picture; none in a page.</param>
    public static string Of(ScaleResult result, string place = "")
    {
        ScaleAxis[] axes = AxesOf(result);
        Curve[] panels = [.. axes.Select(axis => new Curve(result.Series, axis, Amounts(result.Series, axis))).Where((panel, at) => at == 0 || panel.Points.Length > 0)];
        string against = string.Join(", ", axes[..^1].Select(Name)) + " and " + Name(axes[^1]);
        StringBuilder picture = new(string.Create(CultureInfo.InvariantCulture, $"<svg class=\"scale\" {place} viewBox=\"0 0 {Width} {HeightOf(result)}\" role=\"img\" aria-label=\"{HtmlPage.Text(result.Task)}: score against {against}\">\n"));
        picture.Append($"<text class=\"title\" x=\"16\" y=\"24\">{HtmlPage.Text(result.Task)}</text><text x=\"16\" y=\"42\">{HtmlPage.Text(Shorter(ScaleText.Title(result), 140))}</text>\n");
        Legend(picture);
        if (panels[0].Points.Length == 0)
        {
            return picture.Append("<text x=\"16\" y=\"90\">No run came to a solution.</text></svg>\n").ToString();
        }

        Range range = Range.Of(result.Series.Metric, panels.SelectMany(panel => panel.Points));
        for (int at = 0; at < panels.Length; at++)
        {
            Panel(picture, result, panels[at], range, 62 + (at % Columns * 468), 404, 62 + (at / Columns * RowHeight));
        }

        return picture.Append("</svg>\n").ToString();
    }

    private static void Legend(StringBuilder picture)
    {
        int x = 552;
        foreach ((string kind, string name, int width) in ((string, string, int)[])[("holdout", "best holdout", 118), ("private", "its private score", 140), ("best", "best private", 0)])
        {
            picture.Append(CultureInfo.InvariantCulture, $"<line class=\"line {kind}\" x1=\"{x}\" x2=\"{x + 22}\" y1=\"20\" y2=\"20\"/><text x=\"{x + 28}\" y=\"24\">{name}</text>");
            x += width;
        }

        picture.Append('\n');
    }

    private static void Panel(StringBuilder picture, ScaleResult result, Curve curve, Range range, double left, double width, double top)
    {
        double bottom = top + 214;
        double right = left + width, first = Math.Log(curve.Points[0].Budget.Amount), last = Math.Log(curve.End);
        string clip = $"clip-{Name(curve.Axis)[0]}-{Digest.Of(result.Task + result.Engineer + result.Policy + string.Concat(result.Runs.Select(run => run.Run))).Short}";
        picture.Append(CultureInfo.InvariantCulture, $"<clipPath id=\"{clip}\"><rect x=\"{left}\" y=\"{top - 4}\" width=\"{width}\" height=\"{bottom - top + 8}\"/></clipPath>\n");
        foreach (double tick in range.Ticks())
        {
            picture.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{left}\" x2=\"{right}\" y1=\"{Y(tick):0.#}\" y2=\"{Y(tick):0.#}\"/><text x=\"{left - 7}\" y=\"{Y(tick) + 4:0.#}\" text-anchor=\"end\">{HtmlPage.Text(range.Text(tick))}</text>");
        }

        double free = double.NegativeInfinity;
        foreach (double amount in Marks(curve))
        {
            double x = X(amount);
            if (x - free > 46)
            {
                picture.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:0.#}\" y=\"{bottom + 18}\" text-anchor=\"middle\">{Mark(curve.Axis, amount)}</text>");
                free = x;
            }
        }

        picture.Append(CultureInfo.InvariantCulture, $"<text x=\"{(left + right) / 2:0.#}\" y=\"{bottom + 38}\" text-anchor=\"middle\">{Title(curve.Axis)}</text>\n");
        foreach (ScaleReference reference in result.Series.References.Where(reference => range.Has(reference.Score)))
        {
            picture.Append(CultureInfo.InvariantCulture, $"<line class=\"reference\" x1=\"{left}\" x2=\"{right}\" y1=\"{Y(reference.Score):0.#}\" y2=\"{Y(reference.Score):0.#}\"/><text class=\"name\" x=\"{left + 4}\" y=\"{Y(reference.Score) - 5:0.#}\">{HtmlPage.Text(reference.Name)}</text>\n");
        }

        picture.Append($"<g clip-path=\"url(#{clip})\">\n");
        (string Kind, Func<ScalePoint, Mean?> Of)[] lines = [("best", point => point.BestPrivate), ("holdout", point => point.Holdout), ("private", point => point.Private)];
        foreach ((string kind, Func<ScalePoint, Mean?> of) in lines)
        {
            IEnumerable<string> upper = Corners(curve, point => of(point)!.Value + (of(point)!.StandardError ?? 0)), lower = Corners(curve, point => of(point)!.Value - (of(point)!.StandardError ?? 0));
            picture.Append($"<path class=\"band {kind}\" d=\"M{string.Join('L', upper.Concat(lower.Reverse()))}Z\"/>\n");
        }

        foreach ((string kind, Func<ScalePoint, Mean?> of) in lines)
        {
            picture.Append($"<path class=\"line {kind}\" d=\"M{string.Join('L', Corners(curve, point => of(point)!.Value))}\"/>\n");
        }

        picture.Append("</g>\n");

        // What the runs have stays as it is until the next node has ended.
        IEnumerable<string> Corners(Curve of, Func<ScalePoint, double> value) => of.Points.SelectMany((point, at) => at == 0
            ? [Corner(point.Budget.Amount, value(point))]
            : new[] { Corner(point.Budget.Amount, value(of.Points[at - 1])), Corner(point.Budget.Amount, value(point)) }).Append(Corner(of.End, value(of.Points[^1])));
        string Corner(double amount, double score) => string.Create(CultureInfo.InvariantCulture, $"{X(amount):0.#} {Y(score):0.#}");
        double X(double amount) => last == first ? (left + right) / 2 : left + ((Math.Log(amount) - first) / (last - first) * width);
        double Y(double score) => bottom - ((score - range.Low) / (range.High - range.Low) * (bottom - top));
    }

    private static int HeightOf(ScaleResult result) => Height + ((AxesOf(result).Length - 1) / Columns * RowHeight);

    private static ScaleAxis[] AxesOf(ScaleResult result) =>
        [ScaleAxis.Nodes, ScaleAxis.Seconds, .. new[] { ScaleAxis.Tokens, ScaleAxis.Dollars }.Where(axis => result.Points.Any(point => point.Budget.Axis == axis))];

    private static string Name(ScaleAxis axis) => axis.ToString().ToLowerInvariant();

    private static string Title(ScaleAxis axis) => axis switch
    {
        ScaleAxis.Nodes => "nodes begun",
        ScaleAxis.Tokens => "tokens of models",
        ScaleAxis.Dollars => "spent on models",
        _ => "time of the run",
    };

    private static string Mark(ScaleAxis axis, double amount) => axis switch
    {
        ScaleAxis.Nodes => string.Create(CultureInfo.InvariantCulture, $"{amount:0}"),
        ScaleAxis.Tokens => Figures.Tokens((long)amount),
        ScaleAxis.Dollars => ScaleText.Dollars(amount),
        _ => ScaleText.Time(amount),
    };

    private static IEnumerable<double> Amounts(ScaleSeries series, ScaleAxis axis) => axis switch
    {
        ScaleAxis.Nodes => Nodes(series),
        ScaleAxis.Tokens => Ends(series, node => node.Tokens ?? 0, run => run.Tokens ?? 0),
        ScaleAxis.Dollars => Ends(series, node => node.Dollars ?? 0, run => run.Dollars ?? 0),
        _ => Ends(series, node => node.Seconds, run => run.Seconds),
    };

    private static IEnumerable<double> Marks(Curve curve) =>
        ScaleBudget.Of(curve.Series.Runs).Where(budget => budget.Axis == curve.Axis && budget.Amount >= curve.Points[0].Budget.Amount && budget.Amount <= curve.Points[^1].Budget.Amount).Select(budget => budget.Amount);

    private static IEnumerable<double> Nodes(ScaleSeries series)
    {
        int most = series.Runs.Max(run => run.Started);
        return most <= MostPoints ? Enumerable.Range(1, most).Select(node => (double)node) : Between(1, most).Select(node => Math.Round(node)).Distinct();
    }

    /// <summary>Where a node has ended, and where the last run did.</summary>
    private static IEnumerable<double> Ends(ScaleSeries series, Func<ScaledNode, double> of, Func<ScaledRun, double> ofRun)
    {
        double[] ends = [.. series.Runs.SelectMany(run => run.Nodes).Select(of).Where(amount => amount > 0).Append(series.Runs.Max(ofRun)).Order().Distinct()];
        return ends.Length <= MostPoints ? ends : Between(ends[0], ends[^1]);
    }

    private static IEnumerable<double> Between(double first, double last) =>
        Enumerable.Range(0, MostPoints).Select(step => step == MostPoints - 1 ? last : first * Math.Pow(last / first, step / (MostPoints - 1.0)));

    private static string Shorter(string text, int most) => text.Length <= most ? text : text[..(most - 1)] + "…";

    /// <summary>What the runs had come to along an axis, from where all that ever have a solution have one: a mean of fewer would move by who joins.</summary>
    private sealed class Curve
    {
        public Curve(ScaleSeries series, ScaleAxis axis, IEnumerable<double> amounts)
        {
            int scored = series.At(ScaleBudget.Whole).Scored;
            (Series, Axis) = (series, axis);
            Points = [.. amounts.Select(amount => series.At(new ScaleBudget(axis, amount))).Where(point => scored > 0 && point.Scored == scored)];
        }

        public ScaleSeries Series { get; }

        public ScaleAxis Axis { get; }

        public ScalePoint[] Points { get; }

        /// <summary>Where the axis ends: what the last node has brought stands from its own number on.</summary>
        public double End => Points[^1].Budget.Amount + (Axis == ScaleAxis.Nodes ? 1 : 0);
    }

    /// <summary>The scores that are shown. First solutions may be far off: what is worse than nine tenths of the points is cut.</summary>
    private sealed record Range(double Low, double High)
    {
        private const double Shown = 0.9;

        public static Range Of(MetricFacts metric, IEnumerable<ScalePoint> points)
        {
            Mean[] means = [.. points.SelectMany(point => new[] { point.Holdout, point.Private, point.BestPrivate }).OfType<Mean>()];
            double[] values = [.. means.Select(mean => mean.Value).Order()];
            bool isLower = metric.Direction == MetricDirection.LowerIsBetter;
            double low = isLower ? means.Min(mean => mean.Value - (mean.StandardError ?? 0)) : values[(int)((1 - Shown) * values.Length)];
            double high = isLower ? values[(int)(Shown * (values.Length - 1))] : means.Max(mean => mean.Value + (mean.StandardError ?? 0));
            double room = high > low ? 0.08 * (high - low) : Math.Max(1e-9, 0.01 * Math.Abs(high));
            return new Range(low - room, high + room);
        }

        public bool Has(double score) => score >= Low && score <= High;

        public IEnumerable<double> Ticks()
        {
            double step = Step();
            for (double tick = Math.Ceiling(Low / step) * step; tick <= High; tick += step)
            {
                yield return tick;
            }
        }

        public string Text(double tick) => Figures.Fixed(tick, Math.Clamp(-(int)Math.Floor(Math.Log10(Step()) + 1e-9), 0, 8));

        /// <summary>1, 2 or 5 times a power of ten, so that there are about five.</summary>
        private double Step()
        {
            double rough = (High - Low) / 5, power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
            return power * (rough / power < 1.5 ? 1 : rough / power < 3.5 ? 2 : rough / power < 7.5 ? 5 : 10);
        }
    }
}
