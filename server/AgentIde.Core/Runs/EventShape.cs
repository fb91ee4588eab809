using AgentIde.Core.Auditing;
using AgentIde.Core.Engineering;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Core.Runs;

/// <summary>
/// Whether an event that was read has all that its kind must have. JSON may leave anything out, and a log may come from
/// a stranger: what is missing is found here, once, so that the fold and its readers need not ask.
/// </summary>
internal static class EventShape
{
    public static bool IsWhole(RunEvent @event) => @event switch
    {
        RunStarted started => IsWhole(started.Settings) && IsWhole(started.Task) && (started.Sandbox is null ? started.Settings.Origin is not null : IsWhole(started.Sandbox)),
        RunResumed resumed => resumed.Reason is not null && (resumed.Budget is null || Spending.IsPossible(resumed.Budget)) && (resumed.Sandbox is null || IsWhole(resumed.Sandbox)),
        HoldoutMade made => made.Split is { Why: not null, Files.IsDefault: false, Distinguishable: null or { Text: not null } },
        DataProfiled profiled => !profiled.Observations.IsDefault && IsWhole(profiled.Profile),
        NodeStarted started => !started.Parents.IsDefault && !started.Draws.IsDefault && started.Why is not null,
        CallReserved reserved => reserved is { Model: not null, Prompt.IsDefault: false, Maximum: not null } && Spending.IsPossible(reserved.Maximum, reserved.Dollars),
        CallWritten written => written is { Thinking: not null, Text: not null, Characters: >= 0 },
        CallEnded ended => ended is { Message: not null, Answer: null or { IsDefault: false }, Thinking: null or { IsDefault: false } } && Spending.IsPossible(ended.Usage ?? TokenUsage.None, ended.Dollars),
        CallRefused refused => refused.Why is not null,
        NodeProposed proposed => proposed is { Plan: not null, Code.IsDefault: false, Reasons.IsDefault: false, Samples: null or { IsDefault: false }, Origin: null or { Id: not null } } && proposed.Reasons.All(reason => reason is { Block: not null, Text: not null }),
        EngineerExhausted exhausted => exhausted.Why is not null,
        OutputWritten written => written.Text is not null,
        ExecutionEnded ended => ended.Execution is { Output.IsDefault: false },
        ExecutionAbandoned abandoned => abandoned.Why is not null,
        NodeScored scored => scored.Score is { Comparisons.IsDefault: false, Blends: null or { IsDefault: false } } && scored.Score.Comparisons.Concat(scored.Score.Blends ?? []).All(comparison => comparison is not null),
        NodeFailed failed => failed.Failure is { Message: not null },
        NodeFolded folded => double.IsFinite(folded.Score) && folded is { StandardError: >= 0 and < double.PositiveInfinity, Rows: > 0, Comparisons.IsDefault: false } && folded.Comparisons.All(comparison => comparison is not null),
        NodeFoldFailed failed => failed.Reason is not null,
        NodeReviewed reviewed => reviewed is { Summary: not null, Findings.IsDefault: false } && reviewed.Findings.All(finding => finding is { Kind: not null, Text: not null }),
        ReviewFailed failed => failed.Why is not null,
        FinalistsNamed named => named is { Nodes.IsDefault: false, Rows: > 0, Files.IsDefault: false },
        FinalistTried tried => tried.Problem is not null ? tried is { Score: null, StandardError: null } : tried is { Score: { } score, StandardError: >= 0 and < double.PositiveInfinity } && double.IsFinite(score),
        SolutionChosen chosen => chosen.Why is not null,
        SecondHoldoutOpened opened => double.IsFinite(opened.Score) && opened is { StandardError: >= 0 and < double.PositiveInfinity, Rows: > 0 },
        SolutionRefitted refitted => refitted is { Why: not null, Submission.IsDefault: false },
        NodeApplied applied => applied is { File: not null, Code.IsDefault: false },
        HintGiven given => given is { By: not null, Text: not null },
        BranchAsked asked => asked is { By: not null, Code: null or { IsDefault: false } } && (asked.Comment is null || ReviewComment.IsWhole(asked.Comment)),
        BudgetChanged changed => changed is { By: not null, Budget: { Nodes: > 0, Seconds: > 0 and < double.PositiveInfinity } budget } && Spending.IsPossible(budget),
        NodeRejected rejected => rejected.By is not null,
        NodeRestored restored => restored.By is not null,
        RunPaused paused => paused.By is not null,
        RunContinued continued => continued.By is not null,
        RunFinished finished => finished is { Why: not null, Journal.IsDefault: false },
        NodeAudited audited => audited is { Executions.IsDefault: false, Findings.IsDefault: false }
            && audited.Executions.All(execution => execution is { What: not null, Result: not null } && execution.Node == audited.Node)
            && audited.Findings.All(finding => finding is { Evidence: not null, Basis: AuditBasis.Executed, Line: null } && finding.Node == audited.Node),
        _ => true,
    };

    private static bool IsWhole(RunSettings? settings) =>
        settings is { Run.Value: not null, TaskFolder: not null, SolutionFile: not null, Engineer: not null, Policy: not null, Budget: not null } && Spending.IsPossible(settings.Budget)
        && settings.Operators is not { IsDefault: true }
        && settings.Fork is null or { Run.Value: not null, Journal.IsDefault: false, Seconds: >= 0 and < 1e9, Elapsed: null or { IsDefault: false }, PullRequest: null or { Run.Value: not null, Identity.IsDefault: false, Made: { IsDefault: false } } }
        && (settings.Fork?.Elapsed is not { } elapsed || elapsed.All(seconds => seconds is >= 0 and < 1e9))
        && (settings.Fork?.PullRequest is not { } kept || kept.Made.All(made => made is { Run.Value: not null }))
        && (settings.Issue is null || IssueSource.IsWhole(settings.Issue))
        && settings.Origin is null or { Program: not null, File: not null, Metric: not null, Digest.IsDefault: false, Missing.IsDefault: false }
        && (settings.Models is not { } models || (!models.IsDefault && models.All(model => model is { Name: not null })));

    private static bool IsWhole(TaskFacts? task) =>
        task is { Id: not null, Title: not null, Description: not null, Metric: { Name: not null, DisplayName: not null }, Label: not null, IdColumn: not null, Targets.IsDefault: false, Digest.IsDefault: false }
        && task.Targets.All(target => target is not null) && task.Files is not { IsDefault: true } && (task.Files is not { } files || files.All(file => file is { Train: not null }));

    private static bool IsWhole(SandboxReport? report) =>
        report is { Engine: not null, Version: not null, Interpreter: not null, Guarantees.IsDefault: false }
        && report.Guarantees.All(guarantee => guarantee is { Name: not null, How: not null });

    private static bool IsWhole(DataProfile? profile) =>
        profile is { Columns.IsDefault: false, Classes.IsDefault: false }
        && profile.Columns.All(column => column is { Name: not null, Top.IsDefault: false })
        && profile.Classes.All(value => value is { Value: not null });
}
