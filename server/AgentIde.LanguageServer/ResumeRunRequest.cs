using AgentIde.Core.Runs;

namespace AgentIde.LanguageServer;

/// <summary>A run without a process that an editor wants to go on, by what its log says of it.</summary>
/// <param name="WorkspaceRoot">Absolute path of the folder whose <c>.agentide</c> has the run.</param>
/// <param name="TaskFolder">Absolute path, inside the workspace.</param>
/// <param name="Engineer">As the run was started with; null is the built-in one.</param>
/// <param name="Sandbox">The engine that its candidates ran in; null where it died before it had one.</param>
public sealed record ResumeRunRequest(string WorkspaceRoot, RunId Run, string TaskFolder, string? Engineer, string? Sandbox);
