using System.Collections.Immutable;

namespace AgentIde.Sandbox.Attacks;

/// <summary>Every attack there is, by its number.</summary>
internal static class AttackCatalogue
{
    internal static ImmutableArray<Attack> All { get; } =
        [.. BoundaryAttacks.All.Concat(ResourceAttacks.All).Concat(ProcessAttacks.All).Concat(OutputAttacks.All).OrderBy(attack => attack.Id)];
}
