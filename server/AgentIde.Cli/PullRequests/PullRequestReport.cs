using System.Text.Json.Serialization;

namespace AgentIde.Cli.PullRequests;

/// <summary>The one document of <c>pr --json</c>.</summary>
/// <param name="Repository"><c>OWNER/NAME</c>, with a host before it where that is not github.com; null where no remote names one.</param>
/// <param name="Draft">Whether it is not ready to be merged yet.</param>
/// <param name="Diff">From the base to the last commit, as git writes it.</param>
internal sealed record PullRequestReport(
    string Run, int Node, string? Repository, string Base, string BaseSha, string Branch, bool Draft, IReadOnlyList<CommitReport> Commits, string Title, string Body, string Diff)
{
    public static PullRequestReport Of(PullRequestPlan plan, bool isDraft) => new(
        plan.Run.Value, plan.PullRequest.Node, plan.Repository?.ToString(), plan.Base, plan.Branch.Base, plan.PullRequest.Branch, isDraft,
        [.. plan.Branch.Commits.Select(commit => new CommitReport(commit.Sha, commit.Node, commit.Message, commit.Files))], plan.PullRequest.Title, plan.PullRequest.Body, plan.Branch.Diff);
}

/// <param name="Files">From the root of the repository.</param>
internal sealed record CommitReport(string Sha, int Node, string Message, IReadOnlyList<string> Files);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(PullRequestReport))]
internal sealed partial class PullRequestJsonContext : JsonSerializerContext;
