using System.Globalization;
using AgentIde.Core.Runs;

namespace AgentIde.Models.Prompts;

/// <summary>
/// Grades as an engineer may see them: rounded to a step no finer than half the usual standard error of a difference on
/// the same rows, so that a search can't climb on the holdout's noise. One step for all of a prompt, so that its figures
/// can be compared.
/// </summary>
internal sealed class GradeWords
{
    private readonly MetricFacts _metric;
    private readonly double _step;

    private GradeWords(MetricFacts metric, double step)
    {
        _metric = metric;
        _step = step;
    }

    /// <summary>The step in words, <c>0.0005</c>; what gains below it are worth can't be told.</summary>
    public string Step => Shown(_step);

    public static GradeWords Of(Journal journal)
    {
        double[] paired = [.. journal.Nodes.Where(node => node.IsValid).SelectMany(node => node.Score!.Comparisons).Select(comparison => comparison.StandardError).Where(IsError).Order()];
        double[] own = [.. journal.Nodes.Where(node => node.IsValid).Select(node => node.Score!.StandardError ?? 0).Where(IsError).Order()];
        double error = paired.Length > 0 ? paired[paired.Length / 2] : own.Length > 0 ? own[own.Length / 2] : 0.002;
        return new GradeWords(journal.Task!.Metric, NiceFrom(error / 2));
    }

    /// <summary><c>RMSE 0.0815 ± 0.0020 (its own word: 0.0790)</c>.</summary>
    public string Score(Score score)
    {
        double error = score.StandardError ?? 0;
        string kind = score.Kind switch { ScoreKind.Verified => "", ScoreKind.VerifiedByFolds => " over all folds", _ => " by its own word" };
        string claim = score is { Kind: not ScoreKind.Claimed, Claim: { } own } ? $" (its own word: {Rounded(own)})" : "";
        return $"{_metric.DisplayName} {Rounded(score.Value)} ± {Shown(Math.Max(1, Steps(IsError(error) ? Math.Min(error, 1e12) : 0)) * _step)}{kind}{claim}";
    }

    /// <summary>What a node brought against another: <c>better by 0.0010</c>, <c>no different</c>; by the recorded comparison, else by the grades.</summary>
    public string Gain(Node node, Node other)
    {
        Comparison? recorded = node.Score!.Comparisons.FirstOrDefault(comparison => comparison.Other == other.Id);
        double gain = Steps(recorded?.Gain ?? _metric.Gain(node.Score.Value, other.Score!.Value)) * _step;
        return gain == 0 ? "no different" : $"{(gain > 0 ? "better" : "worse")} by {Shown(Math.Abs(gain))}";
    }

    /// <summary>Below 0 where the node is worse than the other by a step or more.</summary>
    public double StepsGained(Node node, Node other) =>
        Steps(node.Score!.Comparisons.FirstOrDefault(comparison => comparison.Other == other.Id)?.Gain ?? _metric.Gain(node.Score.Value, other.Score!.Value));

    private string Rounded(double value) => double.IsFinite(value) && Math.Abs(value) < 1e12 ? Shown(Steps(value) * _step) : "out of range";

    private double Steps(double value) => Math.Round(value / _step, MidpointRounding.AwayFromZero);

    private string Shown(double value)
    {
        int decimals = Math.Clamp(-(int)Math.Floor(Math.Log10(_step) + 1e-9), 0, 12);
        return Figures.Fixed(value, decimals);
    }

    /// <summary>The smallest of 1, 2 and 5 times a power of ten that is not below the value.</summary>
    private static double NiceFrom(double value)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        double digit = value / power;
        return (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10) * power;
    }

    private static bool IsError(double value) => value > 1e-12 && double.IsFinite(value);
}
