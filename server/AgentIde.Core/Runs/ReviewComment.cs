using System.Text.Json.Serialization;

namespace AgentIde.Core.Runs;

/// <summary>Where a comment of a pull request stands; each kind has numbers of its own.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CommentKind>))]
public enum CommentKind
{
    /// <summary>At a line of a file.</summary>
    [JsonStringEnumMemberName("line")]
    Line,
    /// <summary>What a review says of the whole.</summary>
    [JsonStringEnumMemberName("review")]
    Review,
    /// <summary>In the conversation.</summary>
    [JsonStringEnumMemberName("conversation")]
    Conversation,
}

/// <summary>A comment of a pull request that a run was asked to go on by. Its text is the hint of what it asks for.</summary>
/// <param name="Id">Of the comment, among those of its kind.</param>
/// <param name="Thread">Of the first comment of its thread, where it answers another one.</param>
/// <param name="Author">A name at the server; untrusted, as all that follows.</param>
/// <param name="Address">Where a person reads it.</param>
/// <param name="Line">Of the program that it was written at, from 1; null where it is of no line.</param>
/// <param name="Written">The node whose commit it was written at; null where it is of none.</param>
/// <param name="Quote">The line itself; null where it is of none.</param>
/// <param name="Origin">The node that the line comes from, by blame; null where that is not known.</param>
public sealed record ReviewComment(CommentKind Kind, long Id, string Author, string Address, long? Thread = null, int? Line = null, int? Written = null, string? Quote = null, int? Origin = null)
{
    /// <summary>Whether both are the same comment, whatever is told of it.</summary>
    public bool IsSame(ReviewComment other) => Kind == other.Kind && Id == other.Id;

    /// <summary>Whether the run has not taken it up; so is none.</summary>
    internal static bool IsNew(Journal journal, ReviewComment? comment) => comment is null || (IsWhole(comment) && !journal.Comments.Any(comment.IsSame));

    internal static bool IsWhole(ReviewComment comment) => comment is { Author: not null, Address: not null } && Enum.IsDefined(comment.Kind);

    /// <summary>
    /// The node that the answer to a comment comes from: the one it was asked of, or the last one after it that answered
    /// another comment and is not clearly worse, so that one program does what all comments ask for.
    /// </summary>
    /// <param name="asked">The node that it was asked of.</param>
    public static int ParentOf(Journal journal, int asked)
    {
        int parent = asked;
        foreach (Node node in journal.Nodes.Where(node => node.Comment is not null))
        {
            if (node.Parent == parent && node is { Score: { } score, Rejected: null } && !score.Comparisons.Any(comparison => comparison.Other == node.Parent && comparison.Gain < -2 * comparison.StandardError))
            {
                parent = node.Id;
            }
        }

        return parent;
    }
}
