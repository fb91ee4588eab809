using AgentIde.Bench.Reports;

namespace AgentIde.Cli.Terminal;

/// <summary>How results of MLE-bench are called on a terminal.</summary>
internal static class BenchWords
{
    /// <summary>Null for none.</summary>
    public static string? Medal(CompetitionReport report) => report.GoldMedal ? "gold" : report.SilverMedal ? "silver" : report.BronzeMedal ? "bronze" : null;
}
