using System.Collections.Immutable;
using AgentIde.Core.Runs;
using static AgentIde.Core.Conditions.ConditionValue;

namespace AgentIde.Core.Conditions;

/// <summary>The run as a whole, what it has spent, and the step that has just happened.</summary>
internal static class RunNames
{
    public static ImmutableArray<ConditionName> All { get; } =
    [
        Text("run", "run.name", "The name of the run", journal => journal.Settings?.Run.Value),
        Text("task", "run.task", "The id of the task", journal => journal.Task?.Id),
        Text("metric", "run.metric", "The name of the metric", journal => journal.Task?.Metric.Name),
        Text("engineer", "run.engineer", "The name and version of the engineer", journal => journal.Settings?.Engineer),
        Text("policy", "run.policy", "The name of the policy", journal => journal.Settings?.Policy),
        new("language", "run.language", ConditionKind.Word, "The language of the solutions") { Words = Vocabulary.Languages, OfRun = journal => journal.Settings is { } settings ? Vocabulary.Languages.Value((int)settings.Language) : None },
        Number("nodes", "run.nodes", "How many nodes were started", journal => Of(journal.Nodes.Count)),
        Number("validNodes", "run.validNodes", "How many nodes are valid", journal => Of(journal.ValidNodes)),
        Number("drafts", "run.drafts", "How many drafts were started", journal => Of(journal.Drafts)),
        Number("hints", "run.hints", "How many hints people gave", journal => Of(journal.Hints.Count)),
        Number("elapsed", "run.elapsed", "Wall time while the run was running", journal => IsOurs(journal) ? Of(journal.Spent.TotalSeconds) : None) with { Unit = ConditionUnit.Seconds },
        Number("budget", "run.budget", "The part of its budget that is spent: of nodes, time, tokens or dollars, whichever is most", journal => IsOurs(journal) ? Of(Share(journal)) : None) with { Unit = ConditionUnit.Share },
        Number("limits.nodes", "limits.nodes", "How many nodes the run may start", journal => IsOurs(journal) ? Of(journal.Settings?.Budget.Nodes) : None),
        Number("limits.seconds", "limits.seconds", "How much wall time the run may take", journal => IsOurs(journal) ? Of(journal.Settings?.Budget.Seconds) : None) with { Unit = ConditionUnit.Seconds },
        Truth("paused", "run.paused", "Whether the run is paused", journal => Of(journal.IsPaused)),
        Truth("finished", "run.finished", "Whether the run has finished", journal => Of(journal.Finished is not null)),

        Number("spend", "spend.dollars", "What its calls to models cost so far, those under way left out", Dollars) with { Unit = ConditionUnit.Dollars },
        Number("dollars", "run.dollars", "The same as spend", Dollars) with { Unit = ConditionUnit.Dollars },
        Number("tokens", "spend.tokens", "Tokens of its calls to models, those under way left out", journal => Told(journal, journal.Spending.Total.Settled.Total)),
        Number("calls", "spend.calls", "How many calls to models were made", journal => Told(journal, journal.Spending.Calls)),

        new("step", "step.kind", ConditionKind.Word, "What has just happened") { Words = Vocabulary.Steps, OfStep = step => OfWord(RunJson.KindOf(step.Event)) },
        new("seq", "step.seq", ConditionKind.Number, "The number of the event in the run's log") { OfStep = step => Of(step.Seq) },
        new("said", "step.said", ConditionKind.Text, "What was written with it: output of code, words of a model, a hint, a reason") { OfStep = step => OfText(Said(step.Event)) },
    ];

    private static ConditionName Number(string name, string fullName, string meaning, Func<Journal, ConditionValue> read) =>
        new(name, fullName, ConditionKind.Number, meaning) { OfRun = read };

    private static ConditionName Truth(string name, string fullName, string meaning, Func<Journal, ConditionValue> read) =>
        new(name, fullName, ConditionKind.Truth, meaning) { OfRun = read };

    private static ConditionName Text(string name, string fullName, string meaning, Func<Journal, string?> read) =>
        new(name, fullName, ConditionKind.Text, meaning) { OfRun = journal => OfText(read(journal)) };

    /// <summary>A figure that a run from elsewhere has only where its file tells it: a nought there is a gap.</summary>
    internal static ConditionValue Told(Journal journal, double value) => value > 0 || IsOurs(journal) ? Of(value) : None;

    private static bool IsOurs(Journal journal) => journal.Settings is not { Origin: not null };

    private static ConditionValue Dollars(Journal journal) => Told(journal, (double)journal.Spending.Total.SettledDollars);

    private static double? Share(Journal journal)
    {
        if (journal.Settings?.Budget is not { } budget)
        {
            return null;
        }

        double nodes = budget.Nodes > 0 ? (double)journal.Nodes.Count / budget.Nodes : 1;
        double time = budget.Seconds > 0 ? journal.Spent.TotalSeconds / budget.Seconds : 1;
        return Math.Max(Math.Max(nodes, time), journal.Spending.Share(budget) ?? 0);
    }

    private static string? Said(RunEvent @event) => @event switch
    {
        OutputWritten written => written.Text,
        CallWritten written => written.Text.Length > 0 ? written.Text : written.Thinking,
        CallEnded ended => ended.Message,
        CallRefused refused => refused.Why,
        NodeStarted started => started.Why,
        NodeProposed proposed => proposed.Plan,
        NodeFailed failed => failed.Failure.Message,
        NodeFoldFailed failed => failed.Reason,
        NodeReviewed reviewed => reviewed.Summary,
        ReviewFailed failed => failed.Why,
        EngineerExhausted exhausted => exhausted.Why,
        ExecutionAbandoned abandoned => abandoned.Why,
        FinalistTried tried => tried.Problem,
        SolutionChosen chosen => chosen.Why,
        SolutionRefitted refitted => refitted.Why,
        HintGiven given => given.Text,
        BranchAsked asked => asked.Plan ?? asked.Hint,
        NodeRejected rejected => rejected.Why,
        RunFinished finished => finished.Why,
        RunResumed resumed => resumed.Reason,
        _ => null,
    };
}
