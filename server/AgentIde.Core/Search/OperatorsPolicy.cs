using System.Collections.Immutable;
using System.Globalization;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Search;

/// <summary>
/// AIDE's rule for drafts and for what failed; where that would improve the best node, the operator is chosen by
/// Thompson sampling: for each that fits, a rate of gains is drawn from what it brought in this run, and the highest
/// wins. A pure function of journal and draws, one draw for each operator in turn. What the engineer does not take is
/// never chosen, and what came to no answer for a node is not asked for it again.
/// </summary>
public sealed class OperatorsPolicy(AideOptions options)
{
    public const string Name = "operators";

    /// <summary>A program of more lines is long.</summary>
    public const int ManyLines = 100;

    private readonly AidePolicy _aide = new(options);

    public Decision Choose(Journal journal, Draws draws)
    {
        if (_aide.DraftOrDebug(journal, draws) is { } first)
        {
            return first;
        }

        if (journal.Best is not { } best)
        {
            return new Decision(Operator.Draft, [], "No node is valid yet and none was drawn to be mended: another start.");
        }

        int ground = Ground(journal, best);
        OperatorRecord record = new(journal);
        (double Rate, Decision Decision)? chosen = null;
        foreach (Decision open in Open(journal, ground))
        {
            (int tries, int gains) = record[open.Operator];
            double rate = BetaDraw.Next(draws, tries, gains);
            if (chosen is null || rate > chosen.Value.Rate)
            {
                chosen = (rate, open with { Why = $"{open.Why} {Past(open.Operator, tries, gains)}" });
            }
        }

        return chosen?.Decision ?? new Decision(Operator.Draft, [], $"Nothing is left to ask for node {ground}: another start.");
    }

    /// <summary>The best node, or what Simplify made of it where that is as good.</summary>
    private static int Ground(Journal journal, int best) =>
        journal[best].Children.FirstOrDefault(child => journal[child] is { Operator: Operator.Simplify, Rejected: null } && OperatorRecord.Gained(journal, journal[child]), best);

    private static IEnumerable<Decision> Open(Journal journal, int ground)
    {
        string node = $"Node {ground}{(ground == journal.Best ? " is the best so far" : $" is node {journal.Best} made simpler, as good as the best")} ({AidePolicy.Shown(journal, ground)})";
        foreach (Operator @operator in (Operator[])[Operator.Improve, Operator.Tune, Operator.Ablate])
        {
            if (Takes(journal, @operator) && !Failed(journal, @operator, ground))
            {
                yield return new Decision(@operator, [ground], $"{node}.");
            }
        }

        if (Takes(journal, Operator.Simplify) && !Tried(journal, Operator.Simplify, [ground]) && TooMuch(journal, ground) is { } weight)
        {
            yield return new Decision(Operator.Simplify, [ground], $"{node} and {weight}.");
        }

        if (Takes(journal, Operator.Merge) && Partner(journal, ground) is { } partner)
        {
            yield return new Decision(Operator.Merge, [ground, partner], $"{node}, and node {partner} ({AidePolicy.Shown(journal, partner)}) the best of another start.");
        }
    }

    private static bool Takes(Journal journal, Operator @operator) => journal.Settings?.Operators?.Contains(@operator) ?? true;

    private static bool Failed(Journal journal, Operator @operator, int parent) =>
        @operator != Operator.Improve
        && journal[parent].Children.Any(child => journal[child] is { Failure.Kind: FailureKind.NoAnswer } node && node.Operator == @operator);

    private static bool Tried(Journal journal, Operator @operator, ImmutableArray<int> parents) =>
        journal[parents[0]].Children.Any(child => journal[child] is var node && node.Operator == @operator && node.Parents.SequenceEqual(parents));

    /// <summary>Why a program is worth being made simpler; null where it is short and fast.</summary>
    private static string? TooMuch(Journal journal, int ground)
    {
        if (journal[ground].Lines is { } lines and > ManyLines)
        {
            return string.Create(CultureInfo.InvariantCulture, $"has {lines} lines");
        }

        double seconds = journal.Executed(ground).Execution?.Seconds ?? 0;
        Budget? budget = journal.Settings?.Budget;
        return budget is { Nodes: > 0 } && seconds > budget.Seconds / budget.Nodes
            ? string.Create(CultureInfo.InvariantCulture, $"takes {seconds:0} s, more than its share of the time")
            : null;
    }

    /// <summary>The best valid node that comes from other drafts and has not been merged with this one.</summary>
    private static int? Partner(Journal journal, int ground)
    {
        Branches branches = new(journal);
        Node? partner = null;
        foreach (Node node in journal.Nodes.Where(node => node is { IsValid: true, Rejected: null } && branches.AreApart(ground, node.Id)))
        {
            partner = partner is null || journal.Task!.Metric.IsBetter(node.Score!.Value, partner.Score!.Value) ? node : partner;
        }

        return partner is { } other && !Tried(journal, Operator.Merge, [ground, other.Id]) && !Tried(journal, Operator.Merge, [other.Id, ground]) ? other.Id : null;
    }

    private static string Past(Operator @operator, int tries, int gains)
    {
        string name = @operator.ToString();
        return tries == 0 ? $"{name} has not been tried." : $"{name} has gained {gains} of {tries} times.";
    }
}
