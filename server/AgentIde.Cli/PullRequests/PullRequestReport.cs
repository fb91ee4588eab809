using System.Text.Json.Serialization;
using AgentIde.Core.PullRequests;
using AgentIde.GitHub;
using AgentIde.GitHub.Git;

namespace AgentIde.Cli.PullRequests;

/// <summary>The one document of <c>pr --json</c>.</summary>
/// <param name="Repository"><c>OWNER/NAME</c>, with a host before it where that is not github.com; null where no remote names one.</param>
/// <param name="Draft">Whether it is not ready to be merged yet.</param>
/// <param name="Folder">Where the repository that the solution lies in is on this machine.</param>
/// <param name="Diff">From the base to the last commit, as git writes it.</param>
/// <param name="State">What became of it at GitHub; null for a dry run, as with number, address and head.</param>
/// <param name="Head">The repository that the branch was pushed to: a fork where there is no right to push to the other.</param>
/// <param name="Answered">Comments that were answered at GitHub now.</param>
/// <param name="Review">The comments that the run took up; null for none.</param>
internal sealed record PullRequestReport(
    string Run, int Node, string? Repository, string Folder, string Base, string BaseSha, string Branch, bool Draft, IReadOnlyList<CommitReport> Commits, string Title, string Body, string Diff, string? State, int? Number, string? Url, string? Head, int? Answered, IReadOnlyList<AnswerReport>? Review)
{
    /// <param name="opened">Null for a dry run.</param>
    /// <param name="answered">How many comments were answered at GitHub; null where none were to be.</param>
    public static PullRequestReport Of(RunProposal proposal, string @base, PlannedBranch branch, bool isDraft, OpenedPullRequest? opened, int? answered) => Of(
        proposal, opened?.Written ?? proposal.PullRequest.On(branch.Names, branch.IsReplacing ? branch.File : null), @base, branch, isDraft, opened, answered);

    private static PullRequestReport Of(RunProposal proposal, PullRequest pull, string @base, PlannedBranch branch, bool isDraft, OpenedPullRequest? opened, int? answered) => new(
        proposal.Run.Value, pull.Node, proposal.Repository?.ToString(), proposal.Workspace.Root, @base, branch.Base, pull.Branch, isDraft,
        [.. branch.Commits.Select(commit => new CommitReport(commit.Sha, commit.Node, commit.Message, commit.Files))], pull.Title, pull.Body, branch.Diff,
        opened?.State.ToString().ToLowerInvariant(), opened?.Number, opened?.Address.AbsoluteUri, opened?.Home.ToString(), answered,
        proposal.Answers is { IsEmpty: false } answers ? [.. answers.Select(AnswerReport.Of)] : null);
}

/// <summary>What became of a comment that the run took up.</summary>
/// <param name="Node">The node that was made for it; null where none has yet.</param>
/// <param name="Before">The score of the node that this one came from; null where it has none.</param>
/// <param name="After">Null where the node has none.</param>
/// <param name="Proposed">Whether the node is on the way to what is proposed.</param>
internal sealed record AnswerReport(string Url, string Author, int? Line, int? Node, double? Before, double? After, bool Proposed)
{
    public static AnswerReport Of(CommentAnswer answer) =>
        new(answer.Comment.Address, answer.Comment.Author, answer.Comment.Line, answer.Node?.Id, answer.Before?.Score?.Value, answer.Node?.Score?.Value, answer.IsProposed);
}

/// <param name="Files">From the root of the repository.</param>
internal sealed record CommitReport(string Sha, int Node, string Message, IReadOnlyList<string> Files);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(PullRequestReport))]
internal sealed partial class PullRequestJsonContext : JsonSerializerContext;
