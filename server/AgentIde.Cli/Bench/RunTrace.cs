using System.Collections.Immutable;
using AgentIde.Cli.Terminal;
using AgentIde.Core.Runs;
using AgentIde.Bench.Reports;

namespace AgentIde.Cli.Bench;

/// <summary>A run as it is read from its log: the journal, and the best score each time that it changed.</summary>
internal sealed record RunTrace(Journal Journal, ImmutableArray<CurvePoint> Curve)
{
    public static RunTrace Empty { get; } = new(Journal.Empty, []);

    public bool IsFinished => Journal.Finished is not null;

    public RunTrace With(Journal journal)
    {
        double? score = journal.Best is { } best ? journal[best].Score?.Value : null; // Of a task in folds on the first, as every node has it.
        return score is not { } value || (Curve.Length > 0 && Curve[^1].Score == value)
            ? this with { Journal = journal }
            : new RunTrace(journal, Curve.Add(new CurvePoint(Math.Round(journal.Spent.TotalSeconds, 1), journal.Spending.Total.SettledDollars, value)));
    }

    /// <summary>As far as it goes by now, whether the run is live or not.</summary>
    public static async Task<(RunTrace Trace, Liveness Liveness)> ReadAsync(IRunStore store, RunId run, CancellationToken cancellationToken)
    {
        const int page = 1_000;
        RunTrace trace = Empty;
        while (true)
        {
            RunPage read = await store.ReadAsync(run, trace.Journal.Seq, page, cancellationToken);
            if (read.Events.IsEmpty)
            {
                return (trace, read.Liveness);
            }

            trace = read.Events.Aggregate(trace, (before, recorded) => before.With(before.Journal.Apply(recorded)));
        }
    }

    /// <summary>Until nobody owns the run.</summary>
    public static async Task<RunTrace> FollowAsync(IRunStore store, RunId run, Action<RunTrace> changed, CancellationToken cancellationToken)
    {
        RunTrace trace = Empty;
        await foreach ((_, Journal journal) in RunFollower.FollowAsync(store, run, cancellationToken))
        {
            trace = trace.With(journal);
            changed(trace);
        }

        return trace;
    }
}
