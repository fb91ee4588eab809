using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Simulation;

/// <summary>Recorded runs, as little of them as a simulation needs: no code, no plan, no data.</summary>
public sealed record Pool(int Version, ImmutableArray<PoolRun> Runs)
{
    public const int Current = 1;

    /// <summary>Where the file comes from, for people; null where nobody said.</summary>
    public string? Note { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, PoolJsonContext.Default.Pool);

    /// <exception cref="PoolException">It is no pool, or one of a newer version, or its nodes do not fit together.</exception>
    public static Pool Read(ReadOnlySpan<byte> json)
    {
        Pool? pool;
        try
        {
            pool = JsonSerializer.Deserialize(json, PoolJsonContext.Default.Pool);
        }
        catch (JsonException problem)
        {
            throw new PoolException($"it is no pool of recorded runs (line {problem.LineNumber + 1}): 'agentide simulate --record FILE' writes one");
        }

        if (pool is null || pool.Version != Current)
        {
            throw new PoolException(pool is { Version: > Current } ? "it was written by a newer version of agentide" : "it is no pool of recorded runs: 'agentide simulate --record FILE' writes one");
        }

        foreach (PoolRun run in pool.Runs)
        {
            run.Check();
        }

        return pool;
    }
}

/// <param name="Task">The task's id.</param>
/// <param name="Split">Digest over the split's files: scores are compared within one split alone.</param>
/// <param name="Parallel">Nodes under way at once, at most.</param>
/// <param name="Nodes">Those that were done, in the order they were started.</param>
public sealed record PoolRun(string Run, string Task, MetricFacts Metric, string Split, string Engineer, string Policy, long Seed, int Parallel, ImmutableArray<PoolNode> Nodes)
{
    /// <summary>The nodes by their numbers in the run.</summary>
    internal Dictionary<int, PoolNode> ById() => Nodes.ToDictionary(node => node.Id);

    internal void Check()
    {
        HashSet<int> known = [];
        foreach (PoolNode node in Nodes)
        {
            bool fits = node.Id > 0 && node.Score is null != node.Failure is null
                && node.Score is null or (> -1e300 and < 1e300) && node.Seconds is >= 0 and < 1e7
                && node.Parents.All(known.Contains) && node.Comparisons.All(comparison => double.IsFinite(comparison.Gain) && comparison.StandardError >= 0)
                && (node.Operator == Operator.Draft) == node.Parents.IsEmpty && known.Add(node.Id);
            if (!fits)
            {
                throw new PoolException($"node {node.Id} of {Run} does not fit to the others");
            }
        }
    }
}

/// <param name="Family">What kind of solution it is; null where its engineer does not say.</param>
/// <param name="Seconds">From its start to its score or failure, while the run was running.</param>
/// <param name="Lines">Of its program; null where the log does not say.</param>
/// <param name="Score">On the holdout, in the metric's units; null where it failed.</param>
/// <param name="Failure">The kind of failure, null where it has a score.</param>
/// <param name="Signature">The same for the same failure of the run; null where it has a score.</param>
/// <param name="Comparisons">With its parents and the best before, on the same rows.</param>
/// <param name="OnlyParent">Whether nothing is to be learnt of how it came about: a person had a hand in it, or another run made it.</param>
public sealed record PoolNode(
    int Id, Operator Operator, ImmutableArray<int> Parents, string? Family, double Seconds, int? Lines, double? Score, FailureKind? Failure, string? Signature, ImmutableArray<Comparison> Comparisons, bool OnlyParent = false);

/// <summary>A pool can't be used; the message is the end of a sentence that begins with what it is.</summary>
public sealed class PoolException(string message) : Exception(message);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, MaxDepth = 16)]
[JsonSerializable(typeof(Pool))]
internal sealed partial class PoolJsonContext : JsonSerializerContext;
