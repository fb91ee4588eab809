using System.Collections.Immutable;
using AgentIde.Core.Holdouts;

namespace AgentIde.Core.Auditing;

/// <summary>Whether a program uses a column that gives the answers away: by its name, or by taking all columns and leaving it in.</summary>
internal static class LeakUse
{
    /// <summary>Of each column: an editor marks each of them, and all else tells of the column once.</summary>
    private const int MostLines = 20;

    private static readonly string[] LeavesOut = ["drop(", "!=", "not in", "difference(", "exclude", ".pop(", "del "];

    public static IEnumerable<AuditFinding> Of(ImmutableArray<ProgramLine> program, ImmutableArray<Leak> leaks)
    {
        foreach (Leak leak in leaks.Where(leak => leak is { Kind: LeakKind.Column or LeakKind.Shifted, Column: not null }))
        {
            ProgramLine[] naming = [.. program.Where(line => Names(line.Text, leak.Column!))];
            ProgramLine[] uses = [.. naming.Where(line => !Array.Exists(LeavesOut, word => line.Text.Contains(word, StringComparison.Ordinal))).DistinctBy(line => line.Line).Take(MostLines)];
            foreach (ProgramLine line in uses)
            {
                yield return AuditFinding.Warning(AuditKind.Leak, line.Line, $"it uses the column {leak.Column} by name: {leak.Text}");
            }

            if (uses.Length > 0)
            {
                continue;
            }

            if (naming.Length == 0 && program.FirstOrDefault(TakesAll) is { } all)
            {
                yield return AuditFinding.Warning(AuditKind.Leak, all.Line, $"it takes the columns as they come, and leaves {leak.Column} in: {leak.Text}");
            }
        }
    }

    private static bool Names(string text, string column) =>
        text.Contains($"'{column}'", StringComparison.Ordinal) || text.Contains($".{column}", StringComparison.Ordinal);

    private static bool TakesAll(ProgramLine line) =>
        line.Text.Contains(".columns", StringComparison.Ordinal) || line.Text.Contains(".drop(", StringComparison.Ordinal)
        || line.Text.Contains("for name in test", StringComparison.Ordinal) || line.Text.Contains("select_dtypes", StringComparison.Ordinal)
        || line.Text.Contains(".items()", StringComparison.Ordinal) || line.Text.Contains(".iloc[", StringComparison.Ordinal)
        || line.Text.Contains("csv.reader(", StringComparison.Ordinal) || line.Text.Contains("loadtxt(", StringComparison.Ordinal) || line.Text.Contains("genfromtxt(", StringComparison.Ordinal);
}
