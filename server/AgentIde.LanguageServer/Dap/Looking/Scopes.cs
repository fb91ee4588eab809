using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using AgentIde.Core.Engineering;
using AgentIde.Core.Review;
using AgentIde.Core.Runs;
using AgentIde.Core.Stepping;
using AgentIde.LanguageServer.Lsp;

namespace AgentIde.LanguageServer.Dap.Looking;

/// <summary>What there is to look at in a node and in its run, as it stood at a moment: nothing of it is of later.</summary>
internal sealed class Scopes(DebugRun run, Documents documents)
{
    /// <summary>The node, its thought and what became of it.</summary>
    public Parts Node(Journal journal, Node node) => Parts.Named(
        new Entry("node", Show.Number(node.Id)),
        new Entry("operator", Show.Word(Wording.Operator(node.Operator))),
        new Entry("parents", node.Parents.IsEmpty ? Show.Nothing : Show.Word(string.Join(", ", node.Parents))),
        new Entry("children", node.Children.IsEmpty ? Show.Nothing : Show.Word(string.Join(", ", node.Children))),
        new Entry("stage", Show.Word(node.Stage.ToString())),
        new Entry("why", Show.Text(node.Why)),
        new Entry("hint", node.Hint is { } hint ? Show.Text(hint) : Show.Nothing, new BranchChange(node.Id, BranchPart.Hint)),
        new Entry("plan", node.Plan is { } plan ? Show.Text(plan, documents.Thought(node.Id)) : Show.Nothing, new BranchChange(node.Id, BranchPart.Plan)),
        new Entry("code", node.Code is { } code ? CodeOf(node, code) : Show.Nothing, node.Code is null ? null : new BranchChange(node.Id, BranchPart.Code)),
        node.Author is { } author ? new Entry("author", Show.Word(author)) : null,
        node.Given is { Plan: { } wanted, Code: null, By: var by } ? new Entry($"plan by {PlainText.Visible(by, 40)}", Show.Text(wanted)) : null,
        new Entry("reasons", Show.List(node.Reasons, "reason", "reasons", ReasonOf)),
        node.Notes is { } notes ? new Entry("notes", Show.Text(notes)) : null,
        node.SameAs is { } same ? new Entry("same as", Show.Word($"node {same}")) : null,
        new Entry("draws", DrawsOf(node)),
        new Entry("score", node.Standing is { } score ? ScoreOf(journal, node, score) : Show.Nothing),
        node.Folds is { } folds ? new Entry("folds", FoldsOf(journal, node, folds)) : null,
        node is { Parent: { } parent, Code: { } its } && journal[parent].Code is { } theirs ? new Entry($"against node {parent}", AgainstOf(journal, node, its, journal[parent], theirs)) : null,
        new Entry("failure", node.Failure is { } failure ? FailureOf(failure) : Show.Nothing),
        new Entry("review", node.Review is { } review ? ReviewOf(node, review) : Show.Nothing),
        node.Rejected is { } rejected ? new Entry("rejected", Show.Word(Wording.Rejection(rejected))) : null);

    /// <summary>What the sandbox saw of it.</summary>
    public async ValueTask<Parts> ExecutionAsync(Journal journal, Node node, CancellationToken cancellationToken)
    {
        Node executed = journal.Executed(node.Id);
        if (executed.Execution is not { } execution)
        {
            return Parts.Named(
                new Entry("attempts", Show.Number(node.Attempts)),
                new Entry("ending", Show.Nothing),
                node.OutputSoFar.Length > 0 ? new Entry("output so far", Show.Text(node.OutputSoFar)) : null);
        }

        string output = await ReadAsync(execution.Output, cancellationToken).ConfigureAwait(false);
        return Parts.Named(
            executed.Id != node.Id ? new Entry("of", Show.Word($"node {executed.Id}, which has the same code")) : null,
            new Entry("attempts", Show.Number(executed.Attempts)),
            new Entry("ending", Show.Word(execution.Ending.ToString())),
            execution.ExitCode is { } exit ? new Entry("exit code", Show.Number(exit)) : null,
            execution.Signal is { } signal ? new Entry("signal", Show.Number(signal)) : null,
            execution.OutOfMemory ? new Entry("out of memory", Show.Truth(true)) : null,
            new Entry("seconds", Show.Seconds(execution.Seconds)),
            new Entry("CPU seconds", Show.Seconds(execution.CpuSeconds)),
            new Entry("peak memory", Show.Bytes(execution.PeakMemoryBytes)),
            new Entry("output", output.Length > 0 ? Show.Text(output, documents.Output(executed.Id)) : Show.Nothing),
            new Entry("submission", execution.Submission is { } submission ? Show.Word(submission.Hex) : Show.Nothing),
            execution.SubmissionProblem is { } problem ? new Entry("submission's problem", Show.Text(problem)) : null,
            new Entry("claim", execution.Claim is { } claim ? Show.Number(claim) : Show.Nothing));
    }

