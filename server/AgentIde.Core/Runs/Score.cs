using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AgentIde.Core.Runs;

/// <summary>A score, always with its kind, its own standard error, the claim beside it, and how it compares.</summary>
/// <param name="Value">In the metric's units.</param>
/// <param name="StandardError">Of the value itself, in the metric's units; null where nobody measured it, as of a claim.</param>
/// <param name="Claim">What the code says of its own score (working/meta.json, or a last line <c>score: X</c>); never more than that.</param>
/// <param name="Comparisons">On the same rows, with the parent and with the best node before.</param>
public sealed record Score(double Value, ScoreKind Kind, double? StandardError, double? Claim, ImmutableArray<Comparison> Comparisons)
{
    /// <summary>
    /// Of the best nodes of other starts: what a blend of both predictions gains over the better of the two, on the same rows. It says whether a merge is
    /// worth an execution, and is the score of nothing. Null where nobody asked, or what is predicted can't be blended.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<Comparison>? Blends { get; init; }
}

/// <param name="Other">The node compared with.</param>
/// <param name="Gain">How much better than the other, in the metric's units; negative where worse.</param>
/// <param name="StandardError">Of the gain, paired on the same rows.</param>
public sealed record Comparison(int Other, double Gain, double StandardError)
{
    /// <summary>Whether chance alone would hardly do it: more than two standard errors.</summary>
    [JsonIgnore]
    public bool IsClear => Math.Abs(Gain) > 2 * StandardError;

    /// <summary>
    /// <c>better by 0.0056 ± 0.0004</c>, <c>no clear change (worse by 0.00007 ± 0.00007)</c>; where all of it is lost in a hundredth
    /// of the score's own error, <c>no change that counts</c>, since nine decimals would say nothing.
    /// </summary>
    /// <param name="error">The score's own standard error; null where nobody measured one.</param>
    public string Told(double? error)
    {
        if (this is { Gain: 0, StandardError: 0 })
        {
            return "no change at all";
        }

        if (error is { } known && Math.Abs(Gain) + (2 * StandardError) < known / 100)
        {
            return $"no change that counts ({(Gain < 0 ? "worse" : "better")} by less than a hundredth of its ±)";
        }

        string size = $"{(Gain < 0 ? "worse" : "better")} by {Figures.WithError(Math.Abs(Gain), StandardError)}";
        return IsClear ? size : $"no clear change ({size})";
    }
}

[JsonConverter(typeof(JsonStringEnumConverter<ScoreKind>))]
public enum ScoreKind
{
    /// <summary>Graded on the blind holdout.</summary>
    [JsonStringEnumMemberName("verified")]
    Verified,
    /// <summary>Graded on all rows of train, each of them blind on one fold: the code ran once on every fold.</summary>
    [JsonStringEnumMemberName("verified-by-folds")]
    VerifiedByFolds,
    /// <summary>What the program claims: graded by nobody.</summary>
    [JsonStringEnumMemberName("claimed")]
    Claimed,
}

/// <summary>Why a node has no valid submission, in words that the next attempt can use.</summary>
/// <param name="Kind">Coarse class of the failure.</param>
/// <param name="Message">One line: <c>KeyError: 'colour'</c>, <c>ran out of memory (2.0 GiB)</c>, <c>submission.csv: line 7: …</c>.</param>
/// <param name="Line">1-based line of the candidate's own file where it failed; null where none is known.</param>
/// <param name="Traceback">The candidate's traceback, untrusted text; null where there is none.</param>
public sealed record Failure(FailureKind Kind, string Message, int? Line, string? Traceback);

[JsonConverter(typeof(JsonStringEnumConverter<FailureKind>))]
public enum FailureKind
{
    [JsonStringEnumMemberName("exception")]
    Exception,
    /// <summary>It does not compile, so it was not executed.</summary>
    [JsonStringEnumMemberName("compile-error")]
    CompileError,
    [JsonStringEnumMemberName("exit")]
    Exit,
    [JsonStringEnumMemberName("signal")]
    Signal,
    [JsonStringEnumMemberName("out-of-memory")]
    OutOfMemory,
    [JsonStringEnumMemberName("time-out")]
    TimeOut,
    [JsonStringEnumMemberName("output-flood")]
    OutputFlood,
    [JsonStringEnumMemberName("no-submission")]
    NoSubmission,
    [JsonStringEnumMemberName("bad-submission")]
    BadSubmission,
    [JsonStringEnumMemberName("lost")]
    Lost,
    /// <summary>The engineer came to no code that could be executed.</summary>
    [JsonStringEnumMemberName("no-answer")]
    NoAnswer,
    /// <summary>The program that made the run took it for failed, and nothing else says why.</summary>
    [JsonStringEnumMemberName("judged")]
    Judged,
    /// <summary>A person gave it up while it was executed.</summary>
    [JsonStringEnumMemberName("abandoned")]
    Abandoned,
}
