using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using AgentIde.Core.Engineering;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Storage;

namespace AgentIde.Benchmarks;

/// <summary>
/// A live run of many nodes in a store, each an improvement of one before, with 60 lines of code: ten events a node.
/// </summary>
internal sealed class BigRun : IAsyncDisposable
{
    private readonly OwnedRun _owned;
    private int _nodes;

    private BigRun(OwnedRun owned, string solutionFile, int nodes) => (_owned, SolutionFile, _nodes) = (owned, solutionFile, nodes);

    /// <summary>The code of the last node, applied.</summary>
    public string SolutionFile { get; }

    /// <summary>Ends with the events durable.</summary>
    /// <returns>The number of the node that was started.</returns>
    public async Task<int> StartNodeAsync()
    {
        await _owned.AppendAsync([new NodeStarted(++_nodes, Operator.Draft, [], "another look", [0.5])], [], CancellationToken.None);
        return _nodes;
    }

    public Task FailNodeAsync() =>
        _owned.AppendAsync([new NodeFailed(_nodes, new Failure(FailureKind.Exit, "exit status 1", null, null))], [], CancellationToken.None);

    public ValueTask DisposeAsync() => _owned.DisposeAsync();

    public static async Task<BigRun> WriteAsync(string workspace, int nodes)
    {
        SqliteRunStore store = new(workspace, TimeProvider.System);
        OwnedRun owned = await store.CreateAsync("big", CancellationToken.None);
        string task = Path.Combine(workspace, "task"), solution = Path.Combine(task, "solution.py");
        Directory.CreateDirectory(task);
        await File.WriteAllTextAsync(Path.Combine(task, "task.yaml"), "id: big\nmetric: rmse\n");
        Digest none = Digest.Of("");
        RunSettings settings = new(owned.Run, task, solution, "builtin/1", "aide", ProgramLanguage.Python, 1, 1, new Budget(nodes, 1e6));
        TaskFacts facts = new("big", "Big", "", new MetricFacts("rmse", "RMSE", MetricDirection.LowerIsBetter, PredictionKind.Values), "y", "id", ["y"], none);
        await owned.AppendAsync(
            [
                new RunStarted(settings, facts, new SandboxReport("bubblewrap", "0", "Python", [.. Guarantee.All.Select(name => new Guarantee(name, true, ""))])),
                new HoldoutMade(new SplitFacts(SplitKind.Random, "", 1_000, 100, 100, none)),
                new DataProfiled(new DataProfile(1_000, 100, [], []), []),
            ], [], CancellationToken.None);
        Blob output = Blob.Of("score: 1\n");
        string code = "";
        for (int node = 1; node <= nodes; node++)
        {
            int? parent = node <= 5 ? null : node - 1 - (node % 4);
            code = Code(node);
            Blob blob = Blob.Of(code);
            ImmutableArray<Reason> reasons = [.. Enumerable.Range(0, 6).Select(block => new Reason((10 * block) + 1, (10 * block) + 10, $"block{block}", $"Block {block} stands here because of what node {Writer(node, block)} found."))];
            ExecutionRecord execution = new(Ending.Exited, 0, null, false, 1, 1, 1 << 20, output.Digest, blob.Digest, null, 1);
            double value = 2 - (node / (double)nodes);
            ImmutableArray<Comparison> comparisons = parent is { } other ? [new Comparison(other, 0.001, 0.0005)] : [];
            await owned.AppendAsync(
                [
                    new NodeStarted(node, parent is null ? Operator.Draft : Operator.Improve, parent is { } id ? [id] : [], "the best so far", [0.5]),
                    new NodeProposed(node, $"Change block {node % 6} because the last change of it paid.", blob.Digest, reasons, null, null),
                    new ExecutionStarted(node, 1, ExecutionPurpose.Search),
                    .. Enumerable.Range(1, 5).Select(fold => new OutputWritten(node, 1, ExecutionPurpose.Search, $"fold {fold} of 5\n")),
                    new ExecutionEnded(node, 1, ExecutionPurpose.Search, execution),
                    new NodeScored(node, new Score(value, ScoreKind.Verified, 0.01, value, comparisons)),
                ], [blob, output], CancellationToken.None);
        }

        await File.WriteAllTextAsync(solution, code);
        await owned.AppendAsync([new NodeApplied(nodes, Digest.Of(code), solution)], [], CancellationToken.None);
        return new BigRun(owned, solution, nodes);
    }

    private static string Code(int node)
    {
        StringBuilder text = new();
        for (int line = 1; line <= 60; line++)
        {
            text.Append(CultureInfo.InvariantCulture, $"value_{line} = {Writer(node, (line - 1) / 10)} + {line}\n");
        }

        return text.ToString();
    }

    /// <summary>Each node changes one block of ten lines, with its reason, and keeps the others of its predecessors.</summary>
    private static int Writer(int node, int block) => Math.Max(node - ((node - block + 6) % 6), 0);
}
