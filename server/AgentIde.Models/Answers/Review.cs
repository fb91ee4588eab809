using System.Collections.Immutable;

namespace AgentIde.Models.Answers;

/// <summary>What a model reads from the output of a program. Its metric is a claim like the program's own, never a score.</summary>
/// <param name="Summary">Plain text on one line, at most 1,000 characters.</param>
/// <param name="Metric">Finite; null where none was given.</param>
public sealed record Review(bool IsBug, string Summary, double? Metric, bool? LowerIsBetter)
{
    /// <summary>Whether it names a leak, a faked metric, answers or a wrong format; null where it doesn't say.</summary>
    public bool? IsSuspect { get; init; }

    /// <summary>Each quotes the line of the program that it speaks of.</summary>
    internal ImmutableArray<QuotedReason> Findings { get; init; } = [];
}