    /// <summary>What models were asked for it and what they answered; empty where none was.</summary>
    public Parts Model(Node node) => Parts.Named(
        [
            .. node.Calls.Select(call => new Entry($"call {call.Number}", CallOf(node, call))),
            node.SampleOf is { } sample ? new Entry("answer of", Show.Word($"call {sample.Call}, made for node {sample.Node}")) : null,
        ]);

    /// <summary>The run: its task and data, how far it is, what it has spent, what people said.</summary>
    public static Parts Search(Journal journal)
    {
        RunSettings settings = journal.Settings!;
        TaskFacts task = journal.Task!;
        return Parts.Named(
            new Entry("run", Show.Word(settings.Run.Value)),
            new Entry("task", Show.Group(
                task.Title,
                new Entry("id", Show.Word(task.Id)),
                new Entry("description", Show.Text(task.Description)),
                new Entry("metric", Show.Word(task.Metric.DisplayName)),
                new Entry("direction", Show.Word(task.Metric.Direction == MetricDirection.LowerIsBetter ? "lower is better" : "higher is better")),
                new Entry("label", Show.Word(task.Label)))),
            new Entry("engineer", Show.Word(settings.Engineer)),
            new Entry("policy", Show.Word(settings.Policy)),
            new Entry("seed", settings.Origin is null ? Show.Number(settings.Seed) : Show.Unknown),
            new Entry("nodes", Show.Word(settings.Origin is null ? $"{journal.Nodes.Count} of {settings.Budget.Nodes}" : $"{journal.Nodes.Count}")),
            new Entry("limits", settings.Origin is not null ? Show.Unknown : Show.Group(
                string.Create(CultureInfo.InvariantCulture, $"{Show.Count(settings.Budget.Nodes, "node")}, {settings.Budget.Seconds:0.#} s"),
                new Entry("nodes", Show.Number(settings.Budget.Nodes), new LimitChange(OfNodes: true)),
                new Entry("seconds", Show.Number(settings.Budget.Seconds), new LimitChange(OfNodes: false)))),
            new Entry("valid nodes", Show.Number(journal.ValidNodes)),
            new Entry("drafts", Show.Number(journal.Drafts)),
            new Entry("buggy leaves", journal.BuggyLeaves.IsEmpty ? Show.Nothing : Show.Word(string.Join(", ", journal.BuggyLeaves.Take(50)))),
            new Entry("best", journal.Best is { } best ? Show.Word($"node {best}: {Wording.Score(journal, journal[best])}") : Show.Nothing),
            new Entry("spent", settings.Origin is null
                ? Show.Word(string.Create(CultureInfo.InvariantCulture, $"{journal.Spent.TotalSeconds:0.0} of {settings.Budget.Seconds:0.#} s"))
                : Show.Unknown),
            new Entry("models", SpendingOf(journal.Spending)),
            new Entry("split", journal.Split is { } split ? Show.Group(
                $"{split.Kind.ToString().ToLowerInvariant()}, {split.HoldoutRows} rows held out",
                new Entry("train rows", Show.Number(split.TrainRows)),
                new Entry("holdout rows", Show.Number(split.HoldoutRows)),
                new Entry("second holdout rows", split.SecondRows is { } second ? Show.Number(second) : Show.Nothing),
                split.Folds is { } folds ? new Entry("folds", Show.Number(folds)) : null,
                new Entry("test rows", Show.Number(split.TestRows)),
                new Entry("why", Show.Text(split.Why)),
                new Entry("distinguishable", split.Distinguishable is { } told ? Show.Text(told.Text) : Show.Nothing)) : Show.Nothing),
            new Entry("features", journal.Profile is { } profile ? Show.List(profile.Columns, "column", "columns", ColumnOf) : Show.Nothing),
            new Entry("observations", Show.List(journal.Observations, "observation", "observations", text => Show.Text(text))),
            new Entry("hints", Show.List(journal.Hints, "hint", "hints", given => Show.Text($"{given.By}: {given.Text}"))),
            new Entry("tell the engineer", Show.Nothing, new HintChange()),
            new Entry("asked for", Show.List(journal.Asked, "branch", "branches", branch => Show.Word($"a branch of node {branch.Node}, by {branch.By}"))),
            new Entry("paused", Show.Truth(journal.IsPaused)),
            journal.FinalRound is { } round ? new Entry("fresh split", Show.List(round.Finalists, "finalist", "finalists", finalist => Show.Word(finalist.Result switch
            {
                null => $"node {finalist.Node}: not tried yet",
                { Score: { } score } tried => $"node {finalist.Node}: {Figures.WithError(score, tried.StandardError)}",
                { Problem: var problem } => $"node {finalist.Node}: {PlainText.Visible(problem ?? "", 160)}",
            }))) : null,
            journal.Choice is { } choice ? new Entry("result", Show.Group($"node {choice.Node}", new Entry("why", Show.Text(choice.Why)), choice.Second is { } opened ? new Entry("second holdout", Show.Number(opened.Score)) : null, choice.Refit is { } refit ? new Entry("refit", Show.Text(refit.Why)) : null)) : null,
            journal.Private is { } grade ? new Entry("private score", grade.Score is { } value ? Show.Number(value) : Show.Text(grade.Problem ?? "none")) : null);
    }

