using System.Globalization;
using AgentIde.Core.Runs;
using AgentIde.Core.Stepping;
using AgentIde.LanguageServer.Lsp;

namespace AgentIde.LanguageServer.Dap.Looking;

/// <summary>What has just happened, in one line. Plain text; what comes from engineers and programs is made visible.</summary>
internal static class StepWording
{
    private const int LongestText = 160;

    /// <param name="journal">After the event.</param>
    public static string Of(Journal journal, RunEvent @event) => @event switch
    {
        RunStarted started => $"{started.Settings.Run} begins: {Cut(started.Task.Title)}",
        RunResumed resumed => $"resumed: {Cut(resumed.Reason)}",
        HoldoutMade made => string.Create(CultureInfo.InvariantCulture, $"{made.Split.HoldoutRows:N0} rows are held out"),
        DataProfiled profiled => string.Create(CultureInfo.InvariantCulture, $"the data are read: {profiled.Profile.TrainRows:N0} rows, {profiled.Profile.Columns.Length} columns"),
        NodeStarted started => $"chosen: {Cut(started.Why)}",
        CallReserved reserved => $"asks {Cut(reserved.Model)}",
        CallWritten written => $"the model says: {Cut(written.Text.Length > 0 ? written.Text : written.Thinking)}",
        CallEnded { Problem: { } problem } => $"no answer: {problem}",
        CallEnded ended => string.Create(CultureInfo.InvariantCulture, $"the model has answered{(ended.Usage is { } usage ? $" ({Figures.Tokens(usage.Output)} tokens)" : "")}"),
        CallRefused refused => Cut(refused.Why),
        NodeProposed proposed => Cut(proposed.Plan),
        EngineerExhausted exhausted => Cut(exhausted.Why),
        ExecutionStarted started => started.Purpose == ExecutionPurpose.Refit ? "the refit begins" : started.Purpose == ExecutionPurpose.Fresh ? $"node {started.Node} is executed on the fresh split" : started.Fold is { } fold ? $"node {started.Node} is executed on fold {fold}" : $"execution {started.Attempt} begins",
        OutputWritten written => $"the program writes: {Cut(written.Text)}",
        ExecutionEnded ended => string.Create(CultureInfo.InvariantCulture, $"{(ended.Purpose == ExecutionPurpose.Refit ? "refitted" : "executed")}{(ended.Fold is { } part ? $" on fold {part}" : "")}{(ended.Execution.Seconds is { } seconds ? $" in {seconds:0.0} s" : "")}"),
        ExecutionAbandoned abandoned => $"abandoned: {Cut(abandoned.Why)}",
        NodeFolded folded => $"over all folds: {Wording.Score(journal, journal[folded.Node])}{(Wording.Gain(journal[folded.Node]) is { } better ? $", {better}" : "")}",
        NodeFoldFailed failed => $"no score over all folds: on fold {failed.Fold} it {failed.What}: {Cut(failed.Reason)}",
        NodeScored scored => Wording.Score(journal, journal[scored.Node]) + (Wording.Gain(journal[scored.Node]) is { } gain ? $", {gain}" : ""),
        NodeFailed failed => $"failed: {Cut(failed.Failure.Message)}",
        NodeReviewed { By: { } by } reviewed => $"{Cut(by)}: {Cut(reviewed.Summary)}",
        NodeReviewed reviewed => $"{(reviewed.IsSuspect ? "suspect" : "nothing suspect")}: {Cut(reviewed.Summary)}",
        ReviewFailed failed => $"no review: {Cut(failed.Why)}",
        FinalistsNamed named => string.Create(CultureInfo.InvariantCulture, $"the holdout does not tell nodes {string.Join(", ", named.Nodes)} apart: a fresh split holds out {named.Rows:N0} other rows"),
        FinalistTried { Score: { } score } tried => $"node {tried.Node} on the fresh split: {Figures.WithError(score, tried.StandardError)}",
        FinalistTried tried => $"node {tried.Node} has no score on the fresh split: {Cut(tried.Problem ?? "")}",
        SolutionChosen chosen => $"node {chosen.Node} is the result: {Cut(chosen.Why)}",
        SecondHoldoutOpened opened => $"on rows that nothing was chosen by: {Figures.WithError(opened.Score, opened.StandardError)}",
        SolutionRefitted refitted => $"the refit is {(refitted.Taken ? "taken" : "not taken")}: {Cut(refitted.Why)}",
        NodeApplied applied => $"node {applied.Node} was written into {Cut(applied.File)}",
        HintGiven given => $"{Cut(given.By)} said: {Cut(given.Text)}",
        BranchAsked asked => $"{Cut(asked.By)} asked for a branch of node {asked.Node}{(asked.Code is null ? "" : " with a program of their own")}{((asked.Plan ?? asked.Hint) is { } wanted ? $": {Cut(wanted)}" : "")}",
        BudgetChanged changed => string.Create(CultureInfo.InvariantCulture, $"{Cut(changed.By)} gave the run {Show.Count(changed.Budget.Nodes, "node")} and {changed.Budget.Seconds:0.#} s in all"),
        NodeRejected rejected => $"{Cut(rejected.By)} rejected node {rejected.Node}{(rejected.Why is { } why ? $": {Cut(why)}" : "")}",
        NodeRestored restored => $"{Cut(restored.By)} restored node {restored.Node}",
        RunPaused paused => $"{(paused.Node is { } held ? $"node {held} is held" : "paused")} by {Cut(paused.By)}{(paused.Breakpoint is { } met ? $", at {Cut(met)}" : "")}",
        RunContinued continued => $"{(continued.Node is { } released ? $"node {released} is let go for one step" : "continued")} by {Cut(continued.By)}",
        RunFinished finished => $"finished: {Cut(finished.Why)}",
        PrivateScored { Score: { } score } => $"private score {Figures.Rounded(score, journal.Choice is { } choice ? journal[choice.Node].Standing?.StandardError : null)}",
        PrivateScored scored => $"no private score: {Cut(scored.Problem ?? "")}",
        NodeAudited audited => $"node {audited.Node} was executed for an audit: {Show.Count(audited.Findings.Length, "finding")}",
        _ => @event.GetType().Name,
    };

    /// <summary><c>Score of Improve (node 7): RMSLE 0.09310 ± 0.00040</c></summary>
    public static string Name(Journal journal, RunStep step, RunEvent @event)
    {
        string of = step.Node is { } node ? $"{step.Kind} of {Wording.Step(journal[node])}" : step.Kind.ToString();
        return $"{of}: {Of(journal, @event)}";
    }

    private static string Cut(string text) => PlainText.Visible(text.Trim(), LongestText);
}
