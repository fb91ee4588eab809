namespace AgentIde.Core.Runs;

/// <summary>
/// Seconds without which a search begins no other node. Where some programs have come to scores, that is what the quickest of
/// them took: less has brought none in this run, and what is left is worth more to the final choice. From the journal alone.
/// </summary>
internal static class LeastTime
{
    /// <summary>With less than that nothing comes of an execution, and the budget would be overrun.</summary>
    public const double Shortest = 1;

    private const int Telling = 3;

    public static double Of(Journal journal) => Math.Max(Shortest, Quickest(journal) ?? 0);

    /// <summary>Why no node is begun any more, for people.</summary>
    public static string Words(Journal journal) => Quickest(journal) is > Shortest and { } quickest
        ? FormattableString.Invariant($"the time budget was spent but for less than the {quickest:0.#} s that the quickest program with a score took, and for choice and refit")
        : "the time budget was spent";

    /// <summary>Null where too few came to a score to tell.</summary>
    private static double? Quickest(Journal journal) =>
        journal.ValidNodes < Telling ? null : journal.Nodes.Where(node => node.IsValid).Min(node => node.Execution?.Seconds);
}
