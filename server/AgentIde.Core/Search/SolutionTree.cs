using AgentIde.Core.Runs;

namespace AgentIde.Core.Search;

/// <summary>
/// The valid nodes that nobody rejected, as a tree for UCT: each hangs below the nearest such node among its first
/// parents, or below the root (0), so what a failure was mended into is a child of what the failure came from. A
/// solution is one visit of itself and of all above it; a failure is none. A node under way is a visit of value 0 of
/// all above it: the virtual loss that sends the next worker elsewhere.
/// </summary>
internal sealed class SolutionTree
{
    private readonly int[] _above;
    private readonly int[] _visits;
    private readonly int[] _steps;
    private readonly double[] _rank;
    private readonly double[] _sum;
    private readonly double[] _best;
    private readonly List<int>[] _children;

    public SolutionTree(Journal journal)
    {
        Node[] nodes = [.. journal.Nodes];
        int count = nodes.Length + 1;
        (_above, _visits, _steps) = (new int[count], new int[count], new int[count]);
        (_rank, _sum, _best) = (new double[count], new double[count], new double[count]);
        _children = new List<int>[count];
        _children[0] = [];
        foreach (Node node in nodes)
        {
            int parent = node.Parent ?? 0;
            _above[node.Id] = parent == 0 || IsSolution(nodes[parent - 1]) ? parent : _above[parent];
            _steps[parent] += OperatorChoice.HadNothing(node) ? 0 : 1;
            _children[node.Id] = [];
            if (IsSolution(node))
            {
                _children[_above[node.Id]].Add(node.Id);
            }
        }

        Belief = new Belief(journal);
        Ranked = Rank([.. nodes.Where(IsSolution)]);
        for (int id = nodes.Length; id > 0; id--)
        {
            int above = _above[id];
            if (IsSolution(nodes[id - 1]))
            {
                // All that hangs below it came later, and has been counted.
                _visits[id]++;
                _sum[id] += _rank[id];
                _best[id] = Math.Max(_best[id], _rank[id]);
                _visits[above] += _visits[id];
                _sum[above] += _sum[id];
                _best[above] = Math.Max(_best[above], _best[id]);
            }
            else if (!nodes[id - 1].IsDone)
            {
                _visits[above]++;
                StartsUnderWay += above == 0 ? 1 : 0;
            }
        }
    }

    public Belief Belief { get; }

    /// <summary>All solutions, those that <see cref="Belief"/> takes for the best first; the earlier of equals.</summary>
    public IReadOnlyList<int> Ranked { get; }

    /// <summary>The starts: solutions that hang below the root.</summary>
    public IReadOnlyList<int> Starts => _children[0];

    /// <summary>Nodes under way that become starts where they come to a solution.</summary>
    public int StartsUnderWay { get; }

    /// <summary>Steps that were begun from a node, whatever came of them; an operator that had nothing there took none.</summary>
    public int Steps(int node) => _steps[node];

    /// <summary>
    /// Half the best and half the mean of the node and what hangs below it. What counts of a solution is its rank: the
    /// share of all solutions that are worse, equals by half.
    /// </summary>
    public double Value(int node) => _visits[node] == 0 ? 0 : (_best[node] / 2) + (_sum[node] / _visits[node] / 2);

    public int Visits(int node) => _visits[node];

    /// <summary>
    /// UCT with progressive widening, from the root: on each level the best of the children that lead anywhere and of a
    /// child that is not there yet, which counts as its parent's value plus <paramref name="exploration"/>.
    /// </summary>
    /// <returns>The node that gets another child, 0 for another start; null where no node may have one more.</returns>
    public int? Select(double exploration)
    {
        bool[] leads = Leads();
        if (!leads[0])
        {
            return null;
        }

        int at = 0;
        while (true)
        {
            int? next = null;
            double highest = double.NegativeInfinity;
            foreach (int child in _children[at])
            {
                double bound = Value(child) + (exploration * Math.Sqrt(Math.Log(_visits[at]) / _visits[child]));
                if (leads[child] && bound > highest)
                {
                    (next, highest) = (child, bound);
                }
            }

            if (next is not { } chosen || (IsOpen(at) && Value(at) + exploration > highest))
            {
                return at;
            }

            at = chosen;
        }
    }

    private static bool IsSolution(Node node) => node is { IsValid: true, Rejected: null };

    /// <summary>Whether a node may have one more child.</summary>
    private bool IsOpen(int node) => _steps[node] < Math.Ceiling(Math.Sqrt(_visits[node])) + 1;

    private bool[] Leads()
    {
        bool[] leads = new bool[_children.Length];
        for (int node = leads.Length - 1; node >= 0; node--)
        {
            leads[node] = IsOpen(node) || _children[node].Exists(child => leads[child]);
        }

        return leads;
    }

    private int[] Rank(Node[] solutions)
    {
        Array.Sort(solutions, (one, other) =>
            Belief.IsBetter(one, other) ? -1
            : Belief.IsBetter(other, one) ? 1
            : one.Id.CompareTo(other.Id));
        for (int first = 0; first < solutions.Length;)
        {
            int after = first + 1;
            while (after < solutions.Length && Belief.Of(solutions[after]).Equals(Belief.Of(solutions[first])))
            {
                after++;
            }

            double worse = solutions.Length - after, equal = after - first;
            for (; first < after; first++)
            {
                _rank[solutions[first].Id] = (worse + (equal / 2)) / solutions.Length;
            }
        }

        return [.. solutions.Select(node => node.Id)];
    }
}
