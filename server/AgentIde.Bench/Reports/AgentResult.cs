using System.Collections.Immutable;
using AgentIde.Core.Scaling;
using AgentIde.MleBench.Registry;

namespace AgentIde.Bench.Reports;

/// <summary>What an agent's runs come to.</summary>
/// <param name="Splits">Those of which a competition was run; <c>own</c> is that of competitions which MLE-bench does not have.</param>
public sealed record AgentResult(string Agent, ImmutableArray<SplitResult> Splits, ImmutableArray<CompetitionResult> Competitions)
{
    public const string OwnSplit = "own";

    public static AgentResult Of(AgentRuns agent)
    {
        ImmutableArray<CompetitionResult> competitions =
        [
            .. agent.Runs.GroupBy(run => run.Report.CompetitionId)
                .Select(group => new CompetitionResult(group.Key, SplitOf(group.Key), [.. group]))
                .OrderBy(competition => Array.IndexOf(Order, competition.Split)).ThenBy(competition => competition.Id, StringComparer.OrdinalIgnoreCase),
        ];
        return new AgentResult(agent.Agent, [.. SplitsOf(competitions).Select(split => Aggregate(split.Name, split.Ids, competitions)).OfType<SplitResult>()], competitions);
    }

    private static readonly string[] Order = ["low", "medium", "high", "dev", OwnSplit];

    private static string SplitOf(string id) => CompetitionRegistry.Find(id) is { } known ? known.Complexity.ToString().ToLowerInvariant() : OwnSplit;

    private static IEnumerable<(string Name, string[] Ids)> SplitsOf(ImmutableArray<CompetitionResult> competitions)
    {
        foreach (CompetitionSplit split in (CompetitionSplit[])[CompetitionSplit.Low, CompetitionSplit.Medium, CompetitionSplit.High, CompetitionSplit.All, CompetitionSplit.Dev])
        {
            yield return (split.ToString().ToLowerInvariant(), [.. CompetitionRegistry.Of(split).Select(competition => competition.Id)]);
        }

        yield return (OwnSplit, [.. competitions.Where(competition => competition.Split == OwnSplit).Select(competition => competition.Id)]);
    }

    /// <summary>Null where nothing of the split was run. Seeds that miss a competition are left out where each has a report, and filled up where one has none.</summary>
    private static SplitResult? Aggregate(string name, string[] ids, ImmutableArray<CompetitionResult> competitions)
    {
        Dictionary<string, ImmutableArray<BenchRun>> runs = competitions.ToDictionary(competition => competition.Id, competition => competition.Runs);
        int[] counts = [.. ids.Select(id => runs.TryGetValue(id, out ImmutableArray<BenchRun> of) ? of.Length : 0)];
        if (counts.Sum() == 0)
        {
            return null;
        }

        bool isPadded = counts.Contains(0);
        int seeds = isPadded ? counts.Max() : counts.Min();
        CompetitionReport?[][] table = [.. Enumerable.Range(0, seeds).Select(seed => ids.Select(id => runs.TryGetValue(id, out ImmutableArray<BenchRun> of) && seed < of.Length ? of[seed].Report : null).ToArray())];
        return new SplitResult(
            name, ids.Length, counts.Count(count => count > 0), seeds, isPadded,
            Share(report => report.AnyMedal), Share(report => report.GoldMedal), Share(report => report.SilverMedal), Share(report => report.BronzeMedal),
            Share(report => report.AboveMedian), Share(report => report.ValidSubmission), Share(report => report.SubmissionExists),
            [.. Enumerable.Range(1, seeds).Select(k => 100 * Enumerable.Range(0, ids.Length).Average(at => PassAt.Of(k, seeds, table.Count(seed => seed[at]?.AnyMedal ?? false))))]);

        Mean Share(Func<CompetitionReport, bool> has) =>
            Mean.Of([.. table.Select(seed => seed.Count(report => report is not null && has(report)) / (double)ids.Length * 100)]);
    }
}
