using System.Collections.Immutable;
using System.Text.Json;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;

namespace AgentIde.Models.Commands;

/// <summary>Writes requests as the lines that a program reads. They are plain ASCII, whatever the program's locale is.</summary>
internal static class Requests
{
    public const int Version = 1;

    private const int DrawsGiven = 8;
    private const int LongestPlan = 300;
    private const int OutputHead = 2_000;
    private const int OutputTail = 6_000;

    public static byte[] Hello { get; } = JsonSerializer.SerializeToUtf8Bytes(new HelloRequest(Version, "hello"), ProgramJsonContext.Default.HelloRequest);

    /// <summary>Of the run's time, what is left once the refit of the best node so far is paid for.</summary>
    public static double SecondsLeft(Journal journal)
    {
        double refit = journal.Best is { } best ? 1.5 * (journal[best].Execution?.Seconds ?? 0) : 0;
        return Math.Max(0, Math.Round(journal.Settings!.Budget.Seconds - journal.Spent.TotalSeconds - refit, 3));
    }

    public static async Task<byte[]> ProposeAsync(Assignment assignment, CancellationToken cancellationToken)
    {
        Journal journal = assignment.Journal;
        TaskFacts task = journal.Task!;
        ImmutableArray<ParentLine>.Builder parents = ImmutableArray.CreateBuilder<ParentLine>(assignment.Parents.Length);
        foreach (int parent in assignment.Parents)
        {
            parents.Add(await ParentAsync(parent, assignment, cancellationToken));
        }

        ProposeRequest request = new(
            Version,
            "propose",
            assignment.Node,
            assignment.Operator,
            new TaskLine(
                task.Id, task.Title, task.Description, new MetricLine(task.Metric.Name, task.Metric.Direction), task.Label, task.IdColumn, task.Targets, task.Metric.Predicts),
            journal.Profile,
            journal.Settings!.Language,
            new LimitsLine(assignment.Limits.Time.TotalSeconds, assignment.Limits.Cores, assignment.Limits.MemoryBytes),
            parents.MoveToImmutable(),
            [.. journal.Nodes.Where(node => node.Id != assignment.Node).Select(Line)],
            journal.Has(assignment.Node) ? journal[assignment.Node].Wish : null,
            journal.Has(assignment.Node) && journal[assignment.Node].Comment is { } comment ? new CommentLine(comment.Author, comment.Line, comment.Quote) : null,
            [.. journal.Hints.Select(hint => hint.Text)],
            new BudgetLine(SecondsLeft(journal), Math.Max(0, journal.Settings.Budget.Nodes - assignment.Node)),
            [.. Enumerable.Range(0, DrawsGiven).Select(_ => assignment.Draws.NextDouble())]);
        return JsonSerializer.SerializeToUtf8Bytes(request, ProgramJsonContext.Default.ProposeRequest);
    }

    private static async Task<ParentLine> ParentAsync(int id, Assignment assignment, CancellationToken cancellationToken)
    {
        Node node = assignment.Journal[id];
        string? code = node.Code is { } digest ? await assignment.ReadText(digest, cancellationToken) : null;
        string? output = assignment.Journal.Executed(id).Execution is { } execution ? await assignment.ReadText(execution.Output, cancellationToken) : null;
        FailureLine? failure = Line(node.Failure, node.Failure?.Traceback);
        return new ParentLine(id, node.Plan, code, Trimmed(output), node.Score?.Value, node.Score?.StandardError, failure, node.Notes);
    }

    private static NodeLine Line(Node node) => new(
        node.Id, node.Operator, node.Parents, node.Plan is { Length: > LongestPlan } plan ? plan[..LongestPlan] : node.Plan, node.Score?.Value, node.Score?.StandardError, Line(node.Failure, null),
        node.Rejected is { } rejection ? new RejectionLine(rejection.Why) : null);

    private static FailureLine? Line(Failure? failure, string? traceback) =>
        failure is null ? null : new FailureLine(failure.Kind, failure.Message, failure.Line, traceback);

    private static string? Trimmed(string? output) =>
        output is { Length: > OutputHead + OutputTail }
            ? $"{output[..OutputHead]}\n[… {output.Length - OutputHead - OutputTail:N0} characters left out …]\n{output[^OutputTail..]}"
            : output;
}
