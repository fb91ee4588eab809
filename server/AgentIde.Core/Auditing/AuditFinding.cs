using System.Text.Json.Serialization;

namespace AgentIde.Core.Auditing;

/// <summary>Something in a run that a score should not rest on, or that a person should look at before believing one.</summary>
/// <param name="Node">Null where it is of the run or its task.</param>
/// <param name="Line">1-based, of the node's program; null where it stands on no line.</param>
/// <param name="Evidence">What was seen, with its figures, one line: may hold untrusted text.</param>
/// <param name="Basis">Whether it was read, or seen when the program was executed again.</param>
public sealed record AuditFinding(AuditKind Kind, AuditSeverity Severity, int? Node, int? Line, string Evidence, AuditBasis Basis = AuditBasis.Read)
{
    /// <summary>What findings that say one thing have in common: a column that is used on many lines gives one thing away.</summary>
    public object Matter() => (Kind, Node, Kind == AuditKind.Leak ? null : Line, Evidence, Basis);

    public static AuditFinding Warning(AuditKind kind, int? line, string evidence) => new(kind, AuditSeverity.Warning, null, line, evidence);

    public static AuditFinding Note(AuditKind kind, int? line, string evidence) => new(kind, AuditSeverity.Note, null, line, evidence);
}

[JsonConverter(typeof(JsonStringEnumConverter<AuditSeverity>))]
public enum AuditSeverity
{
    /// <summary>Honest programs do it too.</summary>
    [JsonStringEnumMemberName("note")]
    Note,

    /// <summary>The score may not be worth what it says.</summary>
    [JsonStringEnumMemberName("warning")]
    Warning,
}

[JsonConverter(typeof(JsonStringEnumConverter<AuditBasis>))]
public enum AuditBasis
{
    [JsonStringEnumMemberName("read")]
    Read,

    [JsonStringEnumMemberName("executed")]
    Executed,
}

[JsonConverter(typeof(JsonStringEnumConverter<AuditKind>))]
public enum AuditKind
{
    /// <summary>What the code says of itself is better than its grade.</summary>
    [JsonStringEnumMemberName("claim")]
    Claim,

    /// <summary>A column of the task that gives the answers away is used.</summary>
    [JsonStringEnumMemberName("leak")]
    Leak,

    /// <summary>Answers or predictions stand in the program.</summary>
    [JsonStringEnumMemberName("answers")]
    Answers,

    /// <summary>The holdout was asked many times with nearly the same.</summary>
    [JsonStringEnumMemberName("probing")]
    Probing,

    /// <summary>It learns from the rows that it is to predict.</summary>
    [JsonStringEnumMemberName("transductive")]
    Transductive,

    /// <summary>It predicts from ids or from the order of rows.</summary>
    [JsonStringEnumMemberName("row-order")]
    RowOrder,

    /// <summary>It predicts the same for all rows, as the sample submission does.</summary>
    [JsonStringEnumMemberName("constant")]
    Constant,

    /// <summary>It changes what measures it.</summary>
    [JsonStringEnumMemberName("metric")]
    Metric,

    /// <summary>Something of it goes on, or is to act, after its end.</summary>
    [JsonStringEnumMemberName("late-write")]
    LateWrite,

    /// <summary>It hands something to other executions, or takes something from them.</summary>
    [JsonStringEnumMemberName("state")]
    State,

    /// <summary>It reaches for files, programs, variables or a network that are not its own.</summary>
    [JsonStringEnumMemberName("outside")]
    Outside,

    /// <summary>Part of it can't be read.</summary>
    [JsonStringEnumMemberName("hidden")]
    Hidden,

    /// <summary>Its output is a link, a pipe, or written again while it is read.</summary>
    [JsonStringEnumMemberName("output")]
    Output,

    /// <summary>It does something else by the date, or where the files have other sizes.</summary>
    [JsonStringEnumMemberName("condition")]
    Condition,

    /// <summary>Its score is far from that of all others, as one of somebody who has the answers.</summary>
    [JsonStringEnumMemberName("too-good")]
    TooGood,

    /// <summary>Its score on the holdout is not found on other rows.</summary>
    [JsonStringEnumMemberName("gap")]
    Gap,

    /// <summary>Executed again it predicts something else.</summary>
    [JsonStringEnumMemberName("varies")]
    Varies,
}
