namespace AgentIde.Core.Search;

/// <param name="Population">The newest solutions, so many of them, are alive.</param>
/// <param name="DraftsUntil">The share of the budget at which the population is no longer filled by drafts, 0 to 1.</param>
/// <param name="Tournament">Drawn for one place as a parent; the best of them gets it.</param>
/// <param name="Crossover">The chance of two parents, 0 to 1.</param>
/// <param name="Debugs">Debug steps in a row, at most.</param>
public sealed record EvolutionOptions(int Population = 10, double DraftsUntil = 0.2, int Tournament = 3, double Crossover = 0.25, int Debugs = 2)
{
    public static EvolutionOptions Default { get; } = new();
}
