using AgentIde.Core.Holdouts;

namespace AgentIde.Core.Runs;

/// <summary>
/// Whether the submission of the code run on the whole train replaces the blind one: it must have the same form and
/// agree with it, for nothing else speaks for it; its score is never seen.
/// </summary>
/// <param name="Submission">In the task's own ids; null where the blind one is kept.</param>
internal sealed record Refit(ReadOnlyMemory<byte>? Submission, double? Agreement, string Why)
{
    /// <summary>Correlation below which a refit is not believed.</summary>
    public const double LeastAgreement = 0.95;

    /// <summary>
    /// The same for a time split: what the refit alone has seen is the time just before test, so its forecasts rightly
    /// move. One that is broken agrees by chance only.
    /// </summary>
    public const double LeastAgreementOverTime = 0.8;

    /// <summary>The same for predicted classes: a row near a border flips where a probability would hardly move.</summary>
    public const double LeastAgreementOfClasses = 0.8;

    public static Refit Refused(string why, double? agreement = null) => new(null, agreement, $"The blind submission is kept: {why}.");

    public static async Task<Refit> JudgeAsync(
        IHoldout holdout, SplitKind? split, PredictionKind predicts, ReadOnlyMemory<byte> refitted, ReadOnlyMemory<byte> blind, CancellationToken cancellationToken)
    {
        double least = split == SplitKind.Time ? LeastAgreementOverTime : predicts == PredictionKind.Labels ? LeastAgreementOfClasses : LeastAgreement;
        ReadOnlyMemory<byte> submission;
        try
        {
            submission = await holdout.RestoreAsync(refitted, cancellationToken);
        }
        catch (TaskProblemException problem)
        {
            return Refused($"the refit's is broken ({problem.Message})");
        }

        return holdout.Agreement(submission, blind) switch
        {
            null => Refused("the two can't be compared"),
            { } agreement when agreement < least => Refused(FormattableString.Invariant($"the refit's predictions agree too little with it (correlation {agreement:0.000})"), agreement),
            { } agreement => new Refit(submission, agreement, FormattableString.Invariant($"Refitted on the whole train; its predictions agree with the blind ones (correlation {agreement:0.0000}).")),
        };
    }
}
