using System.Collections.Immutable;
using AgentIde.Core.Runs;
using AgentIde.Core.Search;

namespace AgentIde.Core.Simulation;

/// <summary>Takes of a run's events what a pool keeps. How long a node took is known from the events alone, so they are read one by one.</summary>
public sealed class PoolRecorder
{
    private readonly Dictionary<int, TimeSpan> _started = [];
    private readonly Dictionary<int, TimeSpan> _took = [];
    private readonly HashSet<int> _copied = [];
    private Journal _journal = Journal.Empty;

    public void Add(RecordedEvent recorded)
    {
        _journal = _journal.Apply(recorded);
        TimeSpan now = _journal.Spent - _journal.Preparation;
        switch (recorded.Event)
        {
            case NodeStarted started:
                _started[started.Node] = now;
                if (_journal.Settings!.Fork is not null && recorded.Epoch == 1)
                {
                    _copied.Add(started.Node);
                }

                break;
            case NodeScored { Node: var node }:
                _took[node] = now - _started[node];
                break;
            case NodeFailed { Node: var node }:
                _took[node] = now - _started[node];
                break;
        }
    }

    /// <exception cref="PoolException">Nothing can be learnt of the run.</exception>
    public PoolRun Finish()
    {
        if (_journal is not { Settings: { } settings, Task: { } task, Split: { } split })
        {
            throw new PoolException("it came to an end before it began");
        }

        if (settings.Origin is { } origin)
        {
            throw new PoolException($"its scores are claims of {origin.Program}, which were never verified");
        }

        // A person may have asked for a branch of a node that never ended.
        HashSet<int> kept = [];
        ImmutableArray<PoolNode> nodes = [.. _journal.Nodes.Where(node => node.IsDone && node.Parents.All(kept.Contains) && kept.Add(node.Id)).Select(PoolNodeOf)];
        return nodes.IsEmpty
            ? throw new PoolException("none of its nodes has ended")
            : new PoolRun(settings.Run.Value, task.Id, task.Metric, split.Files.Hex, settings.Engineer, settings.Policy, settings.Seed, settings.Workers, nodes);
    }

    private PoolNode PoolNodeOf(Node node) => new(
        node.Id,
        node.Operator,
        node.Parents,
        Family.Of(node),
        Math.Round(_took[node.Id].TotalSeconds, 3),
        node.Lines,
        node.Score?.Value,
        node.Failure?.Kind,
        node.Failure is { } failure ? Digest.Of($"{failure.Kind} {failure.Message}").Short : null,
        node.Score?.Comparisons ?? [],
        _copied.Contains(node.Id) || node.Wish is not null || node.Given is not null);
}
