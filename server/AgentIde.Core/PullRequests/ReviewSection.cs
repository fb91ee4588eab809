using System.Text;
using System.Text.RegularExpressions;
using AgentIde.Core.Runs;

namespace AgentIde.Core.PullRequests;

/// <summary>What became of the comments that the run was asked to go on by.</summary>
internal static partial class ReviewSection
{
    public static BodySection Of(Evidence evidence)
    {
        CommentAnswer[] answers = [.. CommentAnswer.Of(evidence.Journal, evidence.Node.Id, evidence.Repository)];
        return answers.Length == 0
            ? BodySection.Fixed("the review", () => "")
            : new BodySection("the review", 75, [() => Write(evidence, answers, 100, 200), () => Write(evidence, answers, 100, 60), () => Write(evidence, answers, 20, 60)]);
    }

    /// <summary>Where a comment is read, if it has the form of such an address; anything else comes from no server.</summary>
    internal static string? Link(string address) => AddressForm().IsMatch(address) ? address : null;

    /// <summary>Whether a comment was made in another repository than this one, <c>OWNER/NAME</c>.</summary>
    internal static bool IsElsewhere(string address, string repository) =>
        Link(address) is not null && !string.Join('/', new Uri(address).AbsolutePath.Split('/').Skip(1).Take(2)).Equals(repository, StringComparison.OrdinalIgnoreCase);

    private static string Write(Evidence evidence, CommentAnswer[] answers, int most, int length)
    {
        StringBuilder text = new("## Review\n\nComments that the run was asked to go on by, and what came of each:\n");
        foreach (CommentAnswer answer in answers.Take(most))
        {
            ReviewComment comment = answer.Comment;
            string name = $"{(comment.Kind == CommentKind.Line ? "A comment" : comment.Kind == CommentKind.Review ? "A review" : "A word in the conversation")}{(comment.Line is { } line ? $" on line {line}" : "")}";
            text.Append($"\n- {(Link(comment.Address) is { } link ? $"[{name}]({link})" : name)} by {evidence.Inline(comment.Author, 60)}");
            text.Append(comment.Origin is { } origin ? $" (the line comes from node {origin})" : "");
            text.Append($": “{evidence.Inline(answer.Text, length)}” — {answer.Outcome(evidence.Redact)}");
        }

        string decided = CommentAnswer.Decided(answers.Select(answer => answer.Tie).FirstOrDefault(tie => tie is not null));
        return text.Append(answers.Length > most ? $"\n- and {answers.Length - most} more" : "").Append(decided.Length == 0 ? "" : $"\n\n{decided}").ToString();
    }

    [GeneratedRegex(@"\Ahttps?://[A-Za-z0-9.-]+(:[0-9]{1,5})?/[A-Za-z0-9_-]+/[A-Za-z0-9._-]+/(pull|issues)/[0-9]+#[a-z_]+-?r?[0-9]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex AddressForm();
}
