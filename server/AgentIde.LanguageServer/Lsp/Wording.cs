using AgentIde.Core.Chats;
using System.Globalization;
using AgentIde.Core.Auditing;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Review;
using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Lsp.Chats;
using AgentIde.LanguageServer.Lsp.Runs;

namespace AgentIde.LanguageServer.Lsp;

/// <summary>How runs, steps and scores are put in words. Plain text; what comes from engineers and programs is made visible.</summary>
internal static class Wording
{
    /// <summary>Of many nodes under way, those that are named.</summary>
    private const int MostSaid = 3;

    public static string Score(Journal journal, Node node) =>
        node.Standing is { } score
            ? $"{Metric(journal)} {Figures.WithError(score.Value, score.StandardError)}{Kind(score)}"
            : "no score";

    private static string Kind(Score score) => score.Kind switch
    {
        ScoreKind.Verified => "",
        ScoreKind.VerifiedByFolds => " (by folds)",
        _ => " (claimed)",
    };

    public static string Metric(Journal journal) => PlainText.Visible(journal.Task?.Metric.DisplayName ?? "score", 40);

    public static string Operator(Operator @operator) => @operator switch
    {
        Core.Runs.Operator.Draft => "Draft",
        Core.Runs.Operator.Debug => "Debug",
        Core.Runs.Operator.Improve => "Improve",
        Core.Runs.Operator.Tune => "Tune",
        Core.Runs.Operator.Ablate => "Ablate",
        Core.Runs.Operator.Merge => "Merge",
        Core.Runs.Operator.Simplify => "Simplify",
        _ => throw new ArgumentOutOfRangeException(nameof(@operator), @operator, "An operator without a name."),
    };

    /// <summary><c>Improve (node 7)</c></summary>
    public static string Step(Node node) => $"{Operator(node.Operator)} (node {node.Id})";

    /// <summary><c>Improve (node 7), written by nvim</c>: whose lines they are.</summary>
    public static string Writer(Node node) => $"{Step(node)}{(node.Author is { } author ? $", written by {PlainText.Visible(author, 60)}" : "")}";

    public static string Thought(Journal journal, Thought thought)
    {
        Node node = journal[thought.Node];
        string why = thought.Reason?.Text ?? node.Plan ?? node.Why;
        return $"{Writer(node)}: {PlainText.Visible(why, 600)}";
    }

    /// <summary>How the score of a node was come by, as the end of a sentence: <c>on the blind holdout</c>.</summary>
    public static string Ground(Journal journal, Score score) =>
        score.Kind == ScoreKind.Verified ? journal.Split?.Folds is { } folds ? $"on the first of {folds} folds" : "on the blind holdout"
        : score.Kind == ScoreKind.VerifiedByFolds ? $"each train row blind on one of {journal.Split?.Folds}"
        : journal.Settings?.Origin is { } origin ? PlainText.Visible(origin.Metric, 100)
        : "";

    /// <summary>What a node came to on the folds, as a sentence: <c>On the first fold alone it has RMSE 0.51 ± 0.03.</c>; null where it was executed on the first alone.</summary>
    public static string? Folds(Journal journal, Node node) => node switch
    {
        { Folds.Result: not null, Score: { } first } => $"On the first fold alone it has {Metric(journal)} {Figures.WithError(first.Value, first.StandardError)}.",
        { Folds.Failed: { } failed } => $"It has no score over all folds: on fold {failed.Fold} it {failed.What} ({PlainText.Visible(failed.Reason, 200)}).",
        { Folds.Executions: var begun } => $"{begun.Count(fold => fold.Execution is not null) + 1} of {journal.Split?.Folds} folds were executed.",
        _ => null,
    };

    /// <summary>Against the first parent: <c>better than node 3 by 0.00120 ± 0.00030</c>.</summary>
    public static string? Gain(Node node) => node.Parent is { } parent ? Gain(node, parent) : null;

    /// <summary>Against another node, paired on the same rows; null where the two were not compared.</summary>
    public static string? Gain(Node node, int other)
    {
        if (node.Against(other) is not { } comparison)
        {
            return null;
        }

        string amount = Figures.WithError(Math.Abs(comparison.Gain), comparison.StandardError);
        string words = comparison.Gain == 0 ? $"the same as node {other}"
            : comparison.Gain > 0 ? $"better than node {other} by {amount}"
            : $"worse than node {other} by {amount}";
        return words + node.GroundAgainst(other);
    }