    private Value CodeOf(Node node, Digest code)
    {
        Document document = documents.Code(node.Id, code);
        int lines = node.Lines ?? 1;
        return Show.TextToRead(
            string.Create(CultureInfo.InvariantCulture, $"{(node.Lines is null ? "" : $"{Show.Count(lines, "line")}, ")}{document.Name}, {code.Short}"), lines,
            async cancellationToken => await ReadAsync(code, cancellationToken).ConfigureAwait(false), document, line => new BranchChange(node.Id, BranchPart.Code) { Line = line });
    }

    /// <summary>A branch beside what it comes from: both scores, the paired difference, and what the programs differ in.</summary>
    private Value AgainstOf(Journal journal, Node node, Digest code, Node parent, Digest before) => Show.Group(
        node.IsDone ? Wording.Gain(node, parent.Id) ?? "not compared: only what has a score can be" : "not known yet",
        new Entry($"node {parent.Id}", Show.Word(Outcome(journal, parent))),
        new Entry($"node {node.Id}", Show.Word(Outcome(journal, node))),
        Wording.Compared(node, parent.Id) is { } comparison ? new Entry("gain", Show.Measured(comparison.Gain, comparison.StandardError)) : null,
        Wording.Compared(node, parent.Id) is { } paired ? new Entry("standard error of the gain", Show.Measured(paired.StandardError, paired.StandardError)) : null,
        new Entry("difference", Show.TextToRead(
            $"what the code of node {node.Id} has otherwise", null,
            async cancellationToken => await DifferenceAsync(before, code, cancellationToken).ConfigureAwait(false),
            documents.Difference(node.Id, parent.Id, before, code))));

    private static string Outcome(Journal journal, Node node) => node.Failure is { } failure ? $"failed: {failure.Message}" : Wording.Score(journal, node);

    private async Task<string> DifferenceAsync(Digest before, Digest after, CancellationToken cancellationToken) =>
        string.Join('\n', CodeDifference.Of(await ReadAsync(before, cancellationToken).ConfigureAwait(false), await ReadAsync(after, cancellationToken).ConfigureAwait(false)));

    /// <summary>The random numbers that the policy drew when it chose the node.</summary>
    private Value DrawsOf(Node node) => run.History[run.History.StartOf(node.Id)].Event is NodeStarted { Draws: { IsEmpty: false } draws }
        ? Show.List(draws, "draw", "draws", Show.Number)
        : Show.Nothing;

    private static Value ReasonOf(Reason reason) => Show.Group(
        $"lines {reason.FirstLine} to {reason.LastLine}, {reason.Block}: {reason.Text}",
        new Entry("block", Show.Word(reason.Block)),
        new Entry("first line", Show.Number(reason.FirstLine)),
        new Entry("last line", Show.Number(reason.LastLine)),
        new Entry("text", Show.Text(reason.Text)));

