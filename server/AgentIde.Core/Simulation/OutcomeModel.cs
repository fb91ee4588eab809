using AgentIde.Core.Runs;

namespace AgentIde.Core.Simulation;

/// <summary>
/// Draws what comes of a node from what came of recorded ones (decision 0181): of those with the same operator, where
/// there are enough also of the same family, one of the nearest by the parent's score. How much the score changed,
/// how long it took and how it failed come from the same recorded node. Nothing better than the best recorded node is
/// ever drawn. Immutable, so used by several threads.
/// </summary>
internal sealed class OutcomeModel
{
    /// <summary>Fewer rows than that are no group of their own, and so many neighbours are drawn from at least.</summary>
    private const int Few = 5;

    private readonly ScoreScale _scale;
    private readonly Row[] _drafts;
    private readonly Dictionary<(Operator Operator, string Condition), Row[]> _rows = [];
    private readonly double _usualSeconds;
    private readonly double _usualError;

    /// <param name="runs">Of one task and one split; a run may be there several times.</param>
    public OutcomeModel(IEnumerable<PoolRun> runs, ScoreScale scale)
    {
        _scale = scale;
        List<Row> all = [];
        foreach (PoolRun run in runs)
        {
            Dictionary<int, PoolNode> nodes = run.ById();
            int drafts = 0;
            foreach (PoolNode node in run.Nodes)
            {
                int ordinal = node.Operator == Operator.Draft ? ++drafts : 0;
                if (!node.OnlyParent)
                {
                    all.Add(RowOf(node, nodes, ordinal));
                }
            }
        }

        _usualSeconds = Median([.. all.Select(row => row.Seconds)]);
        _usualError = Median([.. all.Select(row => row.Error).OfType<double>()]);
        _drafts = [.. all.Where(row => row.Operator == Operator.Draft)];
        foreach (Row row in all.Where(row => row.Operator != Operator.Draft))
        {
            foreach (string condition in Conditions(row.Operator, row.ParentFamily, row.ParentFailure, row.Base is not null))
            {
                _rows[(row.Operator, condition)] = [.. _rows.GetValueOrDefault((row.Operator, condition), []), row];
            }
        }

        foreach (Row[] rows in _rows.Values)
        {
            // Stable order: the same pool is the same model.
            Row[] sorted = [.. rows.OrderBy(Base)];
            sorted.CopyTo(rows, 0);
        }
    }

    /// <summary>Nodes that the model draws from, by operator.</summary>
    public int Count(Operator @operator) => @operator == Operator.Draft ? _drafts.Length : _rows.GetValueOrDefault((@operator, ""), []).Length;

    public Outcome Draft(int ordinal, HashSet<string> used, ref SplitMix draws)
    {
        Row[] open = [.. _drafts.Where(row => row.Family is null || !used.Contains(row.Family))];
        Row[] near = [.. (open.Length > 0 ? open : _drafts).OrderBy(Away)];
        if (near.Length == 0)
        {
            return Nothing();
        }

        int count = Neighbours(near.Length), farthest = Away(near[count - 1]);
        while (count < near.Length && Away(near[count]) == farthest)
        {
            count++;
        }

        return OutcomeOf(near[draws.NextIndex(count)], null, null, 0);

        int Away(Row row) => Math.Abs(row.Ordinal - ordinal);
    }

    /// <param name="parents">The first of them is the one that counts; of several, the best score does.</param>
    public Outcome Step(Operator @operator, ReadOnlySpan<SimulatedNode> parents, ref SplitMix draws)
    {
        SimulatedNode parent = parents[0];
        double? from = parent.Base;
        foreach (SimulatedNode other in parents[1..])
        {
            from = from is { } one && other.Base is { } another ? Math.Max(one, another) : from ?? other.Base;
        }

        foreach (string condition in Conditions(@operator, parent.Family, parent.Failure, from is not null))
        {
            if (_rows.TryGetValue((@operator, condition), out Row[]? rows) && (rows.Length >= Few || condition.Length == 0))
            {
                (int first, int count) = Nearest(rows, from ?? 0);
                Row row = rows[first + draws.NextIndex(count)];
                return OutcomeOf(row, parent, from, from is { } score && row.Base is { } recorded ? Math.Abs(score - recorded) : 0);
            }
        }

        return Nothing();
    }

