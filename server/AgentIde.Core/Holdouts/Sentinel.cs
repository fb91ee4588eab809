namespace AgentIde.Core.Holdouts;

/// <summary>
/// The files of a search with some of test's rows taken away: a program that predicts row by row says the same of those
/// that are left.
/// </summary>
/// <param name="Folder">Has the folder <c>search</c>, as the search itself.</param>
/// <param name="With">What is left, for people: <c>with every second row of test alone</c>.</param>
/// <param name="HoldoutRows">Rows of the holdout that are left.</param>
/// <param name="CompareAsync">A submission on these files beside the one on all, both graded on the holdout's rows that are left.</param>
public sealed record Sentinel(
    string Folder, string With, int HoldoutRows, Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>, CancellationToken, Task<SentinelGrades>> CompareAsync);

/// <param name="Then">On all rows; null where one of the two can't be graded.</param>
/// <param name="Gain">How much better it is with all rows, paired; null with them.</param>
public sealed record SentinelGrades(double? Then, double? Now, PairedDifference? Gain, string? Problem);
