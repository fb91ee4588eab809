using System.Collections.Immutable;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Search;

/// <summary>Which drafts each node comes from: one, or several where branches were merged on the way.</summary>
internal sealed class Branches
{
    private readonly ImmutableHashSet<int>[] _drafts;

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
        }
    }

    public bool AreApart(int node, int other) => !_drafts[node - 1].Overlaps(_drafts[other - 1]);
}
