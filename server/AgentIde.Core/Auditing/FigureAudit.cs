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
        if (journal is { Choice: { } choice, Private: { Score: { } answered }, Task: { } task } && journal[choice.Node].Standing is { Kind: not ScoreKind.Claimed, StandardError: { } error } score)
        {
            // The private answers have an error of their own, of which nothing is known but that they are about as many.
            double worse = task.Metric.Gain(score.Value, answered), allowed = ClearErrors * Math.Sqrt(2) * error;
            if (worse > allowed)
            {
                yield return AuditFinding.Warning(
                    AuditKind.Gap, null, $"{task.Metric.DisplayName} is {Figures.WithError(score.Value, error)} {(score.Kind == ScoreKind.VerifiedByFolds ? "over all folds" : "on the holdout")} and {Figures.Rounded(answered, error)} on the private answers: worse by {Figures.Rounded(worse, error)}, and {Figures.Rounded(allowed, error)} would be chance") with
                {
                    Node = choice.Node,
                };
            }
        }

        if (journal is { Choice: { } tried, FinalRound: { } round, Task.Metric: { } measure }
            && round.Of(tried.Node)?.Result is { Score: { } fresh, StandardError: { } ofFresh } && journal[tried.Node].Score is { StandardError: { } ofHoldout } known)
        {
            double worse = measure.Gain(known.Value, fresh), allowed = ClearErrors * Math.Sqrt((ofHoldout * ofHoldout) + (ofFresh * ofFresh));
            if (worse > allowed)
            {
                yield return AuditFinding.Warning(
                    AuditKind.Gap, null, $"{measure.DisplayName} is {Figures.WithError(known.Value, ofHoldout)} on the holdout and {Figures.WithError(fresh, ofFresh)} on a fresh split: worse by {Figures.Rounded(worse, ofHoldout)}, and {Figures.Rounded(allowed, ofHoldout)} would be chance") with
                {
                    Node = tried.Node,
                };
            }
        }

        if (journal is { Choice: { } led, Split: { ScoredRows: > 0 and var onFirst }, Task.Metric: { } by } && journal[led.Node] is { Folds.Result: { } folded, Score: { StandardError: { } ofFirst } alone })
        {
            // The first fold is a part of all of them, and is all that a search is told of.
            double ofAll = folded.StandardError * folded.StandardError, worse = by.Gain(alone.Value, folded.Score);
            double allowed = ClearErrors * Math.Sqrt(Math.Max((ofFirst * ofFirst) - ofAll, ofAll * Math.Max(0, ((double)folded.Rows / onFirst) - 1)));
            if (worse > allowed)
            {
                yield return AuditFinding.Warning(
                    AuditKind.Gap, null, $"{by.DisplayName} is {Figures.WithError(alone.Value, ofFirst)} on the first fold and {Figures.WithError(folded.Score, folded.StandardError)} over all folds: worse by {Figures.Rounded(worse, ofFirst)}, and {Figures.Rounded(allowed, ofFirst)} would be chance") with
                {
                    Node = led.Node,
                };
            }
        }

        if (journal is { Choice: { Second: { } second } opened, Task.Metric: { } metric } && journal[opened.Node].Score is { StandardError: { } own } first)
        {
            double worse = metric.Gain(first.Value, second.Score), allowed = ClearErrors * Math.Sqrt((own * own) + (second.StandardError * second.StandardError));
            if (worse > allowed)
            {
                yield return AuditFinding.Warning(
                    AuditKind.Gap, null, $"{metric.DisplayName} is {Figures.WithError(first.Value, own)} on the holdout and {Figures.WithError(second.Score, second.StandardError)} on its part that nothing was chosen by: worse by {Figures.Rounded(worse, own)}, and {Figures.Rounded(allowed, own)} would be chance") with
                {
                    Node = opened.Node,
                };
            }
        }

        if (journal.Choice is { Refit: { Taken: false, Agreement: { } agreement } } refitted && agreement < Refit.LeastAgreementOverTime && journal.Task?.Metric.Predicts != PredictionKind.Cells)
        {
            yield return AuditFinding.Warning(AuditKind.Condition, null, FormattableString.Invariant($"run again on the whole train, the program predicts something else for the same rows (correlation {agreement:0.000})")) with { Node = refitted.Node };
        }
    }

    /// <summary>By its score, and by what its program showed when it was executed for an audit last.</summary>
    /// <param name="gap">Of the journal: <see cref="GapIn"/>.</param>
    public static IEnumerable<AuditFinding> OfNode(Journal journal, Node node, ScoreGap? gap) =>
    [
        .. OfScore(journal, node, gap),
        .. from finding in journal.AuditOf(node.Id)?.Findings ?? [] select finding with { Node = node.Id },
    ];

    private static IEnumerable<AuditFinding> OfScore(Journal journal, Node node, ScoreGap? gap)
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

        if (gap is not null && ErrorOf(metric, score.Value) <= gap.Error)
        {
            yield return AuditFinding.Warning(
                AuditKind.TooGood, null, $"{metric.DisplayName} {Figures.WithError(score.Value, score.StandardError)}; of {gap.Nodes} nodes {gap.Beyond} have {Figures.WithError(gap.Next.Value, gap.Next.StandardError)} or worse, and none is between") with
            {
                Node = node.Id,
            };
        }
    }

    /// <summary>Where few nodes have errors far below those of all others; null where none have.</summary>
    public static ScoreGap? GapIn(Journal journal)
    {
        if (journal.Task is not { Metric: { } metric })
        {
            return null;
        }

        (double? Error, Score Score)[] valid = [.. from node in journal.Nodes where node is { IsValid: true, Rejected: null, SameAs: null } select (ErrorOf(metric, node.Score!.Value), node.Score)];
        if (valid.Length < 3 || Array.Exists(valid, node => node.Error is null))
        {
            return null;
        }

        Array.Sort(valid, (left, right) => Nullable.Compare(left.Error, right.Error));
        int place = Enumerable.Range(0, valid.Length / 2).LastOrDefault(place => valid[place].Error < LeftOfError * valid[place + 1].Error, -1);
        return place < 0 ? null : new ScoreGap(valid[place].Error!.Value, valid.Length, valid.Length - place - 1, valid[place + 1].Score);
    }

    /// <summary>How far a score is from the best that there can be; null where nobody knows.</summary>
    private static double? ErrorOf(MetricFacts metric, double score) =>
        metric.Direction == MetricDirection.LowerIsBetter ? (score >= 0 ? score : null) : score <= 1 ? 1 - score : null;
}

/// <param name="Error">The largest of those below the gap: how far from the best score that there can be.</param>
/// <param name="Nodes">All that have a score.</param>
/// <param name="Beyond">Those above the gap.</param>
/// <param name="Next">The best of these.</param>
internal sealed record ScoreGap(double Error, int Nodes, int Beyond, Score Next);
