using AgentIde.Core.Runs;

namespace AgentIde.Core.Auditing;

/// <summary>What the figures of a run say against its scores.</summary>
internal static class FigureAudit
{
    /// <summary>In standard errors: of a thousand honest programs one is wronged.</summary>
    private const double ClearErrors = 3;

    /// <summary>How much of the error of all others is left to a node that has the answers.</summary>
    private const double LeftOfError = 0.1;

    public static IEnumerable<AuditFinding> OfRun(Journal journal)
    {
        if (journal is { Choice: { } choice, Private: { Score: { } answered }, Task: { } task } && journal[choice.Node].Score is { Kind: ScoreKind.Verified, StandardError: { } error } score)
        {
            // The private answers have an error of their own, of which nothing is known but that they are about as many.
            double worse = task.Metric.Gain(score.Value, answered), allowed = ClearErrors * Math.Sqrt(2) * error;
            if (worse > allowed)
            {
                yield return AuditFinding.Warning(
                    AuditKind.Gap, null, $"{task.Metric.DisplayName} is {Figures.WithError(score.Value, error)} on the holdout and {Figures.Rounded(answered, error)} on the private answers: worse by {Figures.Rounded(worse, error)}, and {Figures.Rounded(allowed, error)} would be chance") with
                {
                    Node = choice.Node,
                };
            }
        }

        if (journal.Choice is { Refit: { Taken: false, Agreement: { } agreement } } refitted && agreement < Refit.LeastAgreementOverTime)
        {
            yield return AuditFinding.Warning(AuditKind.Condition, null, FormattableString.Invariant($"run again on the whole train, the program predicts something else for the same rows (correlation {agreement:0.000})")) with { Node = refitted.Node };
        }
    }

    public static IEnumerable<AuditFinding> OfNode(Journal journal, Node node)
    {
        if (node.Score is not { Kind: ScoreKind.Verified, StandardError: { } error } score || journal.Task is not { Metric: { } metric })
        {
            yield break;
        }

        if (score.Claim is { } claim && metric.Gain(claim, score.Value) is var better && better > ClearErrors * error)
        {
            yield return AuditFinding.Warning(
                AuditKind.Claim, null, $"it claims {Figures.Rounded(claim, error)} and was graded {Figures.WithError(score.Value, error)}: {(error > 0 ? FormattableString.Invariant($"{better / error:0.0} errors") : Figures.Rounded(better, error))} better") with
            {
                Node = node.Id,
            };
        }

        if (TooGood(journal, node, score, metric) is { } tooGood)
        {
            yield return tooGood with { Node = node.Id };
        }
    }

    /// <summary>Whether it is one of few nodes whose errors are far below those of all others.</summary>
    private static AuditFinding? TooGood(Journal journal, Node node, Score score, MetricFacts metric)
    {
        Node[] valid = [.. journal.Nodes.Where(other => other is { IsValid: true, Rejected: null, SameAs: null })];
        double?[] errors = [.. valid.Select(other => ErrorOf(metric, other.Score!.Value))];
        if (valid.Length < 3 || Array.Exists(errors, error => error is null) || ErrorOf(metric, score.Value) is not { } mine)
        {
            return null;
        }

        Array.Sort(errors, valid);
        for (int place = 0; place < valid.Length / 2; place++)
        {
            if (errors[place] >= mine && errors[place] < LeftOfError * errors[place + 1])
            {
                Node next = valid[place + 1];
                return AuditFinding.Warning(
                    AuditKind.TooGood, null, $"{metric.DisplayName} {Figures.WithError(score.Value, score.StandardError)}; of {valid.Length} nodes {valid.Length - place - 1} have {Figures.WithError(next.Score!.Value, next.Score.StandardError)} (node {next.Id}) or worse, and none is between");
            }
        }

        return null;
    }

    /// <summary>How far a score is from the best that there can be; null where nobody knows.</summary>
    private static double? ErrorOf(MetricFacts metric, double score) =>
        metric.Direction == MetricDirection.LowerIsBetter ? (score >= 0 ? score : null) : score <= 1 ? 1 - score : null;
}
