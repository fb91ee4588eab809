namespace AgentIde.Core.Search;

/// <param name="Exploration">The constant c of UCT, in ranks.</param>
/// <param name="Families">Solutions of different families that drafts go on to.</param>
/// <param name="DraftsUntil">The share of the budget at which drafts end all the same, 0 to 1, as with the two that follow.</param>
/// <param name="TreeUntil">Where UCT ends, and the leading nodes are worked on, by turns with a merge.</param>
/// <param name="LeadersUntil">Where that ends, and merging comes first.</param>
/// <param name="Leaders">How many nodes lead.</param>
/// <param name="Debugs">Debug steps in a row, at most.</param>
/// <param name="Patience">Nodes without a clear gain after which something else is tried.</param>
public sealed record MctsOptions(
    double Exploration = 0.25,
    int Families = 5,
    double DraftsUntil = 0.2,
    double TreeUntil = 0.6,
    double LeadersUntil = 0.8,
    int Leaders = 3,
    int Debugs = 4,
    int Patience = 8)
{
    public static MctsOptions Default { get; } = new();
}
