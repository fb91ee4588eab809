using System.Collections.Immutable;

namespace AgentIde.Core.Runs;

/// <summary>What a review says of a node, or why there is none to read.</summary>
/// <param name="Summary">Plain text; empty where the review came to nothing.</param>
/// <param name="IsSuspect">Whether the program seems to leak, to fake its score, to hold answers or to write a wrong format.</param>
/// <param name="Problem">Why it came to nothing; null where it did not.</param>
/// <param name="By">The other program whose word it is; it says nothing of suspicions then. Null for a review of our own.</param>
public sealed record NodeReview(string Summary, bool IsSuspect, ImmutableArray<ReviewFinding> Findings, string? Problem = null, string? By = null);

/// <summary>Something that a review found, at the lines of the node's code where it stands.</summary>
/// <param name="FirstLine">1-based, inclusive.</param>
/// <param name="LastLine">1-based, inclusive.</param>
/// <param name="Kind">In one word: <c>leak</c>, <c>metric</c>, <c>answers</c>, <c>format</c>, <c>bug</c>.</param>
public sealed record ReviewFinding(int FirstLine, int LastLine, string Kind, string Text);
