using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Tests.Search;

/// <summary>The rule of docs/decisions/0180 over the plain list of nodes: every number is counted anew from its definition.</summary>
internal sealed class MctsStatedAgain(Node[] nodes, bool higherIsBetter, int budget)
{
    private const double C = 0.25;

    private List<Node> Solutions => [.. nodes.Where(IsSolution)];

    public (Operator Operator, int[] Parents) Choose()
    {
        foreach (Node node in nodes)
        {
            if (IsToBeMended(node))
            {
                return (Operator.Debug, [node.Id]);
            }
        }

        List<Node> solutions = Solutions;
        double share = (double)nodes.Length / budget;
        if (solutions.Count == 0)
        {
            return (Operator.Draft, []);
        }

        List<Node> starts = [.. solutions.Where(node => Ancestors(node).Count == 0)];
        int families = starts.Select(node => FamilyOf(node) ?? $"{node.Id}").Distinct().Count() + nodes.Count(node => !node.IsDone && Ancestors(node).Count == 0);
        if (share < 0.2 && families < 5)
        {
            return (Operator.Draft, []);
        }

        List<Node> ranked = [.. solutions.OrderBy(node => higherIsBetter ? -node.Score!.Value : node.Score!.Value).ThenBy(node => node.Id)];
        if (share >= 0.8 && !(nodes[^1].Operator == Operator.Merge && HadNothing(nodes[^1])) && Merge(ranked) is { } late)
        {
            return late;
        }

        if (share < 0.8 && IsStagnant())
        {
            return nodes.Last(node => node.Operator is Operator.Draft or Operator.Merge).Operator == Operator.Draft && Merge(ranked) is { } merge ? merge : (Operator.Draft, []);
        }

        if (share >= 0.6)
        {
            bool isTurn = share < 0.8 && nodes.Reverse().Take(3).All(node => node.Operator != Operator.Merge);
            return isTurn && Merge(ranked) is { } early ? early : (Operator.Improve, [ranked.Take(3).OrderBy(node => Slots(node.Id)).First().Id]);
        }

        int? chosen = CanGrow(0) ? Descend(0) : 0;
        return chosen == 0 ? (Operator.Draft, []) : (Operator.Improve, [chosen!.Value]);
    }

    private int Descend(int at)
    {
        int[] children = [.. Children(at).Where(CanGrow)];
        double grown = HasRoom(at) ? Value(at) + C : double.NegativeInfinity;
        if (children.Length == 0)
        {
            return at;
        }

        int best = children.MaxBy(child => Value(child) + (C * Math.Sqrt(Math.Log(Visits(at)) / Visits(child))));
        return grown > Value(best) + (C * Math.Sqrt(Math.Log(Visits(at)) / Visits(best))) ? at : Descend(best);
    }

    private bool CanGrow(int node) => HasRoom(node) || Children(node).Any(CanGrow);

    private bool HasRoom(int node) => Slots(node) + 1 <= Math.Ceiling(Math.Sqrt(Visits(node))) + 1;

    private int Slots(int node) => nodes.Count(other => !HadNothing(other) && (other.Parents.IsEmpty ? 0 : other.Parents[0]) == node);

    private IEnumerable<int> Children(int node) => Solutions.Where(other => Ancestors(other).FirstOrDefault() == node).Select(other => other.Id);

    private IEnumerable<Node> Below(int node) => Solutions.Where(other => other.Id == node || node == 0 || Ancestors(other).Contains(node));

    private int Visits(int node) => Below(node).Count() + nodes.Count(other => !other.IsDone && (node == 0 || Ancestors(other).Contains(node)));

    private double Value(int node)
    {
        double[] ranks = [.. Below(node).Select(Rank)];
        return ranks.Length == 0 ? 0 : (0.5 * ranks.Max()) + (0.5 * ranks.Sum() / Visits(node));
    }

