using System.Collections.Immutable;
using AgentIde.Core.Runs;

namespace AgentIde.Core.PullRequests;

/// <summary>What a run made of a comment of its pull request.</summary>
/// <param name="Text">The comment's: untrusted.</param>
/// <param name="Node">The node that was made for it; null where none has yet.</param>
/// <param name="Before">The node that this one came from; null where it stands alone.</param>
/// <param name="IsProposed">Whether the node is on the way to the one that is proposed.</param>
public sealed record CommentAnswer(ReviewComment Comment, string Text, Node? Node, Node? Before, bool IsProposed)
{
    /// <summary>The node that is proposed; null where that is not known.</summary>
    public Node? Proposed { get; init; }

    /// <summary>The tie by which the wishes of reviewers decided what is proposed; null where the scores did.</summary>
    internal WishedTie? Tie { get; init; }

    /// <summary>The commit of the pull request that holds the node that is proposed, in a few digits; null where none is known.</summary>
    public string? Commit { get; init; }

    /// <summary>In the order in which they were taken up.</summary>
    /// <param name="proposed">The node that the pull request proposes.</param>
    /// <param name="repository"><c>OWNER/NAME</c> of the pull request; comments of another repository's are left out. Null for all.</param>
    public static ImmutableArray<CommentAnswer> Of(Journal journal, int proposed, string? repository = null)
    {
        HashSet<int> way = [.. journal.Lineage(proposed).Select(node => node.Id)];
        WishedTie? tie = WishedTie.Of(journal) is { } known && known.Node.Id == proposed ? known : null;
        CommentAnswer[] all =
        [
            .. journal.Nodes.Where(node => node.Comment is not null).Select(node => new CommentAnswer(node.Comment!, node.Hint ?? "", node, node.Parent is { } parent ? journal[parent] : null, way.Contains(node.Id)) { Proposed = journal[proposed], Tie = tie }),
            .. journal.Asked.Where(asked => asked.Comment is not null).Select(asked => new CommentAnswer(asked.Comment!, asked.Hint ?? "", null, null, false)),
        ];
        return [.. all.Where(answer => repository is null || !ReviewSection.IsElsewhere(answer.Comment.Address, repository))];
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
        string decided = IsDone && Tie is not null ? $" {Decided(Tie)}" : "";
        return $"{link}{(link.Length == 0 ? char.ToUpperInvariant(outcome[0]) + outcome[1..] : outcome)}{decided}{plan}\n\nA machine wrote this (`agentide show {run} --node {Node?.Id}` tells more).\n\n{Marker}";
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

    /// <summary>Which node was made for it, the score before and after, and what became of the node.</summary>
    internal string Outcome(Func<string, string> redact) => Node switch
    {
        null => "no node has come to it yet.",
        { Failure: { } failure } node => $"node {node.Id} was made for it and failed ({GitHubText.Inline(redact(failure.Message), 200)}).",
        { Standing: not null } node when Wording.Both(Before, node) is (var before, var after, var ground) =>
            $"node {node.Id} was made for it: {Figures.WithError(before.Value, before.StandardError)} before (node {Before!.Id}), {Figures.WithError(after.Value, after.StandardError)} after{ground}{(Wording.Gain(node) is { } gain ? $", {gain}" : "")}. {Standing(node)}",
        { Standing: { } score } node => $"node {node.Id} was made for it: {Figures.WithError(score.Value, score.StandardError)} after{(Wording.Gain(node) is { } gain ? $", {gain}" : "")}. {Standing(node)}",
        var node => $"node {node.Id} was made for it and is under way.",
    };

    /// <summary>By which nodes and figures a tie decided what is proposed; empty where none did.</summary>
    internal static string Decided(WishedTie? tie) => tie is null ? ""
        : $"Node {tie.Node.Id} is proposed by a tie: it has {Said(tie.Node)}, node {tie.Best.Id} has the best score, {Said(tie.Best)}, and on the same rows node {tie.Node.Id} is {tie.Words}, which is within the error. In a tie the node decides that was made for more comments.";

    /// <summary>Whether the node is part of what is proposed, with both figures where it is not; what it speaks of it names, since an answer stays.</summary>
    private string Standing(Node node)
    {
        if (Proposed is not { } proposed)
        {
            return "";
        }

        if (IsProposed)
        {
            return proposed.Id == node.Id ? $"Node {node.Id} is what is proposed{Place}." : $"Node {proposed.Id}, which is proposed{Place}, comes from it.";
        }

        if (node.Rejected is not null || proposed.Score is null)
        {
            return $"Node {proposed.Id}, which is proposed{Place}, does not come from it{(node.Rejected is null ? "" : ": it was rejected")}.";
        }

        (_, Score its, string ground) = Wording.Both(node, proposed) ?? (proposed.Standing!, proposed.Standing!, "");
        string against = (ground.Length == 0 ? WishedTie.Between(node, proposed) : WishedTie.OnHoldout(node, proposed)) is { } difference ? $"; on the same rows node {node.Id} is {WishedTie.Said(difference)}" : "";
        return $"Node {proposed.Id}, which is proposed{Place}, does not come from it: node {proposed.Id} has {Figures.WithError(its.Value, its.StandardError)}{ground}{against}.";
    }

    private string Place => Commit is null ? "" : $" in {Commit}";

    private static string Said(Node node) => Figures.WithError(node.Standing!.Value, node.Standing.StandardError);

    /// <summary>A word in the conversation has no thread: the answer says to what it is one.</summary>
    private static string LinkOf(CommentKind kind, string author, string address) =>
        kind != CommentKind.Line && ReviewSection.Link(address) is { } link ? $"To [what {GitHubText.Inline(author, 60)} wrote]({link}): " : "";
}
