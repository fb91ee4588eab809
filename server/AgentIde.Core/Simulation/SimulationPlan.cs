using System.Collections.Immutable;

namespace AgentIde.Core.Simulation;

/// <param name="Policies">By name; the first is what the others are compared with.</param>
/// <param name="Seeds">Simulations of each policy and task.</param>
/// <param name="Nodes">At most, in each.</param>
/// <param name="Seconds">Of simulated time, in each.</param>
/// <param name="Workers">Nodes under way at once, at most.</param>
/// <param name="Redraws">How many times the pool's runs are drawn anew, to see what hangs on them; 0 for never.</param>
public sealed record SimulationPlan(ImmutableArray<string> Policies, int Seeds, int Nodes, double Seconds, int Workers, int Redraws);