    private double Rank(Node node)
    {
        List<Node> solutions = Solutions;
        double own = node.Score!.Value;
        return (solutions.Count(other => higherIsBetter ? other.Score!.Value < own : other.Score!.Value > own) + (solutions.Count(other => other.Score!.Value == own) / 2.0)) / solutions.Count;
    }

    /// <summary>The solutions above a node by first parents, the nearest first.</summary>
    private List<int> Ancestors(Node node)
    {
        List<int> above = [];
        for (Node at = node; !at.Parents.IsEmpty;)
        {
            at = nodes[at.Parents[0] - 1];
            if (IsSolution(at))
            {
                above.Add(at.Id);
            }
        }

        return above;
    }

    private HashSet<int> Drafts(Node node) => node.Parents.IsEmpty ? [node.Id] : [.. node.Parents.SelectMany(parent => Drafts(nodes[parent - 1]))];

    private (Operator, int[])? Merge(List<Node> ranked)
    {
        var pairs =
            from first in Enumerable.Range(0, ranked.Count)
            from second in Enumerable.Range(first + 1, ranked.Count - first - 1)
            where !Drafts(ranked[first]).Overlaps(Drafts(ranked[second]))
            where !nodes.Any(node => node.Operator == Operator.Merge && node.Parents.ToHashSet().SetEquals([ranked[first].Id, ranked[second].Id]))
            where !nodes.Any(node => node.Operator == Operator.Merge && node.Failure is null && (Stand(node.Parents, ranked[first], ranked[second]) || Stand(node.Parents, ranked[second], ranked[first])))
            orderby first + second, first
            select (Operator.Merge, new[] { ranked[first].Id, ranked[second].Id });
        return pairs.Cast<(Operator, int[])?>().FirstOrDefault();
    }

    /// <summary>Whether merged nodes are of the same starts as two others, and none of them is worse.</summary>
    private bool Stand(ImmutableArray<int> merged, params Node[] others) => merged.Zip(others).All(pair =>
        nodes[pair.First - 1] is var known && IsSolution(known) && Drafts(known).Overlaps(Drafts(pair.Second))
        && (higherIsBetter ? known.Score!.Value >= pair.Second.Score!.Value : known.Score!.Value <= pair.Second.Score!.Value));

    private bool IsStagnant()
    {
        int done = 0;
        foreach (Node node in nodes.Reverse().Where(node => !HadNothing(node)))
        {
            bool gained = node is { Score: { } score, Rejected: null } && (node.BestBefore is not { } best || score.Comparisons.Single(comparison => comparison.Other == best) is { } paired && paired.Gain > paired.StandardError);
            if (node.Operator is Operator.Draft or Operator.Merge || gained)
            {
                return false;
            }

            if (node.IsDone && ++done == 8)
            {
                return true;
            }
        }

        return false;
    }

    private bool IsToBeMended(Node node)
    {
        if (node is not { Failure.Kind: not FailureKind.NoAnswer, Rejected: null } || nodes.Any(other => other.Parents.Contains(node.Id) && (other.Operator == Operator.Debug || other.Failure?.Kind != FailureKind.NoAnswer)))
        {
            return false;
        }

        int inARow = 0;
        for (Node at = node; at.Operator == Operator.Debug;)
        {
            inARow++;
            at = nodes[at.Parents[0] - 1];
            if ((at.Failure?.Kind, at.Failure?.Message) == (node.Failure!.Kind, node.Failure.Message))
            {
                return false;
            }
        }

        return inARow < 4;
    }

    private static bool HadNothing(Node node) => node is { Failure.Kind: FailureKind.NoAnswer, Operator: not (Operator.Draft or Operator.Debug or Operator.Improve) };

    private static bool IsSolution(Node node) => node.Score is not null && node.Rejected is null;

    private static string? FamilyOf(Node node) => node.Notes?[0] == '{' ? (string?)JsonNode.Parse(node.Notes)!["family"] : null;
}
