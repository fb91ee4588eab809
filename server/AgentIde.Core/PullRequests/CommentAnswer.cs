using System.Collections.Immutable;
using AgentIde.Core.Runs;

namespace AgentIde.Core.PullRequests;

/// <summary>What a run made of a comment of its pull request.</summary>
/// <param name="Text">The comment's: untrusted.</param>
/// <param name="Node">The node that took it up; null where none has yet.</param>
/// <param name="Before">The node that this one came from; null where it stands alone.</param>
/// <param name="IsProposed">Whether the node is on the way to the one that is proposed.</param>
public sealed record CommentAnswer(ReviewComment Comment, string Text, Node? Node, Node? Before, bool IsProposed)
{
    /// <summary>In the order in which they were taken up.</summary>
    /// <param name="proposed">The node that the pull request proposes.</param>
    public static ImmutableArray<CommentAnswer> Of(Journal journal, int proposed)
    {
        HashSet<int> way = [.. journal.Lineage(proposed).Select(node => node.Id)];
        return
        [
            .. journal.Nodes.Where(node => node.Comment is not null).Select(node => new CommentAnswer(node.Comment!, node.Hint ?? "", node, node.Parent is { } parent ? journal[parent] : null, way.Contains(node.Id))),
            .. journal.Asked.Where(asked => asked.Comment is not null).Select(asked => new CommentAnswer(asked.Comment!, asked.Hint ?? "", null, null, false)),
        ];
    }

    /// <summary>Whether there is anything to answer yet.</summary>
    public bool IsDone => Node is { IsDone: true };

    /// <summary>The text of a reply to the comment, in GitHub's Markdown; it ends with <see cref="Marker"/>.</summary>
    /// <param name="redact">Takes keys out of a text that somebody else wrote.</param>
    public string Reply(RunId run, Func<string, string> redact)
    {
        string link = Comment.Kind != CommentKind.Line && ReviewSection.Link(Comment.Address) is { } address ? $"To [what {GitHubText.Inline(redact(Comment.Author), 60)} wrote]({address}): " : "";
        string plan = Node?.Plan is { } thought ? $"\n\nWhat it did: {GitHubText.Inline(redact(thought), 600)}" : "";
        return $"{link}{Outcome(redact)}{plan}\n\nA machine wrote this (`agentide show {run} --node {Node?.Id}` tells more).\n\n{Marker}";
    }

    /// <summary>By this an answer is known again, whoever posted it.</summary>
    public string Marker => MarkerOf(Comment.Kind, Comment.Id);

    public static string MarkerOf(CommentKind kind, long id) => $"{MarkerStart}{kind.ToString().ToLowerInvariant()}-{id} -->";

    /// <summary>What each answer's last line begins with.</summary>
    public const string MarkerStart = "<!-- agentide:answer ";

    /// <summary>Which node took it up, and the score before and after.</summary>
    internal string Outcome(Func<string, string> redact) => Node switch
    {
        null => "no node has come to it yet.",
        { Failure: { } failure } node => $"node {node.Id} took it up and failed ({GitHubText.Inline(redact(failure.Message), 200)}).",
        { Score: { } score } node => $"node {node.Id} took it up: {(Before?.Score is { } before ? $"{Figures.WithError(before.Value, before.StandardError)} before (node {Before.Id}), " : "")}{Figures.WithError(score.Value, score.StandardError)} after{(Wording.Gain(node) is { } gain ? $", {gain}" : "")}. {(IsProposed ? "It is part of what is proposed." : $"What is proposed now does not come from it{(node.Rejected is null ? "" : ": it was rejected")}.")}",
        var node => $"node {node.Id} has taken it up and is under way.",
    };
}
