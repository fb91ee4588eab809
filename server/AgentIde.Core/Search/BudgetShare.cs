using AgentIde.Core.Runs;

namespace AgentIde.Core.Search;

internal static class BudgetShare
{
    /// <summary>How much of what the search may spend is gone, of nodes or of time, whichever is nearer its end: 0 and up. Time that is kept for choice and refit is not the search's.</summary>
    public static double Of(Journal journal) => journal.Settings?.Budget is { } budget
        ? Math.Max(Share(journal.Nodes.Count, budget.Nodes), Share(journal.Spent.TotalSeconds, budget.Seconds - FreshChoice.SecondsAfterSearch(journal)))
        : 0;

    private static double Share(double spent, double budget) => budget > 0 ? spent / budget : 1;
}
