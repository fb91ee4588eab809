using System.Collections.Immutable;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Search;

/// <summary>Which drafts each node comes from: one, or several where branches were merged on the way.</summary>
internal sealed class Branches
{
    private readonly ImmutableHashSet<int>[] _drafts;
    private readonly List<Node> _merges = [];

    public Branches(Journal journal)
    {
        _drafts = new ImmutableHashSet<int>[journal.Nodes.Count];
        foreach (Node node in journal.Nodes)
        {
            _drafts[node.Id - 1] = node.Parents switch
            {
                [] => [node.Id],
                [int parent] => _drafts[parent - 1],
                _ => [.. node.Parents.SelectMany(parent => _drafts[parent - 1])],
            };
            if (node is { Operator: Operator.Merge, Failure: null })
            {
                _merges.Add(node);
            }
        }
    }

    /// <summary>Merges that are under way or came to a score.</summary>
    public IReadOnlyList<Node> Merges => _merges;

    /// <summary>The drafts that a node comes from, by their numbers: the same text for the same ones.</summary>
    public string StartsOf(int node) => string.Join(',', _drafts[node - 1].Order());

    public bool AreApart(int node, int other) => !_drafts[node - 1].Overlaps(_drafts[other - 1]);
}
