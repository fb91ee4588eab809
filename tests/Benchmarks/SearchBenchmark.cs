using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using AgentIde.Core.Runs;
using AgentIde.Storage;
using AgentIde.Testing;

namespace AgentIde.Benchmarks;

/// <summary>
/// Nodes an hour of the published product on a shipped task with the built-in engineer, one at a time and two at once:
/// from the first node's beginning to the last one's end. Medians of three runs, in turns.
/// </summary>
internal static class SearchBenchmark
{
    private const int Rounds = 3, Nodes = 8;

    public static async Task RunAsync()
    {
        using TemporaryFolder folder = new();
        List<double> one = [], two = [];
        for (int round = 0; round < Rounds; round++)
        {
            one.Add(await NodesAnHourAsync(folder.Path, workers: 1));
            two.Add(await NodesAnHourAsync(folder.Path, workers: 2));
        }

        double alone = Report.Median(one), both = Report.Median(two);
        Report.Line("search, two nodes at once", $"{both:N0} nodes/h", $"one at a time {alone:N0} nodes/h, ratio {Report.Ratio(both / alone)}", "ratio at least 1.7 on 2 cores");
    }

    private static async Task<double> NodesAnHourAsync(string workspace, int workers)
    {
        string product = Repository.PathOf("artifacts", "publish", "agentide", "agentide");
        string[] arguments = ["run", Repository.PathOf("tasks", "diamonds"), "--nodes", $"{Nodes}", "--time", "2m", "--parallel", workers.ToString(CultureInfo.InvariantCulture)];
        using Process process = Process.Start(new ProcessStartInfo(product, arguments) { WorkingDirectory = workspace, RedirectStandardOutput = true })!;
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"The run ended with exit code {process.ExitCode}.");
        }

        SqliteRunStore store = new(workspace, TimeProvider.System);
        RunId run = (await store.ListAsync(CancellationToken.None))[0].Run;
        ImmutableArray<RecordedEvent> events = (await store.ReadAsync(run, 0, int.MaxValue, CancellationToken.None)).Events;
        DateTimeOffset begun = events.First(recorded => recorded.Event is NodeStarted).At;
        RecordedEvent[] ended = [.. events.Where(recorded => recorded.Event is NodeScored or NodeFailed)];
        return ended.Length / (ended[^1].At - begun).TotalHours;
    }
}
