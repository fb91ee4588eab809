using System.Globalization;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Search;

/// <summary>
/// Monte Carlo tree search over solutions: UCT (Kocsis and Szepesvári, Bandit Based Monte-Carlo Planning, 2006) with
/// progressive widening (Coulom, Computing Elo Ratings of Move Patterns, 2007) and virtual loss (Chaslot et al.,
/// Parallel Monte-Carlo Tree Search, 2008), on ranks instead of scores: see <see cref="SolutionTree"/>. A schedule by
/// the share of the budget stands around it: drafts of different families, UCT, the leading nodes by turns with a merge, merging. Which
/// operator works on a chosen node is <see cref="OperatorChoice"/>'s, and the only thing that draws.
/// </summary>
public sealed class MctsPolicy(MctsOptions options) : IPolicy
{
    /// <summary>Of so many of the best a pair is looked for: in a long run of one start there is none, and all pairs are many.</summary>
    private const int MostPaired = 100;

    public string Name => "mcts";

    public bool ChoosesOperators => true;

    public Decision Choose(Journal journal, Draws draws)
    {
        if (Mending.Next(journal, options.Debugs) is { } mend)
        {
            return mend;
        }

        SolutionTree tree = new(journal);
        if (tree.Ranked.Count == 0)
        {
            return new Decision(Operator.Draft, [], "No node is valid yet: another start.");
        }

        double share = BudgetShare.Of(journal);
        int families = Families(journal, tree);
        if (share < options.DraftsUntil && families + tree.StartsUnderWay < options.Families)
        {
            return new Decision(Operator.Draft, [], $"{families} of {options.Families} families have a solution: different starts before any is improved.");
        }

        if (share >= options.LeadersUntil)
        {
            // Where no merge fits into the time that is left, one answer says so for many: nodes are not spent on the others alone.
            bool hadNone = journal.Nodes is [.., { Operator: Operator.Merge } last] && OperatorChoice.HadNothing(last);
            return (hadNone ? null : Merge(journal, tree, "the time to merge has come")) ?? Leader(journal, draws, tree);
        }

        return Stagnation.Is(journal, options.Patience) ? Elsewhere(journal, tree)
            : share >= options.TreeUntil ? InTurn(journal, tree) ?? Leader(journal, draws, tree)
            : Expand(journal, draws, tree);
    }

    /// <summary>A merge, where the leaders had their turns since the last: a blend of slow programs fits into the time while there is some.</summary>
    private Decision? InTurn(Journal journal, SolutionTree tree) =>
        journal.Nodes.TakeLast(options.Leaders).Any(node => node.Operator == Operator.Merge) ? null : Merge(journal, tree, "a merge's turn has come");

    /// <summary>Each start whose engineer does not tell is a family of its own.</summary>
    private static int Families(Journal journal, SolutionTree tree) =>
        tree.Starts.Select(start => Family.Of(journal[start]) ?? $"node {start}").Distinct(StringComparer.Ordinal).Count();

    private Decision Expand(Journal journal, Draws draws, SolutionTree tree) => tree.Select(options.Exploration) switch
    {
        null => new Decision(Operator.Draft, [], "Every node has as many children as its visits allow: another start."),
        0 => new Decision(Operator.Draft, [], $"A new start promises more than any of the {tree.Starts.Count} there are."),
        int node => Step(journal, tree.Belief, draws, node, string.Create(
            CultureInfo.InvariantCulture, $"Node {node} ({AidePolicy.Shown(journal, node)}) promises most: value {tree.Value(node):0.00} over {tree.Visits(node)} visit{(tree.Visits(node) == 1 ? "" : "s")}")),
    };

    /// <summary>The leading node that has been worked on least.</summary>
    private Decision Leader(Journal journal, Draws draws, SolutionTree tree)
    {
        int node = tree.Ranked.Take(options.Leaders).MinBy(tree.Steps);
        return Step(journal, tree.Belief, draws, node, $"Node {node} ({AidePolicy.Shown(journal, node)}) is one of the best {Math.Min(options.Leaders, tree.Ranked.Count)}, and was worked on least of them");
    }

    private static Decision Step(Journal journal, Belief belief, Draws draws, int node, string why) =>
        OperatorChoice.Draw(journal, belief, draws, OperatorChoice.Open(journal, node, why)) ?? new Decision(Operator.Draft, [], $"Nothing is left to ask for node {node}: another start.");

    /// <summary>Another start and a merge, by turns.</summary>
    private Decision Elsewhere(Journal journal, SolutionTree tree)
    {
        string why = $"{options.Patience} nodes brought no clear gain";
        bool drafted = journal.Nodes.FindLast(node => node.Operator is Operator.Draft or Operator.Merge)?.Operator == Operator.Draft;
        return (drafted ? Merge(journal, tree, why) : null) ?? new Decision(Operator.Draft, [], $"{why}: a start of another family.");
    }

    /// <summary>The two best of different starts whose merge is new; null where there are none, or the engineer takes no Merge.</summary>
    private static Decision? Merge(Journal journal, SolutionTree tree, string why)
    {
        if (!OperatorChoice.Takes(journal, Operator.Merge))
        {
            return null;
        }

        // By the sum of the two places: with the best first where sums are equal.
        Branches branches = new(journal);
        int count = Math.Min(tree.Ranked.Count, MostPaired);
        for (int sum = 1; sum <= (2 * count) - 3; sum++)
        {
            for (int first = Math.Max(0, sum - count + 1); 2 * first < sum; first++)
            {
                (int better, int other) = (tree.Ranked[first], tree.Ranked[sum - first]);
                if (MergeChoice.IsOpen(journal, tree.Belief, branches, better, other))
                {
                    return new Decision(Operator.Merge, [better, other], $"{char.ToUpperInvariant(why[0])}{why[1..]}: nodes {better} ({AidePolicy.Shown(journal, better)}) and {other} ({AidePolicy.Shown(journal, other)}) come from different starts.");
                }
            }
        }

        return null;
    }
}
