using System.Collections.Immutable;
using AgentIde.Core.Runs;

namespace AgentIde.Core.PullRequests;

/// <summary>By what the pull request of a run is known at GitHub; the same for all runs that keep it.</summary>
/// <param name="Branches">
/// Such as <c>agentide/diamonds-1</c>, and one that no other run has: for where the first is the branch of another run, since two
/// workspaces may both have a diamonds-1, and for where another pull request closes the run's issue already.
/// </param>
/// <param name="Marker">An HTML comment that its text ends with.</param>
public sealed record PullRequestName(ImmutableArray<string> Branches, string Marker)
{
    private const int MaximumBranch = 40;

    /// <param name="account">Of a run that began.</param>
    public static PullRequestName Of(RunAccount account)
    {
        RunSettings settings = account.Journal.Settings!;
        RunId run = settings.Fork?.PullRequest?.Run ?? settings.Run;
        string task = GitHubText.Slug(account.Journal.Task!.Id);
        ImmutableArray<string> ends = settings.Issue is { } issue ? [$"-issue-{issue.Number}", $"-{account.Identity.Short}-issue-{issue.Number}"] : ["", $"-{account.Identity.Short}"];
        // Two workspaces may both have a diamonds-3: they began at different moments, or with different settings.
        return new PullRequestName([.. ends.Select(end => BranchOf(task, run.Value + end))], $"<!-- agentide:run {run} {account.Identity.Short} -->");
    }

    private static string BranchOf(string task, string run)
    {
        string name = task.Length == 0 || run.StartsWith($"{task}-", StringComparison.Ordinal) ? run : $"{task}-{run}";
        // The end tells runs apart.
        return $"agentide/{(name.Length <= MaximumBranch ? name : name[^MaximumBranch..].TrimStart('-'))}";
    }
}
