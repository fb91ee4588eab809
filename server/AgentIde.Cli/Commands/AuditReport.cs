using System.Collections.Immutable;
using System.Text.Json.Serialization;
using AgentIde.Core.Auditing;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;

namespace AgentIde.Cli.Commands;

/// <summary>What an audit came to.</summary>
/// <param name="Run">Null for that of a task.</param>
/// <param name="Nodes">How many there are in the run; each program was read.</param>
/// <param name="Chosen">The run's result, or its best so far; null where it has none.</param>
/// <param name="Executed">What was executed, now or before; empty where all was only read.</param>
internal sealed record AuditReport(
    string? Run, string Task, int Nodes, int? Chosen, int Warnings, int Notes, IReadOnlyList<AuditFindingReport> Findings, IReadOnlyList<AuditExecutionReport> Executed)
{
    /// <summary>The program that made the run and whose word its scores are; null for our own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Imported { get; init; }

    /// <summary>Of a task: what gives its answers away, with column and strength.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Leak>? Leaks { get; init; }

    /// <summary>Why what was executed now is not in the run's log; null where it is, and where nothing was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NotKept { get; init; }

    /// <summary>Whether the result is among what was executed.</summary>
    [JsonIgnore]
    public bool IsChosenExecuted { get; init; }

    /// <param name="journal">Null for that of a task.</param>
    public static AuditReport Of(Journal? journal, string task, ImmutableArray<AuditFinding> findings) => Of(
        journal?.Settings?.Run, task, journal?.Nodes.Count ?? 0, findings, journal?.Audits.Values ?? [], journal?.Choice?.Node ?? journal?.Best) with
    {
        Imported = journal?.Settings?.Origin?.Program,
        IsChosenExecuted = (journal?.Choice?.Node ?? journal?.Best) is { } chosen && journal!.AuditOf(chosen) is not null,
    };

    private static AuditReport Of(RunId? run, string task, int nodes, ImmutableArray<AuditFinding> findings, IEnumerable<NodeAudited> executed, int? chosen) => new(
        run?.Value, task, nodes, chosen,
        Count(findings, AuditSeverity.Warning),
        Count(findings, AuditSeverity.Note),
        [.. findings.Select(finding => new AuditFindingReport(
            finding.Kind, finding.Severity, finding.Node, finding.Line, finding.Basis, finding.Evidence, AuditWords.Meaning(finding.Kind), AuditWords.Remedy(finding.Kind)))],
        [.. from audited in executed from execution in audited.Executions select new AuditExecutionReport(execution.Node, execution.What, execution.Seconds, execution.Result, audited.At)]);

    private static int Count(ImmutableArray<AuditFinding> findings, AuditSeverity severity) =>
        findings.Where(finding => finding.Severity == severity).DistinctBy(finding => finding.Matter()).Count();
}

/// <summary>One execution of an audit and what it showed.</summary>
internal sealed record AuditExecutionReport(int Node, string What, double? Seconds, string Result, DateTimeOffset At);

/// <param name="Line">1-based, of the node's program.</param>
/// <param name="Means">What it means, one line; the same for each of the kind.</param>
/// <param name="Remedy">What to do about it.</param>
internal sealed record AuditFindingReport(AuditKind Kind, AuditSeverity Severity, int? Node, int? Line, AuditBasis Basis, string Evidence, string Means, string Remedy);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(AuditReport))]
internal sealed partial class AuditJsonContext : JsonSerializerContext;
