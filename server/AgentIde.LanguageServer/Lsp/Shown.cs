using AgentIde.LanguageServer.Lsp.Runs;

namespace AgentIde.LanguageServer.Lsp;

/// <summary>What an open document shows of our work.</summary>
internal abstract record Shown;

/// <param name="Run">The live run of this task, else its newest; null where there is none.</param>
internal sealed record TaskShown(string Folder, RunState? Run) : Shown;

/// <param name="Run">Whose code was written into the file last, else the newest that would write it.</param>
/// <param name="Applied">Null where nothing was written yet.</param>
internal sealed record SolutionShown(RunState Run, AppliedCode? Applied) : Shown;

/// <summary>The read-only code of a node.</summary>
internal sealed record NodeShown(RunState Run, int Node) : Shown;

/// <summary>What a pull request of a node would hold.</summary>
/// <param name="Previewed">Null where nobody was shown it in this session.</param>
internal sealed record PullRequestShown(RunState Run, int Node, PreviewedPullRequest? Previewed) : Shown;

/// <param name="Request">What was asked for: only what a person named is in it.</param>
internal sealed record PreviewedPullRequest(PullRequestRequest Request, PullRequestPreview Preview);
