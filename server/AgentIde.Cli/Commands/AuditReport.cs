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
/// <param name="Executed">What was executed; empty where all was only read.</param>
internal sealed record AuditReport(
    string? Run, string Task, int Nodes, int? Chosen, int Warnings, int Notes, IReadOnlyList<AuditFindingReport> Findings, IReadOnlyList<AuditExecution> Executed)
{
    /// <summary>The program that made the run and whose word its scores are; null for our own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Imported { get; init; }

    /// <summary>Of a task: what gives its answers away, with column and strength.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Leak>? Leaks { get; init; }

    public static AuditReport Of(RunId? run, string task, int nodes, ImmutableArray<AuditFinding> findings, ImmutableArray<AuditExecution> executed, int? chosen) => new(
        run?.Value, task, nodes, chosen,
        findings.Count(finding => finding.Severity == AuditSeverity.Warning),
        findings.Count(finding => finding.Severity == AuditSeverity.Note),
        [.. findings.Select(finding => new AuditFindingReport(
            finding.Kind, finding.Severity, finding.Node, finding.Line, finding.Basis, finding.Evidence, AuditWords.Meaning(finding.Kind), AuditWords.Remedy(finding.Kind)))],
        executed);
}

/// <param name="Line">1-based, of the node's program.</param>
/// <param name="Means">What it means, one line; the same for each of the kind.</param>
/// <param name="Remedy">What to do about it.</param>
internal sealed record AuditFindingReport(AuditKind Kind, AuditSeverity Severity, int? Node, int? Line, AuditBasis Basis, string Evidence, string Means, string Remedy);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(AuditReport))]
internal sealed partial class AuditJsonContext : JsonSerializerContext;
