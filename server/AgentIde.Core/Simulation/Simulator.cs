using System.Collections.Immutable;
using System.Globalization;
using AgentIde.Core.Runs;
using AgentIde.Core.Search;

namespace AgentIde.Core.Simulation;

/// <summary>
/// Plays policies against a pool of recorded runs. A pure function of pool and plan, whatever the number of processors.
/// </summary>
public static class Simulator
{
    private const int EnoughRuns = 3;
    private const int EnoughScored = 30;
    private const int EnoughChildren = 10;
    private const double Often = 0.2;

    /// <exception cref="PoolException">No task of the pool has a draft and a score.</exception>
    public static SimulationReport Play(Pool pool, SimulationPlan plan, CancellationToken cancellationToken)
    {
        ImmutableArray<IPolicy> policies = [.. plan.Policies.Select(name => Policies.Find(name) ?? throw new ArgumentException($"There is no policy {name}.", nameof(plan)))];
        ImmutableArray<Recorded> tasks =
        [
            .. pool.Runs.GroupBy(run => (run.Task, run.Split))
                .Where(runs => Has(runs, node => node.Score is not null) && Has(runs, node => node.Operator == Operator.Draft && !node.OnlyParent))
                .Select(runs => new Recorded([.. runs])),
        ];
        if (tasks.IsEmpty)
        {
            throw new PoolException("none of its runs has a draft and a score");
        }

        OutcomeModel[] models = [.. tasks.Select(task => new OutcomeModel(task.Runs, task.Scale))];
        SimulatedResult[,][] played = PlayAll(policies, tasks, models, plan, 1, plan.Seeds, cancellationToken);
        Interval?[] overRuns = OverRuns(policies, tasks, plan, cancellationToken);
        ImmutableArray<SimulatedPolicy> reports = [.. policies.Select((policy, index) => ReportOf(policy, index, tasks, played, plan, overRuns[index]))];
        ImmutableArray<SimulatedTask> described = [.. tasks.Select((task, index) => task.Describe(models[index]))];
        return new SimulationReport(plan.Seeds, plan.Seconds, plan.Nodes, plan.Workers, plan.Policies[0], described, reports, [.. Thin(tasks, described, reports, plan)]);
    }

    /// <returns>For each policy and task, what each seed came to.</returns>
    private static SimulatedResult[,][] PlayAll(
        ImmutableArray<IPolicy> policies, ImmutableArray<Recorded> tasks, OutcomeModel[] models, SimulationPlan plan, long firstSeed, int seeds, CancellationToken cancellationToken)
    {
        SimulatedResult[,][] played = new SimulatedResult[policies.Length, tasks.Length][];
        for (int policy = 0; policy < policies.Length; policy++)
        {
            for (int task = 0; task < tasks.Length; task++)
            {
                (IPolicy chooses, Recorded recorded, OutcomeModel model) = (policies[policy], tasks[task], models[task]);
                Journal begun = SimulatedRun.Begin(chooses, model, recorded.Runs[0], plan);
                SimulatedResult[] results = played[policy, task] = new SimulatedResult[seeds];
                Parallel.For(0, seeds, new ParallelOptions { CancellationToken = cancellationToken }, seed =>
                    results[seed] = SimulatedRun.Play(chooses, model, recorded.Scale, begun, plan, firstSeed + seed));
            }
        }

        return played;
    }

    private static SimulatedPolicy ReportOf(IPolicy policy, int index, ImmutableArray<Recorded> tasks, SimulatedResult[,][] played, SimulationPlan plan, Interval? overRuns)
    {
        SimulatedResult[] all = [.. Enumerable.Range(0, tasks.Length).SelectMany(task => played[index, task])];
        double nodes = all.Sum(result => result.Nodes);
        PairedResult? against = null;
        if (index > 0)
        {
            double[] differences = Differences(played, index, tasks.Length, plan.Seeds);
            against = new PairedResult(
                differences.Average(),
                Bootstrap.OfMean(differences, index),
                overRuns,
                differences.Count(difference => difference > 0) / (double)plan.Seeds,
                differences.Count(difference => difference == 0) / (double)plan.Seeds);
        }

        return new SimulatedPolicy(
            policy.Name,
            [.. Enumerable.Range(0, 4).Select(quarter => all.Average(result => result.Quarters[quarter]))],
            [.. tasks.Select((task, at) => task.Scale.Score(played[index, at].Average(result => result.Quarters[^1])))],
            nodes / all.Length,
            nodes == 0 ? 0 : all.Sum(result => result.Valid) / nodes,
            all.Count(result => result.AtBest) / (double)all.Length,
            all.Count(result => result.EndedByNodes) / (double)all.Length,
            nodes == 0 ? 0 : all.Sum(result => result.Far) / nodes,
            against);
    }

    /// <summary>To the baseline, seed by seed, each the mean over the tasks.</summary>
    private static double[] Differences(SimulatedResult[,][] played, int policy, int tasks, int seeds) =>
    [
        .. Enumerable.Range(0, seeds).Select(seed =>
            Enumerable.Range(0, tasks).Average(task => played[policy, task][seed].Quarters[^1] - played[0, task][seed].Quarters[^1])),
    ];

