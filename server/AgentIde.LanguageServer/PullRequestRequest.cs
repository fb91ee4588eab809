using AgentIde.Core.Runs;

namespace AgentIde.LanguageServer;

/// <summary>Which run an editor's person wants to be proposed, and where.</summary>
/// <param name="WorkspaceRoot">Absolute path of the folder whose store has the run.</param>
/// <param name="Repository"><c>OWNER/NAME</c>, with the host before it for another server than github.com; null for the remote's.</param>
/// <param name="Base">The branch that it is to be merged into; null for the repository's own.</param>
/// <param name="IsReady">Whether it is no draft.</param>
public sealed record PullRequestRequest(string WorkspaceRoot, RunId Run, int Node, string? Repository = null, string? Base = null, bool IsReady = false);
