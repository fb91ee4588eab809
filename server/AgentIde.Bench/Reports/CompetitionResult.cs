using System.Collections.Immutable;
using System.Text.Json.Serialization;
using AgentIde.Core.Scaling;
using AgentIde.MleBench.Registry;

namespace AgentIde.Bench.Reports;

/// <summary>An agent's runs of one competition, in the order of their seeds.</summary>
/// <param name="Split"><c>low</c>, <c>medium</c>, <c>high</c>, <c>dev</c> or <c>own</c>.</param>
public sealed record CompetitionResult(string Id, string Split, ImmutableArray<BenchRun> Runs)
{
    public int Medals => Runs.Count(run => run.Report.AnyMedal);

    /// <summary>Null where no run has a score that is a number.</summary>
    public double? Best
    {
        get
        {
            double[] scores = Scores;
            return scores.Length == 0 ? null : Runs[0].Report.IsLowerBetter ? scores.Min() : scores.Max();
        }
    }

    /// <summary>Of the runs that have a score; null where none has.</summary>
    public Mean? Score => Scores is { Length: > 0 } scores ? Mean.Of(scores) : null;

    /// <summary>What is known to give answers away; null for nothing.</summary>
    public string? Leaks => CompetitionRegistry.Find(Id)?.Leaks;

    /// <summary>Mean wall time of a run; null where none is known.</summary>
    public double? Seconds => Runs.Select(run => run.Details?.Seconds).OfType<double>().ToArray() is { Length: > 0 } known ? known.Average() : null;

    /// <summary>Of all runs together; null where nothing is known.</summary>
    public decimal? Dollars => Runs.Select(run => run.Details?.Dollars).OfType<decimal>().ToArray() is { Length: > 0 } known ? known.Sum() : null;

    [JsonIgnore]
    internal double[] Scores => [.. Runs.Select(run => run.Report.Score).OfType<double>().Where(double.IsFinite)];
}