    /// <summary>
    /// How the differences vary where other runs had been recorded: each pool has as many runs of each task, drawn with
    /// replacement, and is played with its part of the seeds. The chance of those few seeds is in it too, so it is wide
    /// rather than narrow.
    /// </summary>
    private static Interval?[] OverRuns(ImmutableArray<IPolicy> policies, ImmutableArray<Recorded> tasks, SimulationPlan plan, CancellationToken cancellationToken)
    {
        Interval?[] intervals = new Interval?[policies.Length];
        if (plan.Redraws == 0 || policies.Length == 1 || tasks.All(task => task.Runs.Length < 2))
        {
            return intervals;
        }

        int seeds = Math.Max(1, plan.Seeds / plan.Redraws);
        double[,] means = new double[policies.Length, plan.Redraws];
        for (int redraw = 0; redraw < plan.Redraws; redraw++)
        {
            SplitMix draws = SplitMix.Of(-1, redraw);
            OutcomeModel[] models = [.. tasks.Select(task => new OutcomeModel(task.Redrawn(ref draws), task.Scale))];
            SimulatedResult[,][] played = PlayAll(policies, tasks, models, plan, 1 + ((long)redraw * seeds), seeds, cancellationToken);
            for (int policy = 1; policy < policies.Length; policy++)
            {
                means[policy, redraw] = Differences(played, policy, tasks.Length, seeds).Average();
            }
        }

        for (int policy = 1; policy < policies.Length; policy++)
        {
            intervals[policy] = Bootstrap.OfResamples([.. Enumerable.Range(0, plan.Redraws).Select(redraw => means[policy, redraw])]);
        }

        return intervals;
    }

    private static IEnumerable<string> Thin(ImmutableArray<Recorded> tasks, ImmutableArray<SimulatedTask> described, ImmutableArray<SimulatedPolicy> reports, SimulationPlan plan)
    {
        foreach (SimulatedTask task in described)
        {
            if (task.Runs < EnoughRuns)
            {
                yield return $"{task.Task}: {Count(task.Runs, "run")}, so little is known of how another one would differ";
            }

            if (task.Scored < EnoughScored)
            {
                yield return $"{task.Task}: {Count(task.Scored, "scored node")}";
            }

            foreach ((string name, int children) in task.Children.Where(pair => pair.Value < EnoughChildren))
            {
                yield return children == 0 ? $"{task.Task}: {name} was never recorded, so it comes to nothing here" : $"{task.Task}: {Count(children, "node")} of {name}";
            }
        }

        foreach (IGrouping<string, SimulatedTask> splits in described.GroupBy(task => task.Task).Where(group => group.Count() > 1))
        {
            yield return $"{splits.Key}: runs on {splits.Count()} different splits, which are played as different tasks";
        }

        if (tasks.SelectMany(task => task.Runs).FirstOrDefault(run => run.Parallel != plan.Workers) is { } other)
        {
            yield return $"{other.Run} was recorded with {Count(other.Parallel, "worker")} and is played with {plan.Workers}: its times are those of the machine as it was shared then";
        }

        foreach (SimulatedPolicy policy in reports)
        {
            if (policy.AtBest > Often)
            {
                yield return $"{policy.Policy} comes to the best recorded node in {Percent(policy.AtBest)} of its simulations: what it would find beyond is not known";
            }

            if (policy.Far > Often)
            {
                yield return $"{policy.Policy} works in {Percent(policy.Far)} of its steps on nodes unlike those that were recorded";
            }

            if (policy.EndedByNodes > Often)
            {
                yield return $"{policy.Policy} is ended by the cap of {plan.Nodes} nodes in {Percent(policy.EndedByNodes)} of its simulations: raise --nodes, or give less time";
            }
        }
    }

    private static bool Has(IEnumerable<PoolRun> runs, Func<PoolNode, bool> what) => runs.Any(run => run.Nodes.Any(what));

    private static string Count(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0} %");

    /// <summary>The runs of one task and split; one of their nodes at least has a score.</summary>
    private sealed class Recorded
    {
        public Recorded(ImmutableArray<PoolRun> runs)
        {
            Runs = runs;
            Scored = [.. runs.SelectMany(run => run.Nodes).Where(node => node.Score is not null)];
            Scale = new ScoreScale(runs[0].Metric, Scored);
        }

        public ImmutableArray<PoolRun> Runs { get; }

        public ImmutableArray<PoolNode> Scored { get; }

        public ScoreScale Scale { get; }

        public PoolRun[] Redrawn(ref SplitMix draws)
        {
            PoolRun[] redrawn = new PoolRun[Runs.Length];
            for (int i = 0; i < redrawn.Length; i++)
            {
                redrawn[i] = Runs[draws.NextIndex(Runs.Length)];
            }

            return redrawn;
        }

        public SimulatedTask Describe(OutcomeModel model) => new(
            Runs[0].Task,
            Runs[0].Metric.DisplayName,
            Runs.Length,
            Runs.Sum(run => run.Nodes.Length),
            Scored.Length,
            Scale.BestScore,
            Scale.MedianDraft,
            Enum.GetValues<Operator>().ToImmutableSortedDictionary(@operator => @operator.ToString().ToLowerInvariant(), model.Count, StringComparer.Ordinal));
    }
}
