using AgentIde.Core.Conditions;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Core.Tests.Conditions;

/// <summary>A small run with a node of each kind, on a metric where lower is better. Its events are one second apart.</summary>
internal static class ConditionRun
{
    public const int First = 1;

    /// <summary>Improves the first, and is the best.</summary>
    public const int Best = 2;

    /// <summary>A draft that ended with a KeyError in line 7.</summary>
    public const int Broken = 3;

    /// <summary>Debugs the broken one.</summary>
    public const int Mended = 4;

    /// <summary>Improves the best, and is a little worse.</summary>
    public const int Worse = 5;

    /// <summary>Has only begun.</summary>
    public const int Begun = 6;

    public static Journal Journal { get; } = Build().Journal;

    public static IReadOnlyList<RecordedEvent> Events { get; } = Build().Events;

    public static ConditionScope At(int? node, RunEvent? step = null, Journal? journal = null) =>
        new(journal ?? Journal, node is { } id ? (journal ?? Journal)[id] : null, step is null ? null : new RecordedEvent(41, default, 1, step));

    private static JournalBuilder Build()
    {
        JournalBuilder run = new(budget: new Budget(12, 600, Dollars: 2));
        Digest code = Digest.Of("code");
        run.Begin(Operator.Draft);
        TokenUsage usage = new(900, 0, 100, 0);
        run.Add(new CallReserved(1, 1, "openai:gpt-5.1", Digest.Of("prompt"), new TokenUsage(2_000, 0, 500, 0), 0.5m, new DateOnly(2026, 1, 1)));
        run.Add(new CallEnded(1, 1, Digest.Of("answer"), null, null, "", usage, 0.42m, 12.5));
        run.Add(new NodeProposed(1, "Fit a forest on a log target.", code, [], "notes of mine", null, 40));
        run.Add(new ExecutionStarted(1, 1, ExecutionPurpose.Search));
        run.Add(new ExecutionEnded(1, 1, ExecutionPurpose.Search, new ExecutionRecord(Ending.Exited, 0, null, false, 95, 180, 600L << 20, Digest.Of("output"), Digest.Of("submission"), null, 0.4)));
        run.Add(new NodeScored(1, new Score(0.5, ScoreKind.Verified, 0.01, 0.4, [])));
        run.Add(new NodeReviewed(1, "It fits its encoder on test rows.", true, [new ReviewFinding(3, 4, "leak", "fitted on both")]));

        run.Begin(Operator.Improve, 1);
        run.Add(new NodeProposed(2, "Clip the target's tail.", Digest.Of("better"), [], null, null, 44));
        run.Add(new ExecutionStarted(2, 1, ExecutionPurpose.Search));
        run.Add(new ExecutionAbandoned(2, 1, ExecutionPurpose.Search, "the process died"));
        run.Add(new ExecutionStarted(2, 2, ExecutionPurpose.Search));
        run.Add(new ExecutionEnded(2, 2, ExecutionPurpose.Search, new ExecutionRecord(Ending.Exited, 0, null, false, 20, 30, 300L << 20, Digest.Of("output 2"), Digest.Of("submission 2"), null, null)));
        run.Add(new NodeScored(2, new Score(0.45, ScoreKind.Verified, 0.0093, null, [new Comparison(1, 0.05, 0.004)])));
        run.Add(new NodeApplied(2, Digest.Of("better"), "solution.py"));

        run.Begin(Operator.Draft);
        run.Add(new NodeProposed(3, "Boost trees.", Digest.Of("broken"), [], null, null, 12));
        run.Add(new ExecutionStarted(3, 1, ExecutionPurpose.Search));
        run.Add(new ExecutionEnded(3, 1, ExecutionPurpose.Search, new ExecutionRecord(Ending.Exited, 1, null, false, 1.5, 1.4, 80L << 20, Digest.Of("output 3"), null, "there is none", null)));
        run.Add(new NodeFailed(3, new Failure(FailureKind.Exception, "pandas.errors.KeyError: 'colour'", 7, "Traceback (most recent call last): …")));

        run.Node(Operator.Debug, 3, 0.6);
        run.Node(Operator.Improve, 2, 0.455);
        run.Add(new HintGiven("a test", "try a log target"));
        run.Add(new BranchAsked(2, "a test", "use fewer trees", null, null, Digest.Of("a person's")));
        run.Add(new NodeRejected(4, "a test", "it is slow"));
        run.Add(new NodeStarted(6, Operator.Simplify, [2], "a person asked", [], null, 1));
        return run;
    }
}
