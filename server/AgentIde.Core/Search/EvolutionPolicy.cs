using AgentIde.Core.Runs;

namespace AgentIde.Core.Search;

/// <summary>
/// Aging evolution (Real et al., Regularized Evolution for Image Classifier Architecture Search, 2019): the newest
/// solutions are the population, the oldest dies whatever its score, and a parent is the best of a few that are drawn
/// with replacement. A mutation is Improve or Tune, by what pays in the run; beyond the paper, some children have two
/// parents of different starts: a crossover is Merge. Workers draw for themselves, as there: what is under way is not
/// born yet, and fills the population only while drafts do.
/// </summary>
public sealed class EvolutionPolicy(EvolutionOptions options) : IPolicy
{
    public string Name => "evolution";

    public bool ChoosesOperators => true;

    public Decision Choose(Journal journal, Draws draws)
    {
        if (Mending.Next(journal, options.Debugs) is { } mend)
        {
            return mend;
        }

        SolutionTree tree = new(journal);
        int starts = tree.Starts.Count + tree.StartsUnderWay;
        if (tree.Ranked.Count == 0 || (starts < options.Population && BudgetShare.Of(journal) < options.DraftsUntil))
        {
            return new Decision(Operator.Draft, [], $"The population has {tree.Starts.Count} of {options.Population} starts: another one.");
        }

        // By place, so that the better one of two is the lower.
        Dictionary<int, int> places = tree.Ranked.Select((node, place) => (node, place)).ToDictionary(pair => pair.node, pair => pair.place);
        int[] alive = [.. tree.Ranked.Order().TakeLast(options.Population)];
        int parent = Tournament(draws, alive, places);
        return Crossover(journal, draws, alive, places, parent) ?? Mutation(journal, tree.Belief, draws, alive, parent);
    }

    private Decision? Crossover(Journal journal, Draws draws, int[] alive, Dictionary<int, int> places, int parent)
    {
        if (!OperatorChoice.Takes(journal, Operator.Merge) || draws.NextDouble() >= options.Crossover)
        {
            return null;
        }

        Branches branches = new(journal);
        int[] mates = [.. alive.Where(mate => branches.AreApart(parent, mate) && !MergeChoice.Merged(journal, parent, mate))];
        if (mates.Length == 0)
        {
            return null;
        }

        int mate = Tournament(draws, mates, places);
        (int better, int other) = places[parent] < places[mate] ? (parent, mate) : (mate, parent);
        return new Decision(Operator.Merge, [better, other], $"Nodes {better} ({AidePolicy.Shown(journal, better)}) and {other} ({AidePolicy.Shown(journal, other)}) won their tournaments and come from different starts.");
    }

    private static Decision Mutation(Journal journal, Belief belief, Draws draws, int[] alive, int parent)
    {
        string why = $"Node {parent} ({AidePolicy.Shown(journal, parent)}) won a tournament among the newest {alive.Length}";
        return OperatorChoice.Draw(journal, belief, draws, OperatorChoice.Open(journal, parent, why).Where(decision => decision.Operator is Operator.Improve or Operator.Tune))
            ?? new Decision(Operator.Draft, [], $"Nothing is left to ask for node {parent}: another start.");
    }

    private int Tournament(Draws draws, int[] alive, Dictionary<int, int> places)
    {
        int winner = alive[draws.NextIndex(alive.Length)];
        for (int drawn = 1; drawn < options.Tournament; drawn++)
        {
            int other = alive[draws.NextIndex(alive.Length)];
            winner = places[other] < places[winner] ? other : winner;
        }

        return winner;
    }
}
