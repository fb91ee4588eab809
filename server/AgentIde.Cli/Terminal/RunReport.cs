using System.Text.Json.Serialization;
using AgentIde.Core.Runs;

namespace AgentIde.Cli.Terminal;

/// <summary>What a run came to: the one document of <c>run --json</c> and <c>show --json</c>.</summary>
internal sealed record RunReport(
    string Run,
    string Task,
    string State,
    int Nodes,
    int ValidNodes,
    double Seconds,
    BestReport? Best,
    PrivateReport? Private,
    string? Solution,
    string? Submission)
{
    public static RunReport Of(Journal journal, string state, string? solution, string? submission)
    {
        int? node = journal.Choice?.Node ?? journal.Best;
        BestReport? best = node is { } id && journal[id].Score is { } score
            ? new BestReport(id, journal.Task!.Metric.Name, score.Value, score.Kind, score.StandardError, score.Claim)
            : null;
        PrivateReport? answer = journal.Private is { } graded ? new PrivateReport(graded.Score, graded.Medal, graded.Reference) : null;
        return new RunReport(
            journal.Settings!.Run.Value, journal.Task!.Id, state, journal.Nodes.Count, journal.ValidNodes,
            Math.Round(journal.Spent.TotalSeconds, 1), best, answer, solution, submission);
    }
}

internal sealed record BestReport(int Node, string Metric, double Score, ScoreKind Kind, double StandardError, double? Claim);

internal sealed record PrivateReport(double? Score, string? Medal, string? Reference);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(RunReport))]
[JsonSerializable(typeof(RunReport[]))]
[JsonSerializable(typeof(string))]
internal sealed partial class ReportJsonContext : JsonSerializerContext;
