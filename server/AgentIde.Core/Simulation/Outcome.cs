using AgentIde.Core.Runs;

namespace AgentIde.Core.Simulation;

/// <summary>What a simulated node comes to. Scores and errors are on the pool's scale.</summary>
/// <param name="Score">Null where it fails.</param>
/// <param name="Failure">Null where it has a score.</param>
/// <param name="Error">Of a difference to another node.</param>
/// <param name="Distance">How far the parent that it was recorded with is from the simulated one; 0 where scores don't count.</param>
internal sealed record Outcome(double? Score, FailureKind? Failure, string? Signature, double Seconds, int? Lines, string? Family, double Error, double Distance);

/// <summary>What the model knows of a simulated node that others come from.</summary>
/// <param name="Score">Null where it failed.</param>
/// <param name="Base">The score of the nearest node with one, itself or by first parents; null where there is none.</param>
internal sealed record SimulatedNode(double? Score, double? Base, FailureKind? Failure, string? Signature, string? Family);
