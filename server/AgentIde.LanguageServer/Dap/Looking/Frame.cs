using AgentIde.Core.Runs;

namespace AgentIde.LanguageServer.Dap.Looking;

/// <summary>A frame of a stack: a step, or a node that it comes from.</summary>
/// <param name="Node">Null where the step is of the run.</param>
/// <param name="Step">The event; null for a node that the step comes from.</param>
/// <param name="Journal">As it stood at the stop that the frame is of.</param>
internal sealed record Frame(int? Node, RecordedEvent? Step, Journal Journal);