    /// <summary><c>Review of node 3: leak: the label is a feature</c></summary>
    public static string Finding(int node, ReviewFinding finding) => $"Review of node {node}: {PlainText.Visible(finding.Kind, 40)}: {PlainText.Visible(finding.Text, 600)}";

    /// <summary><c>Audit of node 3: leak: it uses the column code by name. Leave the column out …</c></summary>
    public static string Audit(int node, AuditFinding finding) =>
        $"Audit of node {node}: {AuditWords.Title(finding.Kind)}: {PlainText.Visible(finding.Evidence, 600)}. {AuditWords.Meaning(finding.Kind)}";

    /// <summary><c>Leak: the column code says the target: correlation 1.0000. …</c>, with the way out.</summary>
    /// <param name="run">The one whose preparation found it; null where the files as they are were looked at.</param>
    public static string Leak(Leak leak, RunState? run) =>
        $"Leak: {PlainText.Visible(leak.Text, 600)}{(run is null ? "" : $" (found when {run.Run} began)")}. " + (leak.Kind switch
        {
            LeakKind.Column or LeakKind.Shifted => "A score that rests on it is not to be had where the column is not known beforehand: then take it out of train.csv and test.csv.",
            LeakKind.FileSize => "Write the files so that their sizes say nothing: programs see them as they are.",
            _ => "Programs of a run get other ids, in another order; before anybody else gets these files, give them ids that say nothing, and shuffle the rows.",
        });

    public static string Review(int node, NodeReview review) =>
        review.Problem is { } problem ? $"No review of node {node}: {PlainText.Visible(problem, 400)}"
        : review.By is { } by ? $"{PlainText.Visible(by, 60)} on node {node}: {PlainText.Visible(review.Summary, 2_000)}"
        : $"Review of node {node}: {(review.IsSuspect ? "suspect" : "nothing suspect")}. {PlainText.Visible(review.Summary, 2_000)}";

    /// <summary><c>Rejected by nvim: it leaks</c></summary>
    public static string Rejection(Rejection rejection) =>
        $"Rejected by {PlainText.Visible(rejection.By, 60)}{(rejection.Why is { } why ? $": {PlainText.Visible(why, 600)}" : "")}";

    /// <summary>What waits because people asked for it: <c>; next: a branch of node 3 (asked for by nvim)</c>; empty where nothing does.</summary>
    public static string Asked(Journal journal) =>
        journal is not { IsSearched: false, Asked: [var first, ..] asked } ? ""
        : $"; next: a branch of node {first.Node} (asked for by {PlainText.Visible(first.By, 60)}){(asked.Count > 1 ? $" and {asked.Count - 1} more" : "")}";

    /// <summary><c>node 3 (RMSLE 0.09310 ± 0.00040) and node 7 (RMSLE 0.09190 ± 0.00040, better than node 3 by 0.00120 ± 0.00030)</c></summary>
    public static string Compared(Journal journal, int other, int node) =>
        $"node {other} ({Outcome(journal, journal[other])}) and node {node} ({Outcome(journal, journal[node])}{(Gain(journal[node], other) is { } gain ? $", {gain}" : "")})";

    private static string Outcome(Journal journal, Node node) =>
        node.Failure is { } failure ? $"failed: {PlainText.Visible(failure.Message, 80)}" : node.IsValid ? Score(journal, node) : "under way";

    /// <summary>What the score that is shown was compared by; null where that was not, be it that another was.</summary>
    public static Comparison? Compared(Node node, int other) => node.Standing?.Comparisons.FirstOrDefault(comparison => comparison.Other == other);

    /// <summary>What is under way; null where nothing is.</summary>
    public static string? Now(RunState run)
    {
        Journal journal = run.Journal;
        if (!run.IsLive)
        {
            return null;
        }

        if (journal.IsPaused)
        {
            return "paused";
        }

        if (journal.Choice is { } choice)
        {
            return $"refitting node {choice.Node} on all training data{Says(journal[choice.Node])}";
        }

        if (journal.FinalRound is { } round)
        {
            return round.Finalists.FirstOrDefault(finalist => finalist.Result is null) is { } finalist
                ? $"executing node {finalist.Node} again on a fresh split{Says(journal[finalist.Node])}"
                : "choosing the result";
        }

        Node[] underWay = [.. journal.UnderWay];
        if (underWay.Length == 0)
        {
            if (journal.OpenExecutions.FirstOrDefault(open => open.Purpose == ExecutionPurpose.Fold) is { } fold)
            {
                return $"executing node {fold.Node} on fold {fold.Fold} of {journal.Split?.Folds}{Says(journal[fold.Node])}";
            }

            return journal.Profile is null ? "reading the data" : "choosing what to do next";
        }

        return string.Join("; ", underWay.Take(MostSaid).Select(Doing)) + (underWay.Length > MostSaid ? $"; {underWay.Length - MostSaid} more" : "");
    }

