using System.Collections.Immutable;
using AgentIde.Core.Runs;
using static AgentIde.Core.Conditions.ConditionValue;

namespace AgentIde.Core.Conditions;

/// <summary>What came of a node: its execution, score, failure and review.</summary>
internal static class ResultNames
{
    public static ImmutableArray<ConditionName> All { get; } =
    [
        Number("seconds", "execution.seconds", "How long its execution took", OfExecution(execution => Of(execution.Seconds))) with { Unit = ConditionUnit.Seconds },
        Number("cpu", "execution.cpu", "Processor time of its execution", OfExecution(execution => Of(execution.CpuSeconds))) with { Unit = ConditionUnit.Seconds },
        Number("memory", "execution.memory", "The most memory that its execution held", OfExecution(execution => Of(execution.PeakMemoryBytes))) with { Unit = ConditionUnit.Bytes },
        Number("exit", "execution.exit", "The exit code of its execution", OfExecution(execution => Of(execution.ExitCode))),
        Number("signal", "execution.signal", "The signal that ended its execution", OfExecution(execution => Of(execution.Signal))),
        Word("ending", "execution.ending", Vocabulary.Endings, "How its execution ended", OfExecution(execution => Vocabulary.Endings.Value((int)execution.Ending))),
        Number("attempts", "execution.attempts", "How often it was executed: more than once after a death of the run's process", (_, node) => Of(node.Attempts)),

        Number("score", "score.value", "Its score", (_, node) => Of(node.Standing?.Value)) with { Unit = ConditionUnit.Metric },
        Number("error", "score.error", "The standard error of its score", (_, node) => Of(node.Standing?.StandardError)) with { Unit = ConditionUnit.Metric },
        Word("score.kind", "score.kind", Vocabulary.Scores, "Whether its score was graded, on the holdout or over all folds, or is what the program claims", (_, node) => node.Standing is { } score ? Vocabulary.Scores.Value((int)score.Kind) : None),
        Number("claimed", "score.claimed", "What its code says of its own score", (journal, node) => Of(node.Score?.Claim ?? journal.Executed(node.Id).Execution?.Claim)) with { Unit = ConditionUnit.Metric },
        Number("overclaim", "score.overclaim", "How much better what its code says is than its score", (journal, node) => Gain(journal, node.Standing?.Claim, node.Standing?.Value)) with { Unit = ConditionUnit.Metric },
        Number("gain", "score.gain", "How much better its score is than its first parent's; negative where it is worse", (journal, node) => Gain(journal, node, node.Parent)) with { Unit = ConditionUnit.Metric },
        Number("gainError", "score.gainError", "The standard error of the gain, paired on the same rows", (journal, node) => Of(Compared(journal, node, node.Parent)?.StandardError)) with { Unit = ConditionUnit.Metric },
        Number("gainOverBest", "score.gainOverBest", "How much better its score is than that of the best node before it", (journal, node) => Gain(journal, node, node.BestBefore)) with { Unit = ConditionUnit.Metric },
        new("newBest", "score.newBest", ConditionKind.Truth, "Whether it was better than all nodes before it") { IsOfResult = true, OfNode = (journal, node) => Of(IsNewBest(journal, node)) },

        Word("failure", "failure.kind", Vocabulary.Failures, "What kind of failure it ended with", (_, node) => node.Failure is { } failure ? Vocabulary.Failures.Value((int)failure.Kind) : None),
        Text("exception", "failure.exception", "The type of the exception that ended it, such as KeyError", (_, node) => ExceptionOf(node)),
        Text("message", "failure.message", "Its failure in one line", (_, node) => node.Failure?.Message),
        Number("line", "failure.line", "The line of its code where it failed", (_, node) => Of(node.Failure?.Line)),
        Text("traceback", "failure.traceback", "The traceback of its failure", (_, node) => node.Failure?.Traceback),

        new("reviewed", "review.made", ConditionKind.Truth, "Whether a model has reviewed its code") { IsOfResult = true, OfNode = (_, node) => Of(node.Review is { Problem: null }) },
        new("suspect", "review.suspect", ConditionKind.Truth, "Whether a review found it suspect") { IsOfResult = true, OfNode = (_, node) => Of(node.Review is { IsSuspect: true }) },
        Number("findings", "review.findings", "How many findings its review has", (_, node) => Of(node.Review?.Findings.Length)),
        Text("review", "review.summary", "What the review says", (_, node) => node.Review is { Problem: null } review ? review.Summary : null),
    ];

    private static ConditionName Number(string name, string fullName, string meaning, Func<Journal, Node, ConditionValue> read) =>
        new(name, fullName, ConditionKind.Number, meaning) { IsOfResult = true, OfNode = read };

    private static ConditionName Word(string name, string fullName, Vocabulary words, string meaning, Func<Journal, Node, ConditionValue> read) =>
        new(name, fullName, ConditionKind.Word, meaning) { IsOfResult = true, Words = words, OfNode = read };

    private static ConditionName Text(string name, string fullName, string meaning, Func<Journal, Node, string?> read) =>
        new(name, fullName, ConditionKind.Text, meaning) { IsOfResult = true, OfNode = (journal, node) => OfText(read(journal, node)) };

    private static Func<Journal, Node, ConditionValue> OfExecution(Func<ExecutionRecord, ConditionValue> read) =>
        (journal, node) => journal.Executed(node.Id).Execution is { } execution ? read(execution) : None;

    private static ConditionValue Gain(Journal journal, Node node, int? other) =>
        other is not { } id || !journal.Has(id) ? None
        : node.Folded is { } mine && journal[id].Folded is { } theirs ? Gain(journal, mine.Value, theirs.Value)
        : Gain(journal, node.Score?.Value, journal[id].Score?.Value);

    private static ConditionValue Gain(Journal journal, double? score, double? other) =>
        score is { } one && other is { } two && journal.Task is { } task ? Of(task.Metric.Gain(one, two)) : None;

    private static Comparison? Compared(Journal journal, Node node, int? other)
    {
        if (other is { } id && journal.Has(id) && (node.Folded is not null && journal[id].Folded is not null ? node.Folded : node.Score) is { } score)
        {
            foreach (Comparison comparison in score.Comparisons)
            {
                if (comparison.Other == id)
                {
                    return comparison;
                }
            }
        }

        return null;
    }

    private static bool IsNewBest(Journal journal, Node node) =>
        node.Score is { } score
        && (node.BestBefore is not { } before || (journal.Has(before) && journal[before].Score is { } best && journal.Task is { } task && task.Metric.IsBetter(score.Value, best.Value)));

    /// <summary>What stands before the colon of the message, without its modules.</summary>
    private static string? ExceptionOf(Node node)
    {
        if (node.Failure is not { Kind: FailureKind.Exception } failure)
        {
            return null;
        }

        int colon = failure.Message.IndexOf(':', StringComparison.Ordinal);
        string type = (colon < 0 ? failure.Message : failure.Message[..colon]).Trim();
        return type.Length == 0 || type.Contains(' ', StringComparison.Ordinal) ? null : type[(type.LastIndexOf('.') + 1)..];
    }
}