    private static Value ScoreOf(Journal journal, Node node, Score score) => Show.Group(
        Wording.Score(journal, node),
        new Entry("value", Show.Number(score.Value)),
        new Entry("standard error", Show.Number(score.StandardError)),
        new Entry("kind", Show.Word(score.Kind.ToString())),
        new Entry("claim", score.Claim is { } claim ? Show.Number(claim) : Show.Nothing),
        new Entry("comparisons", Show.List(score.Comparisons, "comparison", "comparisons", comparison => Show.Group(
            $"with node {comparison.Other}: {Figures.WithError(comparison.Gain, comparison.StandardError)}",
            new Entry("node", Show.Number(comparison.Other)),
            new Entry("gain", Show.Measured(comparison.Gain, comparison.StandardError)),
            new Entry("standard error", Show.Measured(comparison.StandardError, comparison.StandardError))))),
        score.Blends is { IsEmpty: false } blends ? new Entry("blends", Show.List(blends, "blend", "blends", blend => Show.Word(
            $"with node {blend.Other}: {Figures.WithError(blend.Gain, blend.StandardError)} over the better of the two"))) : null);

    private static Value FoldsOf(Journal journal, Node node, NodeFolds folds) => Show.Group(
        Wording.Folds(journal, node) ?? "",
        new Entry("fold 1", node.Score is { } first ? Show.Word(Figures.WithError(first.Value, first.StandardError)) : Show.Nothing),
        new Entry("executions", Show.List(folds.Executions, "execution", "executions", fold => Show.Word(
            $"fold {fold.Fold}: {(fold.Execution is { } execution ? string.Create(CultureInfo.InvariantCulture, $"{execution.Ending}{(execution.Seconds is { } seconds ? $", {seconds:0.0} s" : "")}") : $"attempt {fold.Attempts}, not ended")}"))),
        folds.Result is { } result ? new Entry("rows", Show.Number(result.Rows)) : null);

    private static Value FailureOf(Failure failure) => Show.Group(
        failure.Message,
        new Entry("kind", Show.Word(failure.Kind.ToString())),
        new Entry("message", Show.Text(failure.Message)),
        new Entry("line", failure.Line is { } line ? Show.Number(line) : Show.Nothing),
        new Entry("traceback", failure.Traceback is { } traceback ? Show.Text(traceback) : Show.Nothing));

    private static Value ReviewOf(Node node, NodeReview review) => Show.Group(
        Wording.Review(node.Id, review),
        new Entry("suspect", review.By is null ? Show.Truth(review.IsSuspect) : Show.Unknown),
        new Entry("summary", Show.Text(review.Problem ?? review.Summary)),
        new Entry("findings", Show.List(review.Findings, "finding", "findings", finding => Show.Text($"lines {finding.FirstLine} to {finding.LastLine}, {finding.Kind}: {finding.Text}"))));

    private Value CallOf(Node node, ModelCall call) => Show.Group(
        $"{call.Model}{(call.IsReview ? ", a review" : "")}, {(call.IsOpen ? "under way" : call.IsUncounted ? "tokens not known" : $"{Figures.Tokens(call.Usage.Total)} tokens")}",
        new Entry("model", Show.Word(call.Model)),
        new Entry("prompt", BlobOf("what it was asked", call.Prompt, documents.Prompt(node.Id, call))),
        call.SoFar is { Thinking: { Length: > 0 } thinks } ? new Entry("thinking so far", Show.Text(thinks)) : null,
        call.SoFar is { Text: { Length: > 0 } says } ? new Entry("answer so far", Show.Text(says)) : null,
        call.Outcome?.Answer is { } answer ? new Entry("answer", BlobOf(call.Outcome.IsCut is true ? "what it answered, cut" : "what it answered", answer, documents.Reply(node.Id, call))) : null,
        call.Outcome?.Thinking is { } thinking ? new Entry("thinking", BlobOf("what it showed of its reasoning", thinking, documents.Thinking(node.Id, call))) : null,
        call.Outcome?.Problem is { } problem ? new Entry("problem", Show.Word(problem.ToString())) : null,
        new Entry("tokens", IsCounted(call) ? TokensOf(call.Usage) : Show.Unknown),
        new Entry("dollars", call.Dollars is { } dollars ? Show.Dollars(dollars) : IsCounted(call) ? Show.Nothing : Show.Unknown),
        call.Outcome is { } outcome ? new Entry("seconds", Show.Seconds(outcome.Seconds)) : null);

