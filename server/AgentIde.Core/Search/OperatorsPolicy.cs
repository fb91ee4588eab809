using AgentIde.Core.Runs;

namespace AgentIde.Core.Search;

/// <summary>
/// Drafts as AIDE does, and what fails is mended at once (<see cref="Mending"/>); then the node that <see cref="Belief"/> takes for the best is worked
/// on, and <see cref="OperatorChoice"/> says how. A pure function of journal and draws, one draw for each operator in turn.
/// </summary>
public sealed class OperatorsPolicy(OperatorsOptions options) : IPolicy
{
    public const string Own = "operators";

    /// <summary>Times the time of what it was made of: a node that takes more is dear.</summary>
    private const double Dear = 1.5;

    /// <summary>Of what the search may spend.</summary>
    private const double DearUntil = 0.7;

    public string Name => Own;

    public bool ChoosesOperators => true;

    public Decision Choose(Journal journal, Draws draws)
    {
        if ((AidePolicy.FirstDraft(journal, options.Drafts) ?? Mending.Next(journal, options.Debugs)) is { } first)
        {
            return first;
        }

        Belief belief = new(journal);
        if (belief.Best is not { } best)
        {
            return new Decision(Operator.Draft, [], "No node is valid yet, and nothing that failed is left to be mended: another start.");
        }

        int lead = Affordable(journal, best), ground = Ground(journal, belief, lead);
        return OperatorChoice.Draw(journal, belief, draws, Open(journal, belief, best, lead, ground)) ?? new Decision(Operator.Draft, [], $"Nothing is left to ask for node {ground}: another start.");
    }

    /// <summary>
    /// The node believed to be best, or that which it was made of, where it gained nothing clear and takes much longer: what else there is to try would take as much
    /// longer on top of it. Towards the end there is little else, and the best is gone on from.
    /// </summary>
    private static int Affordable(Journal journal, int best)
    {
        int lead = best;
        while (BudgetShare.Of(journal) < DearUntil && journal[lead] is { Operator: not Operator.Simplify, Parents: [int parent] } node
            && journal[parent] is { IsValid: true, Rejected: null } before && IsDear(journal, node, before) && !IsClear(node, before))
        {
            lead = parent;
        }

        return lead;
    }

    private static bool IsDear(Journal journal, Node node, Node before) =>
        journal.Executed(node.Id).Execution is { Seconds: { } seconds } && journal.Executed(before.Id).Execution is { Seconds: { } less }
        && Math.Max(Dear * less, OperatorChoice.Quick * journal.Settings!.Budget.Seconds) < seconds;

    /// <summary>On the holdout alone: out of fold the least gain is clear, for the rows are so many.</summary>
    private static bool IsClear(Node node, Node before) =>
        node.Score!.Comparisons.FirstOrDefault(comparison => comparison.Other == before.Id) is { IsClear: true, Gain: > 0 };

    /// <summary>The lead, or what Simplify made of it where that is as good.</summary>
    private static int Ground(Journal journal, Belief belief, int lead) =>
        journal[lead].Children.FirstOrDefault(child => journal[child] is { Operator: Operator.Simplify, Rejected: null } && OperatorRecord.Gained(journal, belief, journal[child]), lead);

    private static IEnumerable<Decision> Open(Journal journal, Belief belief, int best, int lead, int ground)
    {
        string why = lead != best ? $"leads to node {best}, believed to be best, which gains nothing clear and takes much longer"
            : best == journal.Best ? "is the best so far"
            : $"is believed to be better than node {journal.Best}, which leads on the holdout, by its own score out of fold as well";
        string node = $"Node {ground} {(ground == lead ? why : $"is node {lead} made simpler, {(lead == best ? "as good as the best" : "and as good")}")} ({AidePolicy.Shown(journal, ground)})";
        foreach (Decision decision in OperatorChoice.Open(journal, ground, node))
        {
            yield return decision;
        }

        if (OperatorChoice.Takes(journal, Operator.Merge) && Partner(journal, belief, ground) is { } partner)
        {
            string which = MergeChoice.Promise(journal, ground, partner) is { } promise
                ? $"that of other starts whose predictions, blended with its own, promise most ({promise.Told(journal[ground].Score!.StandardError)})"
                : "the best of other starts that it was not merged with";
            yield return new Decision(Operator.Merge, [ground, partner], $"{node}, and node {partner} ({AidePolicy.Shown(journal, partner)}) {which}.");
        }
    }

    /// <summary>Of the valid nodes that this one may be merged with, the one that promises most; where nobody blended any, the best.</summary>
    private static int? Partner(Journal journal, Belief belief, int ground)
    {
        Branches branches = new(journal);
        (Node Node, double? Gain)? partner = null;
        foreach (Node node in journal.Nodes.Where(node => node is { IsValid: true, Rejected: null } && MergeChoice.IsOpen(journal, belief, branches, ground, node.Id)))
        {
            double? gain = MergeChoice.Promise(journal, ground, node.Id)?.Gain;
            bool promisesMore = partner is not { } known || (gain is not null && (known.Gain is null || gain > known.Gain)) || (gain is null && known.Gain is null && belief.IsBetter(node, known.Node));
            partner = promisesMore ? (node, gain) : partner;
        }

        return partner?.Node.Id;
    }
}
