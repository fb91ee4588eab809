using AgentIde.Core.Runs;

namespace AgentIde.Core.Conditions;

/// <summary>What a condition is asked about.</summary>
/// <param name="Journal">As it stood at that moment.</param>
/// <param name="Node">As it stands in that journal; null where no node is looked at: then all that a node has is none.</param>
/// <param name="Step">The event that has just happened; null where none is looked at.</param>
public sealed record ConditionScope(Journal Journal, Node? Node, RecordedEvent? Step);
