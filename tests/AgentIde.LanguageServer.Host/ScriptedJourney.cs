using System.Collections.Immutable;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Testing;

namespace AgentIde.LanguageServer.Host;

/// <summary>A run as an engineer might have done it: a floor, a mistake, its repair, and the node that wins.</summary>
internal static class ScriptedJourney
{
    private const string Floor = "import pandas as pd\n\ntrain = pd.read_csv('input/train.csv')\nmodel = Mean()\nmodel.fit(train)\nsave(model)\n";
    private const string Broken = "import pandas as pd\n\ntrain = pd.read_csv('input/train.csv')\ntrain['volume'] = train.x * train.y * train.depht\nmodel = Mean()\nmodel.fit(train)\nsave(model)\n";
    private const string Mended = "import pandas as pd\n\ntrain = pd.read_csv('input/train.csv')\ntrain['volume'] = train.x * train.y * train.z\nmodel = Mean()\nmodel.fit(train)\nsave(model)\n";
    private const string Best = "import pandas as pd\n\ntrain = pd.read_csv('input/train.csv')\ntrain['volume'] = train.x * train.y * train.z\nmodel = Boosting(depth=8)\nmodel.fit(train)\nsave(model)\n";

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    public static async Task<RunId> StartAsync(MemoryRunStore store, StartRunRequest request)
    {
        string Relative(string path) => Path.GetRelativePath(request.WorkspaceRoot, path);
        ScriptedRun run = await ScriptedRun.StartAsync(store, Relative(request.TaskFolder), Relative(request.SolutionFile ?? Path.Combine(request.TaskFolder, "solution.py")), nodes: 4);
        _ = FollowAsync(run, StepAsync);
        return run.Run;
    }

    /// <summary>The whole of it at once, on a store of any kind.</summary>
    public static async Task WriteAsync(IRunStore store) => await FollowAsync(await ScriptedRun.StartAsync(store, nodes: 4, sandbox: "bubblewrap"), static _ => Task.CompletedTask);

    /// <summary>A finished run of many nodes, each an improvement of the one before, that was applied.</summary>
    public static async Task FillAsync(MemoryRunStore store, int nodes)
    {
        ScriptedRun run = await ScriptedRun.StartAsync(store, nodes: nodes);
        List<RunEvent> events = [];
        Dictionary<Digest, Blob> blobs = [];
        string[] lines = [.. Enumerable.Range(0, 200).Select(line => $"value_{line} = {line}")];
        for (int node = 1; node <= nodes; node++)
        {
            lines[node * 7 % 200] = $"value_{node * 7 % 200} = {node}";
            Blob code = Blob.Of(string.Join('\n', lines) + "\n");
            blobs[code.Digest] = code;
            ImmutableArray<int> parents = node == 1 ? [] : [node - 1];
            events.Add(new NodeStarted(node, node == 1 ? Operator.Draft : Operator.Improve, parents, "it is the best so far", []));
            events.Add(new NodeProposed(node, $"Change number {node}", code.Digest, [new Reason(node * 7 % 200 + 1, node * 7 % 200 + 1, "values", $"Value {node} is worth a try")], null, null));
            events.Add(new NodeScored(node, new Score(1.0 / node, ScoreKind.Verified, 0.0004, null, [])));
        }

        Digest last = ((NodeProposed)events[^2]).Code;
        events.Add(new NodeApplied(nodes, last, "tasks/diamonds/solution.py"));
        await run.AppendAsync([.. events], [.. blobs.Values]);
    }

    private static async Task FollowAsync(ScriptedRun run, Func<ScriptedRun, Task> step)
    {
        await run.AddValidAsync(Operator.Draft, null, "Start with the mean: it is the floor to beat", Floor, 0.2134, new Reason(4, 5, "model", "A mean is the floor to beat"));
        await step(run);
        int broken = await run.ProposeAsync(Operator.Improve, 1, "Price grows with volume", Broken, new Reason(4, 4, "features", "Volume is x times y times z"));
        await run.ExecuteAsync(broken, "AttributeError: 'DataFrame' object has no attribute 'depht'\n");
        await run.FailAsync(broken, "AttributeError: 'DataFrame' object has no attribute 'depht'", 4, "Traceback (most recent call last):\n  File \"solution.py\", line 4, in <module>\nAttributeError: 'DataFrame' object has no attribute 'depht'");
        await step(run);
        int mended = await run.AddValidAsync(Operator.Debug, broken, "The column is called z", Mended, 0.1871, new Reason(4, 4, "features", "Volume is x times y times z"));
        await step(run);
        await run.AddValidAsync(Operator.Improve, mended, "Trees find thresholds that a mean can't", Best, 0.0931, new Reason(5, 6, "model", "Trees find thresholds in carat"));
        await step(run);
        await run.FinishAsync();
    }

    private static async Task StepAsync(ScriptedRun run)
    {
        await Task.Delay(Pace);
        foreach (RunRequest request in await run.Owned.TakeRequestsAsync(CancellationToken.None))
        {
            if (request is AppliedRequest applied)
            {
                await run.AppendAsync([new NodeApplied(applied.Node, applied.Code, applied.File)]);
            }
        }
    }
}
