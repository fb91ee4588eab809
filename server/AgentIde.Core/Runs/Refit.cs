using AgentIde.Core.Holdouts;

namespace AgentIde.Core.Runs;

/// <summary>
/// Whether the submission of the code run on the whole train replaces the blind one: it must have the same form and
/// agree with it, for nothing else speaks for it; its score is never seen.
/// </summary>
/// <param name="Submission">In the task's own ids; null where the blind one is kept.</param>
internal sealed record Refit(ReadOnlyMemory<byte>? Submission, double? Agreement, string Why)
{
    /// <summary>Correlation from which on a refit is believed, whatever others agree by.</summary>
    public const double LeastAgreement = 0.95;

    /// <summary>
    /// Correlation below which none is. Between the two it is believed where another solution that the holdout does not tell from the chosen one agrees
    /// with it no better: where the signal is weak, most rows have nearly the same chance, and their order turns with every other draw of the rows.
    /// </summary>
    public const double LeastAgreementOfWeak = 0.8;

    /// <summary>
    /// The same for a time split: what the refit alone has seen is the time just before test, so its forecasts rightly
    /// move. One that is broken agrees by chance only.
    /// </summary>
    public const double LeastAgreementOverTime = 0.8;

    /// <summary>The same for predicted classes and texts: a row near a border flips where a probability would hardly move.</summary>
    public const double LeastAgreementOfClasses = 0.8;

    public static Refit Refused(string why, double? agreement = null) => new(null, agreement, $"The blind submission is kept: {why}.");

    /// <param name="others">The least agreement of the blind submission with those of solutions that the holdout does not tell from it; null where there is none. Asked only where it decides.</param>
    public static async Task<Refit> JudgeAsync(
        IHoldout holdout, SplitKind? split, PredictionKind predicts, ReadOnlyMemory<byte> refitted, ReadOnlyMemory<byte> blind, Func<Task<double?>> others, CancellationToken cancellationToken)
    {
        double least = split == SplitKind.Time ? LeastAgreementOverTime : predicts is PredictionKind.Labels or PredictionKind.Cells ? LeastAgreementOfClasses : LeastAgreement;
        ReadOnlyMemory<byte> submission;
        try
        {
            submission = await holdout.RestoreAsync(refitted, cancellationToken);
        }
        catch (TaskProblemException problem)
        {
            return Refused($"the refit's is broken ({problem.Message})");
        }

        if (holdout.Agreement(submission, blind) is not { } agreement)
        {
            return Refused("the two can't be compared");
        }

        if (agreement >= least)
        {
            return new Refit(submission, agreement, FormattableString.Invariant($"Refitted on the whole train; its predictions agree with the blind ones (correlation {agreement:0.0000})."));
        }

        double? theirs = agreement is >= LeastAgreementOfWeak ? await others() : null;
        return theirs is { } other && other <= agreement
            ? new Refit(submission, agreement, FormattableString.Invariant($"Refitted on the whole train; its predictions agree with the blind ones (correlation {agreement:0.000}) as well as those of other solutions do that the holdout does not tell from it (from {other:0.000} on)."))
            : Refused(FormattableString.Invariant($"the refit's predictions agree too little with it (correlation {agreement:0.000}{(theirs is { } better ? FormattableString.Invariant($"; all others that the holdout does not tell from it agree better, from {better:0.000} on") : "")})"), agreement);
    }
}
