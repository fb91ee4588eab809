namespace AgentIde.Core.PullRequests;

/// <summary>The finished run that a run with a pull request of its own branches from.</summary>
/// <param name="Run">Its name.</param>
/// <param name="PullRequest">By what its pull request is known, where it has one.</param>
public sealed record OriginRun(string Run, PullRequestName PullRequest);