    private Value BlobOf(string what, Digest digest, Document? document) => Show.TextToRead(
        document is null ? what : $"{what}: {document.Name}", null, async cancellationToken => await ReadAsync(digest, cancellationToken).ConfigureAwait(false), document);

    /// <summary>A call that another program made was counted by nobody, and nothing is set aside for it.</summary>
    private static bool IsCounted(ModelCall call) => call.Outcome is null ? call.Usage.Total > 0 : !call.IsUncounted;

    private static Value SpendingOf(Spending spending) => spending.Calls == 0 ? Show.Nothing : Show.Group(
        $"{Show.Count(spending.Calls, "call")}, {(IsCounted(spending.Total) ? $"{Figures.Tokens(spending.Total.Tokens)} tokens" : "tokens not known")}",
        [.. spending.ByModel.Select(model => new Entry(PlainText.Visible(model.Key, 100), Show.Group(
            Show.Count(model.Value.Calls, "call"),
            new Entry("calls", Show.Number(model.Value.Calls)),
            new Entry("under way", Show.Number(model.Value.Open)),
            new Entry("tokens", IsCounted(model.Value) ? TokensOf(model.Value.Settled) : Show.Unknown),
            new Entry("dollars", IsCounted(model.Value) ? Show.Dollars(model.Value.SettledDollars) : Show.Unknown))))]);

    private static bool IsCounted(Outlay outlay) => outlay.Tokens > 0 || outlay.Uncounted + outlay.Open < outlay.Calls;

    private static Value TokensOf(TokenUsage usage) => Show.Group(
        string.Create(CultureInfo.InvariantCulture, $"{usage.Input:N0} in, {usage.Output:N0} out"),
        new Entry("input", Show.Number(usage.Input)),
        new Entry("cached input", Show.Number(usage.CachedInput)),
        new Entry("output", Show.Number(usage.Output)),
        new Entry("reasoning", Show.Number(usage.Reasoning)));

    private static Value ColumnOf(ColumnProfile column) => Show.Group(
        $"{column.Name}: {column.Kind.ToString().ToLowerInvariant()}, {column.Distinct} distinct, {column.Missing} missing",
        new Entry("name", Show.Word(column.Name)),
        new Entry("kind", Show.Word(column.Kind.ToString())),
        new Entry("missing", Show.Number(column.Missing)),
        new Entry("distinct", Show.Number(column.Distinct)),
        new Entry("in test", Show.Truth(column.InTest)),
        new Entry("unseen in test", Show.Number(column.UnseenInTest)),
        column.TargetCorrelation is { } correlation ? new Entry("correlation with the label", Show.Number(correlation)) : null,
        column.Numbers is { } numbers ? new Entry("numbers", Show.Group(
            string.Create(CultureInfo.InvariantCulture, $"{numbers.Minimum:G4} to {numbers.Maximum:G4}, median {numbers.Median:G4}"),
            new Entry("minimum", Show.Number(numbers.Minimum)),
            new Entry("quarter", Show.Number(numbers.Quarter)),
            new Entry("median", Show.Number(numbers.Median)),
            new Entry("three quarters", Show.Number(numbers.ThreeQuarters)),
            new Entry("maximum", Show.Number(numbers.Maximum)),
            new Entry("mean", Show.Number(numbers.Mean)),
            new Entry("standard deviation", Show.Number(numbers.StandardDeviation)),
            new Entry("skewness", Show.Number(numbers.Skewness)),
            new Entry("zeros", Show.Number(numbers.Zeros)),
            new Entry("negatives", Show.Number(numbers.Negatives)))) : null,
        new Entry("top values", Show.List(column.Top, "value", "values", value => Show.Word($"{value.Value}: {value.Count}"))));

    private async Task<string> ReadAsync(Digest digest, CancellationToken cancellationToken) =>
        Encoding.UTF8.GetString((await run.Store.ReadBlobAsync(run.Run, digest, cancellationToken).ConfigureAwait(false)).Span);
}
