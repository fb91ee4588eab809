using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using AgentIde.Testing;

namespace AgentIde.Benchmarks;

/// <summary>
/// The language server beside @github/copilot-language-server on the same machine, interleaved: time from process
/// start to the answer to <c>initialize</c>, and memory; then hover and code action over a run of 10,000 nodes.
/// </summary>
internal static class LanguageServerBenchmark
{
    private const int Starts = 11;
    private const int Nodes = 10_000;
    private const int Requests = 500;

    private static string Program { get; } = Repository.PathOf("artifacts", "publish", "agentide", "agentide");

    private static string Peer { get; } = Repository.PathOf("artifacts", "bench", "node_modules", "@github", "copilot-language-server", "dist", "language-server.js");

    public static async Task RunAsync()
    {
        using TemporaryFolder folder = new();
        string empty = Directory.CreateDirectory(folder["empty"]).FullName;
        List<double> ours = [], theirs = [];
        long ourBytes = 0, theirBytes = 0;
        for (int start = 0; start < Starts; start++)
        {
            (double time, ourBytes) = await StartAsync(empty, Program, "lsp");
            ours.Add(time);
            (time, theirBytes) = await StartAsync(empty, "node", Peer, "--stdio");
            theirs.Add(time);
        }

        double mine = Report.Median(ours), peer = Report.Median(theirs);
        Report.Line("initialize answered (median of 11)", Report.Milliseconds(mine), $"copilot {Report.Milliseconds(peer)}, ratio {Report.Ratio(mine / peer)}", "ratio at most 0.25");
        Report.Line("memory after initialize", Megabytes(ourBytes), $"copilot {Megabytes(theirBytes)}", "");
        await BigAsync(folder["big"]);
    }

    private static async Task<(double Milliseconds, long Bytes)> StartAsync(string folder, string program, params string[] arguments)
    {
        long start = Stopwatch.GetTimestamp();
        await using EditorClient client = EditorClient.Start(program, folder, arguments);
        await client.InitializeAsync(folder);
        double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        return (milliseconds, client.ResidentBytes());
    }

    private static async Task BigAsync(string workspace)
    {
        Directory.CreateDirectory(workspace);
        await using BigRun run = await BigRun.WriteAsync(workspace, Nodes);
        string solution = run.SolutionFile;
        string uri = new Uri(solution).AbsoluteUri;
        await using EditorClient client = EditorClient.Start(Program, workspace, "lsp");
        await client.InitializeAsync(workspace);
        await client.NotifyAsync("initialized", new JsonObject());
        await client.NotifyAsync("textDocument/didOpen", new JsonObject
        {
            ["textDocument"] = new JsonObject { ["uri"] = uri, ["languageId"] = "python", ["version"] = 1, ["text"] = await File.ReadAllTextAsync(solution) },
        });

        // The run is folded once it answers a hover on it.
        JsonNode? hover = null;
        long opened = Stopwatch.GetTimestamp();
        while (hover is null && Stopwatch.GetElapsedTime(opened) < TimeSpan.FromSeconds(30))
        {
            hover = await client.RequestAsync("textDocument/hover", At(uri, 0));
        }

        if (hover is null)
        {
            throw new InvalidOperationException("The server never told a thought of the big run.");
        }

        Report.Line("run of 10,000 nodes and 100,000 events opened, first hover", Report.Milliseconds(Stopwatch.GetElapsedTime(opened).TotalMilliseconds), "", "");
        Report.Line("hover, 99th percentile of 500", Report.Milliseconds(await PercentileAsync(client, "textDocument/hover", line => At(uri, line))), "", "at most 10 ms");
        Report.Line("code action, 99th percentile of 500", Report.Milliseconds(await PercentileAsync(client, "textDocument/codeAction", line => Range(uri, line))), "", "at most 10 ms");
        Report.Line("memory with 10,000 nodes open", Megabytes(client.ResidentBytes()), "", "under 100 MB");
        (double median, double slowest) = await ToDiagnosticAsync(client, run, uri);
        Report.Line("event to diagnostic, median of 100", Report.Milliseconds(median), $"99th percentile {Report.Milliseconds(slowest)}", "at most 100 ms");
        Report.Line("memory after those 100 events", Megabytes(client.ResidentBytes()), "", "under 100 MB");
    }

    /// <summary>
    /// From the moment an event of the live run is given to its store, to the diagnostic that tells of it: one at a time,
    /// each after the pause that bursts are held to.
    /// </summary>
    private static async Task<(double Median, double Slowest)> ToDiagnosticAsync(EditorClient client, BigRun run, string uri)
    {
        List<double> times = [];
        for (int time = 0; time < 100; time++)
        {
            await Task.Delay(150);
            long start = Stopwatch.GetTimestamp();
            int node = await run.StartNodeAsync();
            await client.HearAsync("textDocument/publishDiagnostics", told => told["uri"]!.GetValue<string>() == uri && told["diagnostics"]!.ToJsonString().Contains($"node {node} of", StringComparison.Ordinal));
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            await run.FailNodeAsync();
        }

        return (Report.Median(times), Report.Quantile(times, 0.99));
    }

    private static async Task<double> PercentileAsync(EditorClient client, string method, Func<int, JsonNode> parameters)
    {
        List<double> times = [];
        for (int request = 0; request < Requests; request++)
        {
            long start = Stopwatch.GetTimestamp();
            await client.RequestAsync(method, parameters(request % 60));
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return Report.Quantile(times, 0.99);
    }

    private static JsonObject At(string uri, int line) => new()
    {
        ["textDocument"] = new JsonObject { ["uri"] = uri },
        ["position"] = new JsonObject { ["line"] = line, ["character"] = 2 },
    };

    private static JsonObject Range(string uri, int line) => new()
    {
        ["textDocument"] = new JsonObject { ["uri"] = uri },
        ["range"] = new JsonObject
        {
            ["start"] = new JsonObject { ["line"] = line, ["character"] = 0 },
            ["end"] = new JsonObject { ["line"] = line, ["character"] = 2 },
        },
        ["context"] = new JsonObject { ["diagnostics"] = new JsonArray() },
    };

    private static string Megabytes(long bytes) => (bytes / 1e6).ToString("0", CultureInfo.InvariantCulture) + " MB";
}
