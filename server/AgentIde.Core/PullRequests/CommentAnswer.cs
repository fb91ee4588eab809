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
    /// <summary>The node that is proposed; null where that is not known.</summary>
    public Node? Proposed { get; init; }

    /// <summary>The tie by which the wishes of reviewers decided what is proposed; null where the scores did.</summary>
    internal WishedTie? Tie { get; init; }

    /// <summary>In the order in which they were taken up.</summary>
    /// <param name="proposed">The node that the pull request proposes.</param>
    public static ImmutableArray<CommentAnswer> Of(Journal journal, int proposed)
    {
        HashSet<int> way = [.. journal.Lineage(proposed).Select(node => node.Id)];
        WishedTie? tie = WishedTie.Of(journal) is { } known && known.Node.Id == proposed ? known : null;
        return
        [
            .. journal.Nodes.Where(node => node.Comment is not null).Select(node => new CommentAnswer(node.Comment!, node.Hint ?? "", node, node.Parent is { } parent ? journal[parent] : null, way.Contains(node.Id)) { Proposed = journal[proposed], Tie = tie }),
            .. journal.Asked.Where(asked => asked.Comment is not null).Select(asked => new CommentAnswer(asked.Comment!, asked.Hint ?? "", null, null, false)),
        ];
    }

    /// <summary>Whether there is anything to answer yet.</summary>
    public bool IsDone => Node is { IsDone: true };

    /// <summary>The text of a reply to the comment, in GitHub's Markdown; it ends with <see cref="Marker"/>.</summary>
    /// <param name="redact">Takes keys out of a text that somebody else wrote.</param>
    public string Reply(RunId run, Func<string, string> redact)
    {
        string link = LinkOf(Comment.Kind, redact(Comment.Author), Comment.Address);
        string plan = Node?.Plan is { } thought ? $"\n\nWhat it did: {GitHubText.Inline(redact(thought), 600)}" : "";
        string outcome = Outcome(redact);
        return $"{link}{(link.Length == 0 ? char.ToUpperInvariant(outcome[0]) + outcome[1..] : outcome)}{plan}\n\nA machine wrote this (`agentide show {run} --node {Node?.Id}` tells more).\n\n{Marker}";
    }

    /// <summary>
    /// The text of a reply to a comment that the run leaves out since its engineer can do nothing by it. It ends with
    /// <see cref="AsideMarker"/>, so that an answer may follow where another engineer takes it up.
    /// </summary>
    /// <param name="why">In a sentence without its full stop.</param>
    public static string Aside(CommentKind kind, long id, string author, string address, string why) =>
        $"{LinkOf(kind, author, address)}Nothing was changed for this: {why}.\n\nA machine wrote this.\n\n{AsideMarker(kind, id)}";

    public static string AsideMarker(CommentKind kind, long id) => $"{MarkerStart}{kind.ToString().ToLowerInvariant()}-{id} aside -->";

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
        { Score: { } score } node => $"node {node.Id} took it up: {(Before?.Score is { } before ? $"{Figures.WithError(before.Value, before.StandardError)} before (node {Before.Id}), " : "")}{Figures.WithError(score.Value, score.StandardError)} after{(Wording.Gain(node) is { } gain ? $", {gain}" : "")}. {Standing(node)}",
        var node => $"node {node.Id} has taken it up and is under way.",
    };

    /// <summary>Whether it is part of what is proposed, and why it is or is not, with both figures.</summary>
    private string Standing(Node node)
    {
        if (IsProposed)
        {
            return Tie is null ? "It is part of what is proposed."
                : $"It is part of what is proposed: node {Tie.Best.Id} has {Figures.WithError(Tie.Best.Score!.Value, Tie.Best.Score.StandardError)}, against {Figures.WithError(Tie.Node.Score!.Value, Tie.Node.Score.StandardError)} (on the same rows {Tie.Words}, which is within the error), and in a tie a reviewer's wish decides.";
        }

        if (node.Rejected is not null || Proposed?.Score is not { } score)
        {
            return $"What is proposed now does not come from it{(node.Rejected is null ? "" : ": it was rejected")}.";
        }

        string against = WishedTie.Between(node, Proposed) is { } difference ? $", and on the same rows this is {WishedTie.Said(difference)}" : "";
        return $"What is proposed now does not come from it: node {Proposed.Id} has {Figures.WithError(score.Value, score.StandardError)}{against}.";
    }

    /// <summary>A word in the conversation has no thread: the answer says to what it is one.</summary>
    private static string LinkOf(CommentKind kind, string author, string address) =>
        kind != CommentKind.Line && ReviewSection.Link(address) is { } link ? $"To [what {GitHubText.Inline(author, 60)} wrote]({link}): " : "";
}
