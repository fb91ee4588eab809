using System.Collections.Immutable;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Simulation;

/// <summary>Policies beside each other. Means over tasks and seeds; scores on the pool's scale unless said otherwise: 0 is the median recorded draft, 1 the best recorded node.</summary>
/// <param name="Seconds">Of simulated time.</param>
/// <param name="Baseline">What the others are compared with.</param>
/// <param name="Thin">Where the pool says little, for people.</param>
public sealed record SimulationReport(
    int Seeds, double Seconds, int Nodes, int Workers, string Baseline, ImmutableArray<SimulatedTask> Tasks, ImmutableArray<SimulatedPolicy> Policies, ImmutableArray<string> Thin)
{
    /// <summary>A parent that is farther from the recorded one was hardly recorded.</summary>
    internal const double Far = 0.25;
}

/// <param name="Nodes">That the pool has, with a score or without.</param>
/// <param name="BestScore">In the metric's units, as is <paramref name="MedianDraft"/>.</param>
/// <param name="Children">Recorded nodes that are drawn from, by operator.</param>
public sealed record SimulatedTask(string Task, string Metric, int Runs, int Nodes, int Scored, double BestScore, double MedianDraft, ImmutableSortedDictionary<string, int> Children);

/// <param name="Quarters">The best score after a quarter, a half, three quarters and the whole of the time.</param>
/// <param name="Scores">The last of them task by task, in the metric's units.</param>
/// <param name="Nodes">Started, in the mean.</param>
/// <param name="Valid">The share of nodes with a score.</param>
/// <param name="AtBest">The share of simulations that came to the best recorded node, where the simulator ends.</param>
/// <param name="EndedByNodes">The share of simulations that the cap of nodes ended before the time.</param>
/// <param name="Far">The share of nodes whose parent was far from the recorded one.</param>
/// <param name="Against">Null for the baseline.</param>
public sealed record SimulatedPolicy(
    string Policy, ImmutableArray<double> Quarters, ImmutableArray<double> Scores, double Nodes, double Valid, double AtBest, double EndedByNodes, double Far, PairedResult? Against);

/// <summary>The difference to the baseline at the end of the time, paired by seed; above 0 where it is better.</summary>
/// <param name="Interval">95 %, by bootstrap over the seeds: the chance of the simulation alone.</param>
/// <param name="OverRuns">95 %, over pools whose runs were drawn anew from the recorded ones; null where no task has two.</param>
/// <param name="Better">The share of seeds in which it is better; <paramref name="Same"/> those in which neither is.</param>
public sealed record PairedResult(double Difference, Interval Interval, Interval? OverRuns, double Better, double Same);
