using System.Collections.Immutable;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Core.Verification;

/// <summary>What of two executions of one program is not the same.</summary>
/// <param name="Submission">Null where the bytes are the same, or nothing could be compared value by value.</param>
internal sealed record OutcomeComparison(Verdict Verdict, ImmutableArray<string> Differences, SubmissionDifference? Submission)
{
    private static readonly OutcomeComparison Same = new(Verdict.Same, [], null);

    /// <param name="compareSubmissions">Asked where their bytes are not the same; null where one of them is none.</param>
    public static OutcomeComparison Of(Outcome then, Outcome now, ExecutionPurpose purpose, MetricFacts metric, Func<SubmissionDifference?> compareSubmissions)
    {
        // The log keeps no failure of a refit nor of a fresh split: what it kept of the end has to do.
        bool sameFailure = purpose != ExecutionPurpose.Search || (then.Failure?.Kind == now.Failure?.Kind && ExceptionOf(then.Failure) == ExceptionOf(now.Failure));
        if (!sameFailure || (then.Ending, then.ExitCode, then.Signal) != (now.Ending, now.ExitCode, now.Signal))
        {
            return Differs($"{End(then)} then, {End(now)} now");
        }

        bool leavesSubmission = then is { Ending: Ending.Exited, ExitCode: 0 } && then.Failure is null or { Kind: FailureKind.BadSubmission };
        if (!leavesSubmission || (then.Submission == now.Submission && then.Score is null))
        {
            return Same;
        }

        if (then.Submission is null || now.Submission is null)
        {
            return Differs(then.Submission is null ? "left no submission then, and one now" : "left a submission then, and none now");
        }

        string? score = then.Score is { } before && now.Score is { } after && Math.Abs(before - after) > Tolerance.OfScore(metric, before)
            ? FormattableString.Invariant($"the score was {before:G9}, and is {after:G9}")
            : null;
        if (then.Submission == now.Submission)
        {
            return score is null ? Same : Differs($"{score}, of the very same submission");
        }

        SubmissionDifference? submission = compareSubmissions();
        ImmutableArray<string> differences = [.. new[] { Values(then, submission), score }.OfType<string>()];
        return new OutcomeComparison(differences.IsEmpty ? Verdict.Close : Verdict.Differs, differences, submission);
    }

    private static OutcomeComparison Differs(string difference) => new(Verdict.Differs, [difference], null);

    /// <summary>Null where the values are the same.</summary>
    private static string? Values(Outcome then, SubmissionDifference? submission)
    {
        if (submission is null)
        {
            // One that could not be graded can mostly not be read either, and broke in the same way.
            return then.Failure is null ? "the submission has other bytes, and can't be compared value by value" : null;
        }

        string largest = submission.Largest is { } by ? FormattableString.Invariant($", by {by:G3} at most") : "";
        return submission.Unshared > 0 ? FormattableString.Invariant($"the submission has other rows: {submission.Unshared:N0} are in one of the two alone")
            : submission.Differing > 0 ? FormattableString.Invariant($"{submission.Differing:N0} of {submission.Values:N0} predictions differ{largest}: {submission.First}")
            : null;
    }

    /// <summary>The kind of an exception: its message may name addresses and times.</summary>
    private static string? ExceptionOf(Failure? failure) => failure?.Kind == FailureKind.Exception ? failure.Message.Split(':')[0] : null;

    private static string End(Outcome outcome) => outcome switch
    {
        { Failure: { } failure } when outcome.ExitCode is > 0 and { } code && failure.Kind == FailureKind.Exception => $"failed ({failure.Message}; exit code {code})",
        { Failure: { } failure } => $"failed ({failure.Message})",
        { Score: not null } => "had a score",
        { Ending: Ending.Exited, ExitCode: { } code } => $"ended with exit code {code}",
        { Ending: Ending.Signalled, Signal: { } signal } => $"was killed by signal {signal}",
        { Ending: Ending.OutOfMemory } => "ran out of memory",
        { Ending: Ending.TimeOut } => "did not end in its time",
        { Ending: Ending.OutputFlood } => "wrote without end",
        _ => "was lost",
    };
}
