using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Lsp.Protocol;

namespace AgentIde.LanguageServer.Lsp.Runs;

/// <summary>Runs and nodes as the tree shows them. The one place where their types become the wire's.</summary>
internal static class ToProtocol
{
    public static RunView View(RunState run)
    {
        Journal journal = run.Journal;
        return new RunView(
            run.Run.Value,
            journal.Task?.Id ?? "",
            PlainText.Visible(journal.Task?.Title ?? run.Run.Value, 200),
            Wording.Metric(journal),
            journal.Task?.Metric.Direction == MetricDirection.HigherIsBetter ? "higher-is-better" : "lower-is-better",
            LivenessOf(run),
            journal.Nodes.Count,
            journal.ValidNodes,
            journal.Settings?.Budget.Nodes ?? 0,
            journal.Best is { } best && journal[best].Standing is { } score ? new BestView(best, score.Value, score.StandardError, Claimed(score), ByFolds(score)) : null,
            journal.Choice?.Node,
            Math.Round(SecondsOf(journal), 3),
            run.SolutionPath,
            Wording.Now(run),
            SpendingWords.Of(journal),
            SpendingWords.Short(journal),
            SpendingWords.Warning(journal),
            journal.Hints is [.., var hint] ? PlainText.Visible(hint.Text) : null,
            journal.Nodes.Count(node => node.Rejected is not null) is > 0 and var rejected ? rejected : null,
            journal.Settings?.Origin is { } origin ? PlainText.Visible(origin.Program, 40) : null,
            journal.Settings?.Fork?.Run.Value);
    }

    public static NodeView View(RunState run, Node node)
    {
        Journal journal = run.Journal;
        NodeDone done = run.Marks[node.Id - 1].Done;
        Comparison? gain = node.Parent is { } parent ? Wording.Compared(node, parent) : null;
        return new NodeView(
            node.Id,
            node.Parents,
            OperatorOf(node.Operator),
            PlainText.Visible(node.Plan ?? (Wording.Saying(node, 100) is { } saying ? $"thinking: {saying}" : "")),
            StateOf(journal, node),
            node.Standing?.Value,
            node.Standing?.StandardError,
            gain?.Gain,
            gain?.StandardError,
            node.Standing?.Claim ?? node.Execution?.Claim,
            node.Failure is { } failure ? PlainText.Visible(failure.Message) : null,
            node.Execution?.Seconds,
            journal.Best == node.Id,
            done.At is { } at ? Math.Round(at.TotalSeconds, 3) : null,
            done.Dollars,
            done.Tokens,
            node.Rejected is null ? null : true,
            node.Hint is { } hint ? PlainText.Visible(hint) : null,
            node.Standing is { } graded ? Claimed(graded) : null,
            node.Author is { } author ? PlainText.Visible(author, 60) : null,
            node.Standing is { } standing ? ByFolds(standing) : null);
    }

    private static bool? Claimed(Score score) => score.Kind == ScoreKind.Claimed ? true : null;

    private static bool? ByFolds(Score score) => score.Kind == ScoreKind.VerifiedByFolds ? true : null;

    /// <summary>Of an imported run as far as the program that made it tells: our own clock knows nothing of it.</summary>
    private static double SecondsOf(Journal journal) => journal.Settings?.Origin is null
        ? journal.Spent.TotalSeconds
        : NodeOrigin.TimeOf(journal)?.TotalSeconds ?? 0;

    public static string OperatorOf(Operator @operator) => Wording.Operator(@operator).ToLowerInvariant();

    private static string LivenessOf(RunState run) => run.Liveness switch
    {
        Liveness.Live => run.Journal.IsPaused ? "paused" : "live",
        Liveness.Interrupted => "interrupted",
        Liveness.Finished => "finished",
        _ => throw new ArgumentOutOfRangeException(nameof(run), run.Liveness, "A liveness without a name."),
    };

    private static string StateOf(Journal journal, Node node) => node switch
    {
        { IsValid: true } => "valid",
        { IsBuggy: true } => "buggy",
        _ when journal.Settings?.Origin is not null => "unknown",
        { Stage: NodeStage.Think } => "thinking",
        { Stage: NodeStage.Execute } => "executing",
        _ => "scoring",
    };
}
