using System.Collections.Immutable;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Testing;

/// <summary>A run whose steps a test says one by one: no engineer, no sandbox, the same events as a real one.</summary>
public sealed class ScriptedRun : IAsyncDisposable
{
    private readonly OwnedRun _owned;

    private ScriptedRun(OwnedRun owned) => _owned = owned;

    public RunId Run => _owned.Run;

    public Journal Journal { get; private set; } = Journal.Empty;

    public OwnedRun Owned => _owned;

    /// <param name="taskFolder">Relative to the workspace, as the solution file is.</param>
    public static async Task<ScriptedRun> StartAsync(IRunStore store, string taskFolder = "tasks/diamonds", string solutionFile = "tasks/diamonds/solution.py", int nodes = 20, string? engineer = null, ProgramLanguage language = ProgramLanguage.Python, string sandbox = "scripted", IssueSource? issue = null, RunFork? fork = null, CancellationToken cancellationToken = default)
    {
        ScriptedRun run = new(await store.CreateAsync("diamonds", cancellationToken).ConfigureAwait(false));
        RunSettings settings = new(run.Run, taskFolder, solutionFile, "scripted/1", "aide", language, 1, 1, new Budget(nodes, 600)) { EngineerOption = engineer, Issue = issue, Fork = fork };
        TaskFacts task = new(
            "diamonds",
            "Diamond price",
            "Predict the price.",
            new MetricFacts("rmsle", "RMSLE", MetricDirection.LowerIsBetter, PredictionKind.Values),
            "price",
            "id",
            ["price"],
            Digest.Of("task"));
        await run.AppendAsync([new RunStarted(settings, task, new SandboxReport(sandbox, "1", "none", []))]).ConfigureAwait(false);
        return run;
    }

    /// <summary>Goes on with a run that is there and that nobody owns.</summary>
    public static async Task<ScriptedRun> TakeAsync(IRunStore store, RunId run, CancellationToken cancellationToken = default)
    {
        OwnedRun owned = await store.TakeAsync(run, cancellationToken).ConfigureAwait(false);
        return new ScriptedRun(owned) { Journal = Journal.Empty.Apply((await store.ReadAsync(run, 0, int.MaxValue, cancellationToken).ConfigureAwait(false)).Events) };
    }

    /// <summary>Starts a node and proposes its code.</summary>
    public async Task<int> ProposeAsync(Operator @operator, int? parent, string plan, string code, params Reason[] reasons)
    {
        int node = await BeginAsync(@operator, parent).ConfigureAwait(false);
        Blob blob = Blob.Of(code);
        await AppendAsync([new NodeProposed(node, plan, blob.Digest, [.. reasons], null, null)], blob).ConfigureAwait(false);
        return node;
    }

    /// <summary>Starts a node that its engineer still thinks about.</summary>
    public async Task<int> BeginAsync(Operator @operator, int? parent)
    {
        int node = Journal.Nodes.Count + 1;
        await AppendAsync([new NodeStarted(node, @operator, parent is { } id ? [id] : [], "the policy's turn", [])]).ConfigureAwait(false);
        return node;
    }

    public async Task ExecuteAsync(int node, string output = "", double? claim = null)
    {
        Blob blob = Blob.Of(output);
        ExecutionRecord record = new(Ending.Exited, 0, null, false, 1.5, 1.4, 1 << 20, blob.Digest, null, null, claim);
        await AppendAsync([new ExecutionStarted(node, 1, ExecutionPurpose.Search), new ExecutionEnded(node, 1, ExecutionPurpose.Search, record)], blob).ConfigureAwait(false);
    }

    public Task ScoreAsync(int node, double score, double standardError = 0.0004, double? claim = null, params Comparison[] comparisons) =>
        AppendAsync([new NodeScored(node, new Score(score, ScoreKind.Verified, standardError, claim, [.. comparisons]))]);

    public Task FailAsync(int node, string message, int? line = null, string? traceback = null) =>
        AppendAsync([new NodeFailed(node, new Failure(FailureKind.Exception, message, line, traceback))]);

    /// <summary>A node from thought to score.</summary>
    public async Task<int> AddValidAsync(Operator @operator, int? parent, string plan, string code, double score, params Reason[] reasons)
    {
        int node = await ProposeAsync(@operator, parent, plan, code, reasons).ConfigureAwait(false);
        await ExecuteAsync(node, $"score: {score}", score - 0.001).ConfigureAwait(false);
        Comparison[] comparisons = parent is { } id && Journal[id].Score is { } before ? [new Comparison(id, Math.Round(before.Value - score, 6), 0.0003)] : [];
        await ScoreAsync(node, score, 0.0004, score - 0.001, comparisons).ConfigureAwait(false);
        return node;
    }

    public async Task FinishAsync()
    {
        if (Journal.Best is { } best)
        {
            await AppendAsync([new SolutionChosen(best, "the best on the holdout", RunEnding.NodesSpent)]).ConfigureAwait(false);
        }

        await AppendAsync([new RunFinished(RunEnding.NodesSpent, "all nodes are spent", Digest.Of(RunJson.WriteCanonical(Journal)))]).ConfigureAwait(false);
        await DisposeAsync().ConfigureAwait(false);
    }

    public async Task AppendAsync(ImmutableArray<RunEvent> events, params Blob[] blobs) =>
        Journal = Journal.Apply(await _owned.AppendAsync(events, [.. blobs], CancellationToken.None).ConfigureAwait(false));

    public ValueTask DisposeAsync() => _owned.DisposeAsync();
}
