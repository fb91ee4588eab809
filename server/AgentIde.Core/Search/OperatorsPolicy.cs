using AgentIde.Core.Runs;

namespace AgentIde.Core.Search;

/// <summary>
/// AIDE's rule for drafts and for what failed; where that would improve the best node, the one that <see cref="Belief"/> takes for the best is worked
/// on, and <see cref="OperatorChoice"/> says how. A pure function of journal and draws, one draw for each operator in turn.
/// </summary>
public sealed class OperatorsPolicy(AideOptions options) : IPolicy
{
    private readonly AidePolicy _aide = new(options);

    public string Name => "operators";

    public bool ChoosesOperators => true;

    public Decision Choose(Journal journal, Draws draws)
    {
        if (_aide.DraftOrDebug(journal, draws) is { } first)
        {
            return first;
        }

        Belief belief = new(journal);
        if (belief.Best is not { } best)
        {
            return new Decision(Operator.Draft, [], "No node is valid yet and none was drawn to be mended: another start.");
        }

        int ground = Ground(journal, belief, best);
        return OperatorChoice.Draw(journal, belief, draws, Open(journal, belief, best, ground)) ?? new Decision(Operator.Draft, [], $"Nothing is left to ask for node {ground}: another start.");
    }

    /// <summary>The node believed to be best, or what Simplify made of it where that is as good.</summary>
    private static int Ground(Journal journal, Belief belief, int best) =>
        journal[best].Children.FirstOrDefault(child => journal[child] is { Operator: Operator.Simplify, Rejected: null } && OperatorRecord.Gained(journal, belief, journal[child]), best);

    private static IEnumerable<Decision> Open(Journal journal, Belief belief, int best, int ground)
    {
        string lead = best == journal.Best ? "is the best so far" : $"is believed to be better than node {journal.Best}, which leads on the holdout, by its own score out of fold as well";
        string node = $"Node {ground} {(ground == best ? lead : $"is node {best} made simpler, as good as the best")} ({AidePolicy.Shown(journal, ground)})";
        foreach (Decision decision in OperatorChoice.Open(journal, ground, node))
        {
            yield return decision;
        }

        if (OperatorChoice.Takes(journal, Operator.Merge) && Partner(journal, belief, ground) is { } partner)
        {
            yield return new Decision(Operator.Merge, [ground, partner], $"{node}, and node {partner} ({AidePolicy.Shown(journal, partner)}) the best of other starts that it was not merged with.");
        }
    }

    /// <summary>The best valid node that comes from other drafts and whose merge with this one is new.</summary>
    private static int? Partner(Journal journal, Belief belief, int ground)
    {
        Branches branches = new(journal);
        Node? partner = null;
        foreach (Node node in journal.Nodes.Where(node => node is { IsValid: true, Rejected: null } && branches.AreApart(ground, node.Id) && !OperatorChoice.IsCovered(journal, belief, branches, ground, node.Id)))
        {
            partner = partner is null || belief.IsBetter(node, partner) ? node : partner;
        }

        return partner?.Id;
    }
}
