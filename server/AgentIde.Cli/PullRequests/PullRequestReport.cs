using System.Text.Json.Serialization;
using AgentIde.GitHub;
using AgentIde.GitHub.Git;

namespace AgentIde.Cli.PullRequests;

/// <summary>The one document of <c>pr --json</c>.</summary>
/// <param name="Repository"><c>OWNER/NAME</c>, with a host before it where that is not github.com; null where no remote names one.</param>
/// <param name="Draft">Whether it is not ready to be merged yet.</param>
/// <param name="Folder">Where the repository that the solution lies in is on this machine.</param>
/// <param name="Diff">From the base to the last commit, as git writes it.</param>
/// <param name="State">What became of it at GitHub; null for a dry run, as with number and address.</param>
internal sealed record PullRequestReport(
    string Run, int Node, string? Repository, string Folder, string Base, string BaseSha, string Branch, bool Draft, IReadOnlyList<CommitReport> Commits, string Title, string Body, string Diff, string? State, int? Number, string? Url)
{
    /// <param name="opened">Null for a dry run.</param>
    public static PullRequestReport Of(RunProposal proposal, string @base, PlannedBranch branch, bool isDraft, OpenedPullRequest? opened) => new(
        proposal.Run.Value, proposal.PullRequest.Node, proposal.Repository?.ToString(), proposal.Workspace.Root, @base, branch.Base, proposal.PullRequest.Branch, isDraft,
        [.. branch.Commits.Select(commit => new CommitReport(commit.Sha, commit.Node, commit.Message, commit.Files))], proposal.PullRequest.Title, proposal.PullRequest.Body, branch.Diff,
        opened?.State.ToString().ToLowerInvariant(), opened?.Number, opened?.Address.AbsoluteUri);
}

/// <param name="Files">From the root of the repository.</param>
internal sealed record CommitReport(string Sha, int Node, string Message, IReadOnlyList<string> Files);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(PullRequestReport))]
internal sealed partial class PullRequestJsonContext : JsonSerializerContext;
