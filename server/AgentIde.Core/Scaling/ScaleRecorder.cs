using System.Collections.Immutable;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Scaling;

/// <summary>Takes of a run's events what its scaling is figured from. When a node ended is known from the events alone, so they are read one by one.</summary>
public sealed class ScaleRecorder
{
    private readonly Dictionary<int, (double Seconds, long? Tokens, double? Dollars)> _ended = [];

    public Journal Journal { get; private set; } = Journal.Empty;

    public void Add(RecordedEvent recorded)
    {
        Journal = Journal.Apply(recorded);
        int? ended = recorded.Event switch
        {
            NodeScored scored => scored.Node,
            NodeFailed failed => failed.Node,
            _ => null,
        };
        if (ended is { } node)
        {
            _ended[node] = (Journal.Spent.TotalSeconds, Tokens, Dollars);
        }
    }

    /// <exception cref="ScaleException">Nothing can be figured from the run.</exception>
    public void RequireUsable()
    {
        if (Journal.Settings is not { } settings)
        {
            throw new ScaleException("it died before it began");
        }

        if (settings.Origin is { } origin)
        {
            throw new ScaleException($"it was imported from {origin.Program}, so its scores are claims that nobody can verify: only runs that AgentIde made can be figured");
        }

        if (Journal.Finished is null)
        {
            throw new ScaleException($"it has not ended: wait for it, or go on with it by 'agentide run --resume {settings.Run}'");
        }

        if (Journal.Split is null)
        {
            throw new ScaleException("it ended before it executed anything");
        }
    }

    /// <param name="grades">Of each valid node's blind submission on the private answers.</param>
    /// <param name="delivered">Of the run's own result; null where it has none.</param>
    /// <exception cref="ScaleException">Nothing can be figured from the run.</exception>
    public ScaledRun Finish(IReadOnlyDictionary<int, Grade> grades, Grade? delivered)
    {
        RequireUsable();
        RunSettings settings = Journal.Settings!;
        Dictionary<int, int> paths = Paths();
        return new ScaledRun(
            settings.Run.Value, Journal.Task!.Id, Journal.Task.Metric, $"{Journal.Split!.Files.Hex} {Journal.Split.ScoredRows}", settings.EngineerOption ?? settings.Engineer, settings.Policy, settings.Workers, settings.Seed, settings.Budget,
            Journal.Nodes.Count, _ended.Count == 0 ? 0 : _ended.Values.Max(ended => ended.Seconds),
            [.. Journal.Nodes.Where(node => node.IsDone).Select(node => Of(node, paths[node.Id], grades.GetValueOrDefault(node.Id)))],
            delivered?.Score, [.. Remarks()])
        {
            Second = Journal.Choice is { Second: { } second } choice && Journal[choice.Node].Score is { } first ? new ScaledSecond(first.Value, first.StandardError, second.Score, second.StandardError) : null,
            Tokens = Tokens,
            Dollars = Dollars,
        };
    }

    /// <summary>A sum that lacks some calls would say that they cost nothing.</summary>
    private long? Tokens => Journal.Spending.Total is { Calls: > 0, Uncounted: 0 } spent ? spent.Settled.Total : null;

    private double? Dollars => Journal.Spending.Total is { Calls: > 0, Unpriced: 0 } spent ? (double)spent.SettledDollars : null;

    private ScaledNode Of(Node node, int path, Grade? grade) => new(
        node.Id,
        path,
        Math.Round(_ended[node.Id].Seconds, 3),
        node.Score?.Value,
        node.Score?.StandardError,
        node.Score is { Comparisons: { IsEmpty: false } comparisons } ? (comparisons.FirstOrDefault(comparison => comparison.Other == node.Parent) ?? comparisons[0]).StandardError : null,
        grade?.Score,
        grade?.StandardError,
        node.Rejected is not null)
    {
        Tokens = _ended[node.Id].Tokens,
        Dollars = _ended[node.Id].Dollars,
    };

    private Dictionary<int, int> Paths()
    {
        Dictionary<int, int> paths = [];
        int begun = 0;
        foreach (Node node in Journal.Nodes)
        {
            paths[node.Id] = node.Parent is { } parent ? paths[parent] : ++begun;
        }

        return paths;
    }

    private IEnumerable<string> Remarks()
    {
        RunId run = Journal.Settings!.Run;
        if (Journal.Settings.Fork is not null)
        {
            yield return $"{run} goes on from another run, whose nodes it begins with";
        }

        if (Journal.Split?.Folds is { } folds)
        {
            yield return $"{run} has its train in {folds} folds: holdout scores are those of the first of them, which the search went by, and there is no second holdout";
        }

        if (!Journal.Hints.IsEmpty || Journal.Nodes.Any(node => node.Wish is not null || node.Given is not null || node.Rejected is not null))
        {
            yield return $"a person had a hand in {run}";
        }

        if (Journal.Spending.Total is { Calls: var calls, Unpriced: var unpriced, Uncounted: var uncounted } && unpriced + uncounted > 0)
        {
            yield return $"of {calls} calls of {run} {(unpriced > 0 ? $"{unpriced} have no price" : "")}{(unpriced > 0 && uncounted > 0 ? ", and " : "")}{(uncounted > 0 ? $"of {uncounted} nobody counted the tokens" : "")}: nothing is figured against them";
        }
    }
}

/// <summary>A run's scaling can't be figured; the message is the end of a sentence that begins with the run.</summary>
public sealed class ScaleException(string message) : Exception(message);
