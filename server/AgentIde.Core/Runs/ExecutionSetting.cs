using AgentIde.Core.Sandboxes;

namespace AgentIde.Core.Runs;

/// <summary>Under what a node was executed, as far as the log says.</summary>
/// <param name="Sandbox">The engine with its versions; null where the process that executed it did not say.</param>
/// <param name="Bounds">Null in logs that don't say.</param>
public sealed record ExecutionSetting(SandboxReport? Sandbox, ExecutionBounds? Bounds);
