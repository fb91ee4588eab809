using System.Globalization;
using AgentIde.Core.Runs;

namespace AgentIde.Core.PullRequests;

/// <summary>Nodes and scores in the words of a pull request.</summary>
internal static class Wording
{
    public static string Operator(Operator @operator) => @operator.ToString().ToLowerInvariant();

    /// <summary><c>improve of 2</c>, and what of it was a person's.</summary>
    public static string Step(Node node) => Operator(node.Operator) + (node.Parents.IsEmpty ? "" : $" of {string.Join(" and ", node.Parents)}")
        + (node.Author is not null ? ", a person's program" : node.Given is { Plan: not null } ? ", by a person's plan" : "");

    /// <summary>Who wrote the program of a node: letters and spaces alone, since commits are known by it.</summary>
    public static string Author(Node node) => node.Author is not null ? "its program written by a person"
        : node.Given is { Plan: not null } ? "written by a machine by the plan of a person"
        : "written by a machine";

    /// <summary><c>node 3</c>, <c>nodes 3 and 5</c>; of many the number alone.</summary>
    public static string Nodes(IReadOnlyList<int> nodes) => nodes.Count switch
    {
        1 => $"node {nodes[0]}",
        <= 8 => $"nodes {string.Join(", ", nodes.SkipLast(1))} and {nodes[^1]}",
        _ => Count(nodes.Count, "node"),
    };

    public static string Ground(Score score) => score.Kind switch
    {
        ScoreKind.Verified => " on the blind holdout",
        ScoreKind.VerifiedByFolds => " over all folds",
        _ => " (claimed)",
    };

    /// <summary>Behind a score where nodes stand side by side, of which some were executed on all folds and some on the first; nothing where there is one holdout.</summary>
    public static string OfFolds(Journal journal, Node node) => journal.Split?.Folds is null ? "" : node.Folded is null ? " on the first fold" : " over all folds";

    /// <summary>Against the parent: <c>better by 0.0056 ± 0.0004</c>; null where nothing was compared.</summary>
    public static string? Gain(Node node) =>
        node.Parent is { } parent ? node.ToldAgainst(parent) : null;

    /// <summary>The scores of two nodes of one kind: over all folds where both have those, else on the holdout, and what is to be said behind the first of them then. Null where one has none.</summary>
    public static (Score Before, Score After, string Ground)? Both(Node? before, Node after) =>
        before is not { Score: { } first } || after.Score is not { } second ? null
        : before.Folded is null == after.Folded is null ? (before.Standing!, after.Standing!, "")
        : (first, second, " on the first fold");

    /// <summary><see cref="Figures.WithError"/> for a table's cell, which is not to be broken there.</summary>
    public static string Cell(double value, double? error) => Figures.WithError(value, error).Replace(' ', '\u00A0');

    public static string Count(int count, string noun) => $"{count.ToString("N0", CultureInfo.InvariantCulture)} {noun}{(count == 1 ? "" : "s")}";

    public static string Clock(TimeSpan time) => time.ToString(time.TotalHours < 1 ? @"m\:ss" : @"h\:mm\:ss", CultureInfo.InvariantCulture);

    public static string Lines(int first, int last) => first == last ? $"line {first}" : $"lines {first} to {last}";
}
