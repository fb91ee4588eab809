using System.Collections.Immutable;

namespace AgentIde.LanguageServer;

/// <summary>What a pull request would hold.</summary>
/// <param name="Repository">Where it would go to; null where no remote names a repository.</param>
/// <param name="Base">The branch that it is to be merged into, as far as it is known without asking.</param>
/// <param name="Commits">From the base on.</param>
/// <param name="File">The one that they change, from the root of the repository.</param>
/// <param name="Body">GitHub's Markdown, in which all that others wrote is escaped.</param>
/// <param name="Diff">From the base to the last commit.</param>
public sealed record PullRequestPreview(
    string? Repository, string Base, string BaseSha, string Branch, ImmutableArray<PreviewedCommit> Commits, string File, string Title, string Body, string Diff);

public sealed record PreviewedCommit(string Sha, string Message);