    private static string Doing(Node node)
    {
        string stage = node.Stage switch
        {
            NodeStage.Think when node.Calls is [.., { IsOpen: true } call] && EditorModelName.Is(call.Model) => $"waiting for the editor's model {PlainText.Visible(call.Model, 60)}",
            NodeStage.Think => "thinking",
            NodeStage.Execute => "executing",
            _ => "scoring",
        };
        string doing = node.Parents.IsEmpty ? $"{Operator(node.Operator)} ({stage})" : $"{Operator(node.Operator)} node {string.Join(" and ", node.Parents)} ({stage})";
        return doing + Says(node) + (Saying(node, 100) is { } saying ? $": {saying}" : "");
    }

    /// <summary>The last words of the model that works for the node; null where none says anything.</summary>
    public static string? Saying(Node node, int characters) =>
        node.Calls.LastOrDefault(call => call.SoFar is not null)?.SoFar is { } soFar ? PlainText.Visible(soFar.LastWords(characters), 2 * characters) : null;

    /// <summary>What models say just now, a line for each node: <c>Draft (node 4), openai:gpt-5.1 thinks: … (about 1.2k tokens so far)</c></summary>
    public static IEnumerable<string> Sayings(RunState run) =>
        !run.IsLive ? [] : run.Journal.UnderWay
            .Select(node => (Node: node, Call: node.Calls.LastOrDefault(call => call.SoFar is not null)))
            .Where(saying => saying.Call is not null)
            .Take(MostSaid)
            .Select(saying => $"{Step(saying.Node)}, {PlainText.Visible(saying.Call!.Model, 60)} {(saying.Call.SoFar!.IsAnswering ? "writes" : "thinks")}: {Saying(saying.Node, 600)} (about {Figures.Tokens(saying.Call.SoFar.Tokens)} tokens so far)");

    /// <summary>What its code wrote last.</summary>
    private static string Says(Node node) => node.LastLine is { } line ? $": {PlainText.Visible(line, 100)}" : "";

    /// <summary><c>best RMSLE 0.09310 ± 0.00040 (node 3)</c></summary>
    public static string Best(Journal journal) =>
        journal.Best is { } best ? $"best {Score(journal, journal[best])} (node {best})" : "no valid node yet";

    /// <summary><c>; $0.42 of $2.00, 81k tokens, 12 calls</c>; empty where no model was asked.</summary>
    public static string Spent(Journal journal) => SpendingWords.Of(journal) is { } spent ? $"; {spent}" : "";

    /// <summary><c>diamonds-1: node 5 of 20, best RMSLE 0.09310 ± 0.00040 (node 3); now: Improve node 3 (executing)</c></summary>
    public static string Status(RunState run)
    {
        Journal journal = run.Journal;
        string end = Now(run) is { } now ? $"now: {now}"
            : journal.Settings?.Origin is { } origin ? $"imported from {PlainText.Visible(origin.Program, 40)}: scores are its candidates' own claims"
            : run.Liveness == Liveness.Interrupted ? $"interrupted: agentide run --resume {run.Run} goes on with it"
            : $"finished: {PlainText.Visible(journal.Finished?.Why ?? "", 200)}";
        return $"{run.Run}: node {journal.Nodes.Count} of {journal.Settings?.Budget.Nodes ?? journal.Nodes.Count}, {Best(journal)}{Spent(journal)}; {end}{Asked(journal)}";
    }

    /// <summary>Why nothing can be asked of the process of a run, and what can be done.</summary>
    public static string NotRunning(RunState run) => run.Journal.Settings?.Origin is { } origin ? PlainText.Visible(origin.Refusal(run.Run))
        : run.Liveness == Liveness.Interrupted ? $"{run.Run} is not running any more: its process is gone. The action \"Go on with {run.Run}\" gives it a new one; so does agentide run --resume {run.Run}"
        : $"{run.Run} is not running any more: it has finished, and what has finished can't go on. Start a new run.";

    /// <summary>Why no node is the best, and what can be done.</summary>
    public static string NoBest(RunState run) => run.Journal.Nodes.Count(node => node.IsValid) is > 0 and var valid
        ? $"{(valid == 1 ? $"The only valid node of {run.Run} is" : $"All {valid} valid nodes of {run.Run} are")} rejected: name one, or restore it."
        : $"{run.Run} has no valid node yet.";
}