    /// <summary>From the narrowest to the widest; the last is all of the operator's.</summary>
    private static IEnumerable<string> Conditions(Operator @operator, string? family, FailureKind? failure, bool isScored)
    {
        if (@operator == Operator.Debug)
        {
            yield return $"{isScored} {failure}";
            yield return $"{isScored}";
        }
        else if (family is not null)
        {
            yield return $"family {family}";
        }

        yield return "";
    }

    private static int Neighbours(int rows) => Math.Min(rows, Math.Max(Few, (int)Math.Ceiling(Math.Sqrt(rows))));

    /// <summary>Where the nearest rows stand: no fewer than <see cref="Neighbours"/>, and all that are as near as the last of them.</summary>
    private static (int First, int Count) Nearest(Row[] rows, double score)
    {
        int above = 0, end = rows.Length;
        while (above < end)
        {
            int middle = (above + end) / 2;
            (above, end) = Base(rows[middle]) < score ? (middle + 1, end) : (above, middle);
        }

        int below = above - 1;
        double farthest = 0;
        for (int left = Neighbours(rows.Length); left > 0; left--)
        {
            bool down = above >= rows.Length || (below >= 0 && Away(rows[below]) <= Away(rows[above]));
            farthest = Away(rows[down ? below-- : above++]);
        }

        while (below >= 0 && Away(rows[below]) <= farthest)
        {
            below--;
        }

        while (above < rows.Length && Away(rows[above]) <= farthest)
        {
            above++;
        }

        return (below + 1, above - below - 1);

        double Away(Row row) => Math.Abs(Base(row) - score);
    }

    /// <summary>Those without one are among themselves, or the widest group is asked.</summary>
    private static double Base(Row row) => row.Base ?? 0;

    private Outcome OutcomeOf(Row row, SimulatedNode? parent, double? from, double distance)
    {
        double? score = row.Score is not { } recorded ? null
            : from is { } now && row.Base is { } then ? Math.Clamp(now + recorded - then, _scale.Worst, _scale.Best)
            : recorded;
        string? family = parent is null || row.ParentFamily == parent.Family ? row.Family : parent.Family;
        return new Outcome(score, row.Failure, row.Repeats ? parent?.Signature : row.Signature, row.Seconds, row.Lines, family, row.Error ?? _usualError, distance);
    }

    /// <summary>Of an operator that was never recorded nothing is known: it takes its time and comes to no answer.</summary>
    private Outcome Nothing() => new(null, FailureKind.NoAnswer, null, _usualSeconds, null, null, _usualError, 0);

    private Row RowOf(PoolNode node, Dictionary<int, PoolNode> nodes, int ordinal)
    {
        PoolNode? parent = node.Parents.IsEmpty ? null : nodes[node.Parents[0]];
        double[] bases = [.. node.Parents.Select(id => BaseOf(nodes[id], nodes)).OfType<double>()];
        double? error = node.Comparisons.FirstOrDefault(comparison => node.Parents.Contains(comparison.Other))?.StandardError ?? node.Comparisons.FirstOrDefault()?.StandardError;
        return new Row(
            node.Operator,
            parent?.Family,
            parent?.Failure,
            node.Family,
            bases.Length == 0 ? null : bases.Max(),
            node.Score is { } score ? _scale.Of(score) : null,
            node.Failure,
            node.Signature,
            node.Signature is not null && parent?.Signature == node.Signature,
            node.Seconds,
            node.Lines,
            error is { } paired ? _scale.OfError(paired) : null,
            ordinal);
    }

    private double? BaseOf(PoolNode node, Dictionary<int, PoolNode> nodes)
    {
        PoolNode at = node;
        while (at.Score is null && !at.Parents.IsEmpty)
        {
            at = nodes[at.Parents[0]];
        }

        return at.Score is { } score ? _scale.Of(score) : null;
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values.Length == 0 ? 0 : values[values.Length / 2];
    }

    /// <param name="Base">The score that the node's is a change of.</param>
    /// <param name="Repeats">Whether it failed as its parent had.</param>
    /// <param name="Ordinal">Which draft of its run it is, from 1; 0 for others.</param>
    private sealed record Row(
        Operator Operator, string? ParentFamily, FailureKind? ParentFailure, string? Family, double? Base, double? Score, FailureKind? Failure, string? Signature, bool Repeats, double Seconds, int? Lines, double? Error, int Ordinal);
}
