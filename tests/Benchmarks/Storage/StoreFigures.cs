using System.Collections.Immutable;
using System.Diagnostics;
using AgentIde.Core.Runs;
using AgentIde.Storage;
using AgentIde.Testing;

namespace AgentIde.Benchmarks.Storage;

/// <summary>How fast the run store is on the disk that a folder lies on.</summary>
/// <param name="EventsPerSecond">Acknowledged, by many callers at once with one node's five events and its blobs in each append.</param>
/// <param name="LoneAppendMilliseconds">Median of one caller that appends one event at a time.</param>
/// <param name="OpenSeconds">Opening a run of <paramref name="Events"/> events: read, chain checked, folded; the median.</param>
/// <param name="FirstOpenSeconds">The same, the first time in the process.</param>
/// <param name="NewsMilliseconds">From an append's acknowledgement to a waiting reader that has the event; the median.</param>
public sealed record StoreFigures(long Events, double EventsPerSecond, double LoneAppendMilliseconds, double FirstOpenSeconds, double OpenSeconds, double NewsMilliseconds)
{
    private const int EventsOfNode = 5;
    private const int Callers = 64;

    /// <param name="folder">An empty folder; a run is made in it and stays.</param>
    public static async Task<StoreFigures> MeasureAsync(string folder, int events, CancellationToken cancellationToken)
    {
        using SqliteRunStore store = new(folder, TimeProvider.System);
        RunId run;
        double rate;
        List<double> lone = [];
        List<double> news = [];
        await using (OwnedRun owned = await store.CreateAsync("figures", cancellationToken))
        {
            run = owned.Run;
            await owned.AppendAsync([SampleRun.Event(1)], [], cancellationToken);
            long from = Stopwatch.GetTimestamp();
            long written = await AppendNodesAsync(owned, events / EventsOfNode, cancellationToken);
            rate = written / Stopwatch.GetElapsedTime(from).TotalSeconds;

            for (long seq = written + 2, last = seq + 199; seq <= last; seq++)
            {
                Task waiting = seq % 10 == 0 ? store.WaitForNewsAsync(run, seq - 1, Liveness.Live, cancellationToken) : Task.CompletedTask;
                long start = Stopwatch.GetTimestamp();
                await owned.AppendAsync([SampleRun.Event(seq)], SampleRun.Blobs(seq), cancellationToken);
                lone.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                if (seq % 10 == 0)
                {
                    start = Stopwatch.GetTimestamp();
                    await waiting;
                    await store.ReadAsync(run, seq - 1, 100, cancellationToken);
                    news.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                }
            }
        }

        List<double> opens = [];
        for (int round = 0; round < 5; round++)
        {
            long start = Stopwatch.GetTimestamp();
            RunPage page = await store.ReadAsync(run, 0, int.MaxValue, cancellationToken);
            Journal journal = Journal.Empty.Apply(page.Events);
            opens.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            if (journal.Seq != page.Head)
            {
                throw new InvalidOperationException($"{journal.Seq} of {page.Head} events were read.");
            }
        }

        return new StoreFigures(events, rate, Median(lone), opens[0], Median(opens), Median(news));
    }

    /// <summary>Appends whole nodes in order, many under way at once, and returns how many events that were.</summary>
    private static async Task<long> AppendNodesAsync(OwnedRun owned, int nodes, CancellationToken cancellationToken)
    {
        Queue<Task> underWay = new();
        for (int node = 0; node < nodes; node++)
        {
            long first = 2 + ((long)node * EventsOfNode);
            if (underWay.Count == Callers)
            {
                await underWay.Dequeue();
            }

            underWay.Enqueue(owned.AppendAsync(SampleRun.Events(first, EventsOfNode), SampleRun.BlobsOf(first, EventsOfNode), cancellationToken));
        }

        await Task.WhenAll(underWay);
        return (long)nodes * EventsOfNode;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
