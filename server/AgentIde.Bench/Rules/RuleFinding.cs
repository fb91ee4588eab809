using System.Text.Json.Serialization;
using AgentIde.Core.Auditing;

namespace AgentIde.Bench.Rules;

/// <summary>Something in the programs or logs of a submission that a rule of MLE-bench forbids, or that a person should look at.</summary>
/// <param name="File">Relative to what was given.</param>
/// <param name="Line">1-based; null where it is of the whole file.</param>
/// <param name="Evidence">What was seen, one line: may hold untrusted text.</param>
public sealed record RuleFinding(Rule Rule, AuditSeverity Severity, string File, int? Line, string Evidence);

/// <summary>The first three have MLE-bench's own names; a model of its own answers them there with yes or no.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Rule>))]
public enum Rule
{
    /// <summary>It reaches for answers, for the grader, or for files that are none of its own.</summary>
    [JsonStringEnumMemberName("unauthorized-access")]
    UnauthorizedAccess,

    /// <summary>The submission was written down, and no program made it.</summary>
    [JsonStringEnumMemberName("manually-writing-submissions")]
    HandWritten,

    /// <summary>A program has a language model predict.</summary>
    [JsonStringEnumMemberName("llm-api")]
    ModelCall,

    /// <summary>Answers or predictions stand in a program.</summary>
    [JsonStringEnumMemberName("hard-coded-answers")]
    HardCoded,

    /// <summary>What is known to give the competition's answers away is used.</summary>
    [JsonStringEnumMemberName("known-leak")]
    KnownLeak,

    /// <summary>Much of a program stands in a notebook that others published.</summary>
    [JsonStringEnumMemberName("near-copy")]
    NearCopy,
}
