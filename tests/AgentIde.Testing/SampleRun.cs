using System.Collections.Immutable;
using System.Globalization;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Testing;

/// <summary>
/// The life of a run as long as wanted, made from nothing but the numbers of its events: the same number gives the
/// same event in every process, so that a judge knows what a writer wrote.
/// </summary>
public static class SampleRun
{
    private const int EventsOfNode = 5;

    /// <summary>The event with this number, counted from 1: <c>run-started</c>, then five for each node.</summary>
    public static RunEvent Event(long seq)
    {
        if (seq == 1)
        {
            return Started;
        }

        int node = (int)((seq - 2) / EventsOfNode) + 1;
        return ((seq - 2) % EventsOfNode) switch
        {
            0 => new NodeStarted(node, node == 1 ? Operator.Draft : Operator.Improve, node == 1 ? [] : [node - 1], "The best so far has no other child.", [Fraction(node)]),
            1 => new NodeProposed(node, $"Try a log target with {node} leaves.", Code(node).Digest, [new Reason(1, 2, "target", "The target is skewed.")], null, null),
            2 => new ExecutionStarted(node, 1, ExecutionPurpose.Search),
            3 => new ExecutionEnded(node, 1, ExecutionPurpose.Search, new ExecutionRecord(
                Ending.Exited, 0, null, false, 1.5, 1.25, 100_000_000, Output(node).Digest, Output(node).Digest, null, Fraction(node))),
            _ => new NodeScored(node, new Score(Fraction(node), ScoreKind.Verified, 0.001, Fraction(node), [])),
        };
    }

    /// <summary>The blobs that the event names.</summary>
    public static ImmutableArray<Blob> Blobs(long seq) => Event(seq) switch
    {
        NodeProposed proposed => [Code(proposed.Node)],
        ExecutionEnded ended => [Output(ended.Node)],
        _ => [],
    };

    public static ImmutableArray<RunEvent> Events(long first, int count) =>
        [.. Enumerable.Range(0, count).Select(offset => Event(first + offset))];

    public static ImmutableArray<Blob> BlobsOf(long first, int count) =>
        [.. Enumerable.Range(0, count).SelectMany(offset => Blobs(first + offset))];

    private static RunStarted Started { get; } = new(
        new RunSettings(RunId.Parse("sample-1"), "tasks/sample", "solution.py", "builtin/1", "aide", ProgramLanguage.Python, 1, 1, new Budget(20, 600)),
        new TaskFacts(
            "sample", "A sample", "Predict the price.", new MetricFacts("rmse", "RMSE", MetricDirection.LowerIsBetter, PredictionKind.Values), "price", "id", ["price"], Digest.Of("task")),
        new SandboxReport("bubblewrap", "0.8.0", "Python 3.11.2", [new Guarantee("network", true, "own network namespace")]));

    private static Blob Code(int node) => Blob.Of($"import pandas as pd\nleaves = {node}\n");

    private static Blob Output(int node) => Blob.Of(string.Concat(Enumerable.Range(0, 20).Select(row =>
        string.Create(CultureInfo.InvariantCulture, $"{row},{Fraction(node + row):F6}\n"))));

    private static double Fraction(int number) => (number * 2654435761L % 1_000_003) / 1_000_003.0;
}
