using System.Collections.Immutable;
using AgentIde.Core.Runs;
using AgentIde.Core.Search;
using AgentIde.Core.Simulation;

namespace AgentIde.Core.Tests.Simulation;

/// <summary>Pools whose law is known: what a simulation comes to can be said beforehand.</summary>
internal static class Pools
{
    /// <summary>A lower-is-better task on which drafts come to 1, Improve gains <paramref name="gain"/> each time, and each node takes ten seconds.</summary>
    public static PoolRun Steady(double gain, int improvements = 12, string run = "steady-1", double seconds = 10)
    {
        List<PoolNode> nodes = [.. Enumerable.Range(1, 5).Select(id => Node(id, Operator.Draft, null, 1, seconds, $"family-{id}"))];
        for (int step = 1; step <= improvements; step++)
        {
            nodes.Add(Node(5 + step, Operator.Improve, step == 1 ? 1 : 4 + step, 1 - (gain * step), seconds, "family-1"));
        }

        return Run(run, nodes);
    }

    /// <summary>Of a policy that is played in full, with the fates of <see cref="Search.RandomRuns"/>.</summary>
    public static PoolRun Random(long seed, string policy = "operators", int nodes = 40)
    {
        Journal journal = new Search.RandomRuns(seed, nodes, 1).Play(Policies.Find(policy)!, (_, _, _) => { }).Journal;
        HashSet<int> kept = [];
        return Run($"random-{seed}", [.. journal.Nodes.Where(node => node.IsDone && node.Parents.All(kept.Contains) && kept.Add(node.Id)).Select(node => new PoolNode(
            node.Id, node.Operator, node.Parents, $"family-{node.Id % 4}", 3 + (node.Id % 7), node.Lines, node.Score?.Value, node.Failure?.Kind, node.Failure?.Message, node.Score?.Comparisons ?? []))]);
    }

    public static Pool Of(params PoolRun[] runs) => new(Pool.Current, [.. runs]);

    public static PoolRun Run(string run, IEnumerable<PoolNode> nodes, string metric = "rmse") =>
        new(run, "sample", Samples.Task(metric).Metric, "split", "scripted/1", "aide", 1, 1, [.. nodes]);

    public static PoolNode Node(int id, Operator @operator, int? parent, double? score, double seconds, string? family = null, FailureKind failure = FailureKind.Exception) => new(
        id, @operator, parent is { } one ? [one] : [], family, seconds, 50, score, score is null ? failure : null, score is null ? $"{id}" : null,
        score is null || parent is not { } other ? [] : [new Comparison(other, 0, 0.01)]);

    public static SimulationPlan Plan(ImmutableArray<string> policies, int seeds = 20, double seconds = 300, int workers = 1, int nodes = 60, int redraws = 0) =>
        new(policies, seeds, nodes, seconds, workers, redraws);
}
