using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;

namespace AgentIde.Cli.Terminal;

/// <summary>A run as lines of text, one for each thing that happened: for pipes, logs and dumb terminals.</summary>
internal sealed class PlainView(TextWriter output)
{
    private const int Width = 600;

    private bool _warned;
    private string? _waits;

    public void Show(RecordedEvent recorded, Journal journal)
    {
        foreach (string line in Lines(recorded.Event, journal))
        {
            output.WriteLine(line);
        }

        string? warning = SpendingWords.Warning(journal);
        if (warning is not null && !_warned)
        {
            output.WriteLine(Row("budget", warning));
        }

        // A resumed run may have a larger budget, and then nears its end anew.
        _warned = warning is not null;

        output.Flush();
    }

    /// <summary>Says once what the run waits for, and again where it waits for something else.</summary>
    public void ShowWaiting(string? waits)
    {
        if (waits is not null && waits != _waits)
        {
            output.WriteLine(Row("waits", waits));
            output.Flush();
        }

        _waits = waits;
    }

    private static IEnumerable<string> Lines(RunEvent @event, Journal journal)
    {
        switch (@event)
        {
            case RunStarted { Settings: var settings, Task: var task, Sandbox: var sandbox }:
                yield return Row("run", $"{settings.Run}: {task.Title} ({task.Metric.DisplayName}, {Words.Direction(task.Metric)})");
                if (settings.Origin is { } origin)
                {
                    yield return Row("imported", $"from {origin.Program}: {origin.File} (SHA-256 {origin.Digest.Short}…); scores are {origin.Metric}, and nothing was graded here");
                    foreach (string lost in origin.Missing)
                    {
                        yield return Row("  not there", lost);
                    }
                }

                if (settings.Fork is { } fork)
                {
                    yield return Row("goes on", $"from {fork.Run}, which finished after {Words.Seconds(fork.Seconds)} and stays as it is");
                }

                if (sandbox is null)
                {
                    break;
                }

                yield return Row("engineer", $"{settings.Engineer}, policy {settings.Policy}, seed {settings.Seed}, at most {Words.Count(settings.Budget.Nodes, "node")} and {Words.Clock(TimeSpan.FromSeconds(settings.Budget.Seconds))}{(settings.Workers > 1 ? $", {settings.Workers} at once" : "")}");
                if (Words.Caps(settings.Budget) is { } caps)
                {
                    yield return Row("budget", caps);
                }

                yield return Row("sandbox", $"{sandbox.Engine} {sandbox.Version}: {string.Join(", ", sandbox.Guarantees.Where(guarantee => guarantee.Held).Select(guarantee => guarantee.Name))}");
                if (settings.Language == ProgramLanguage.Python)
                {
                    yield return Row("candidates", sandbox.Interpreter);
                }

                if (Words.Lacking(sandbox, settings.Language) is { } lacking)
                {
                    yield return Row("  warning", lacking);
                }

                foreach (var missing in sandbox.Missing)
                {
                    yield return Row("  missing", $"{missing.Name}: {missing.How}");
                }

                break;
            case RunResumed resumed:
                yield return Row("resumed", resumed.Reason);
                if (resumed.Budget is { } budget)
                {
                    yield return Row("budget", $"from now on {Words.Caps(budget) ?? "no cap on models"}");
                }

                break;
            case HoldoutMade { Split: var split }:
                yield return Row("holdout", $"{Words.Count(split.HoldoutRows)} of {Words.Count(split.HoldoutRows + split.TrainRows, "train row")}, mixed unmarked into {Words.Count(split.TestRows, "test row")}; {split.Why}");
                if (split.Folds is { } folds)
                {
                    yield return Row("holdout", $"That is the first of {folds} folds, on which every node is executed; each train row is held out by one of them.");
                }

                if (split.SecondRows is { } second)
                {
                    yield return Row("holdout", $"{Words.Count(second)} of them are kept back and opened once, after the choice.");
                }

                foreach (Leak leak in split.Leaks ?? [])
                {
                    yield return Row("leak", leak.Text);
                }

                if (split.Distinguishable is { } told)
                {
                    yield return Row("holdout", $"distinguishable: {told.Text}");
                }

                break;
            case DataProfiled profiled:
                foreach (string observation in profiled.Observations)
                {
                    yield return Row("data", observation);
                }

                break;
            case CallEnded ended:
                yield return Row(Which(journal, ended.Node), Words.Call(journal, ended));
                break;
            case CallRefused refused:
                yield return Row("budget", refused.Why);
                break;
            case NodeProposed proposed:
                yield return Row(Label(journal[proposed.Node]), proposed.Plan);
                break;
            case NodeScored { Score: var score } scored:
                string gain = Words.Gain(journal[scored.Node]) is { } words ? ", " + words : "";
                string fold = journal.Split?.Folds is null ? "" : " on the first fold";
                string best = journal.Best == scored.Node ? ", the best so far" : "";
                yield return Row(Which(journal, scored.Node), $"{journal.Task!.Metric.DisplayName} {Words.Score(score)}{fold}{gain}{best}; {Words.Seconds(journal.Executed(scored.Node).Execution?.Seconds)}");
                break;
            case NodeFailed failed:
                yield return Row(journal[failed.Node].Plan is null ? Label(journal[failed.Node]) : Which(journal, failed.Node), $"failed: {failed.Failure.Message}");
                break;
            case NodeFolded { Node: var id }:
                yield return Row(Which(journal, id), $"over all {journal.Split?.Folds} folds: {Words.Folded(journal, journal[id])}{(Words.Gain(journal[id]) is { } pooled ? $"; against its parent {pooled}" : "")}{(journal.Best == id ? ", the best so far" : "")}");
                break;
            case NodeFoldFailed { Node: var id }:
                yield return Row(Which(journal, id), $"no score over all folds: {Words.Folded(journal, journal[id])}");
                break;
            case NodeReviewed reviewed:
                yield return Row(Which(journal, reviewed.Node), $"review: {Words.Review(journal[reviewed.Node].Review!)}");
                break;
            case ReviewFailed failed:
                yield return Row(Which(journal, failed.Node), $"no review: {failed.Why}");
                break;
            case EngineerExhausted exhausted:
                yield return Row("engineer", exhausted.Why);
                break;
            case ExecutionAbandoned abandoned:
                yield return Row("abandoned", $"the execution of node {abandoned.Node}{(abandoned.Fold is { } part ? $" on fold {part}" : "")}: {abandoned.Why}");
                break;
            case FinalistsNamed named:
                yield return Row("choosing", $"the holdout does not tell nodes {string.Join(", ", named.Nodes)} apart: each is executed again with {Words.Count(named.Rows, "other row")} held out.");
                break;
            case FinalistTried tried:
                yield return Row("fresh", Words.Tried(journal, tried));
                break;
            case SolutionChosen chosen:
                yield return Row("chosen", chosen.Why);
                break;
            case SecondHoldoutOpened opened:
                yield return Row("opened", $"{Words.Second(journal.Task!.Metric, opened)}.");
                break;
            case SolutionRefitted refitted:
                yield return Row("refit", refitted.Why);
                break;
            case RunPaused paused:
                yield return Row("paused", $"by {paused.By}{(paused.Node is { } held ? $": node {held} is held" : "")}{(paused.Breakpoint is { } met ? $", at {met}" : "")}");
                break;
            case RunContinued continued:
                yield return Row("continued", $"by {continued.By}{(continued.Node is { } released ? $": node {released} alone, for one step" : "")}");
                break;
            case HintGiven given:
                yield return Row("hint", $"by {given.By}: {given.Text}");
                break;
            case BranchAsked asked:
                yield return Row("asked", $"a branch of node {asked.Node}, by {asked.By}{Words.Wanted(asked)}");
                break;
            case BudgetChanged changed:
                yield return Row("budget", $"{Words.Count(changed.Budget.Nodes, "node")} and {Words.Seconds(changed.Budget.Seconds)}, by {changed.By}");
                break;
            case NodeRejected rejected:
                yield return Row("rejected", $"node {rejected.Node}, {Words.Rejection(journal[rejected.Node].Rejected ?? new Rejection(rejected.By, rejected.Why))}");
                break;
            case NodeRestored restored:
                yield return Row("restored", $"node {restored.Node}, by {restored.By}");
                break;
            case NodeApplied applied:
                yield return Row("applied", $"node {applied.Node} to {applied.File}");
                break;
            case NodeAudited audited:
                yield return Row("audited", $"node {audited.Node}, executed for an audit: {Words.Count(audited.Findings.Length, "finding")}");
                break;
            case RunFinished finished:
                yield return Row("finished", finished.Why);
                break;
        }
    }

    /// <summary>Of which node a line speaks: where they come one after the other, of the one above.</summary>
    private static string Which(Journal journal, int node) => journal.Settings!.Workers > 1 ? $"{node,3}" : "";

    private static string Label(Node node) => $"{node.Id,3} {node.Operator.ToString().ToLowerInvariant()}{(node.Parents.IsEmpty ? "" : $" {string.Join('+', node.Parents)}")}";

    private static string Row(string label, string text) => $"{label,-14} {SafeText.OneLine(text, Width)}";
}
