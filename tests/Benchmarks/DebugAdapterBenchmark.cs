using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using AgentIde.Storage;
using AgentIde.Testing;

namespace AgentIde.Benchmarks;

/// <summary>
/// The published debug adapter over a run of 100,000 events: how long from a key to the stop, and from there to stack,
/// scopes and values, at random places and in both directions, with a conditional breakpoint set.
/// </summary>
internal static class DebugAdapterBenchmark
{
    private const int Nodes = 20_000;
    private const int Moves = 500;

    private static string Program { get; } = Repository.PathOf("artifacts", "publish", "agentide", "agentide");

    public static async Task RunAsync()
    {
        using TemporaryFolder folder = new();
        await (await BigRun.WriteAsync(folder.Path, Nodes)).DisposeAsync(); // A finished run stops where one attaches; a live one goes on.
        long events = await EventsAsync(folder.Path);
        using Process process = Process.Start(new ProcessStartInfo(Program, ["dap"]) { WorkingDirectory = folder.Path, RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await using DebugClient client = new(process.StandardOutput.BaseStream, process.StandardInput.BaseStream);
        await client.AskAsync("initialize", new { adapterID = "agentide" });
        long opened = Stopwatch.GetTimestamp();
        await client.AskAsync("attach", new { run = "last", at = events / 2 });
        await client.EventAsync("initialized");
        await client.AskAsync("configurationDone");
        await client.EventAsync("stopped");
        Report.Line(Named($"a run of {events:N0} events opened"), Report.Milliseconds(Stopwatch.GetElapsedTime(opened).TotalMilliseconds), "", "");

        string[] keys = ["next", "stepIn", "stepOut", "stepBack", "next", "stepBack"];
        Dictionary<string, List<double>> times = new() { ["stop after a step"] = [], ["stack, first frame"] = [], ["stack, 20 frames"] = [], ["scopes"] = [], ["values of a scope"] = [] };
        await LookAsync(client, times);
        times.Values.ToList().ForEach(list => list.Clear());
        for (int move = 0; move < Moves; move++)
        {
            times["stop after a step"].Add(await MoveAsync(client, keys[move % keys.Length]));
            await LookAsync(client, times);
        }

        long set = Stopwatch.GetTimestamp();
        await client.AskAsync("setExceptionBreakpoints", new { filters = Array.Empty<string>(), filterOptions = new[] { new { filterId = "improve", condition = "best.score < 2 && node % 7 == 3" } } });
        times["stop at a breakpoint"] = [];
        await MoveAsync(client, "reverseContinue");
        Report.Line("first way back to a conditional breakpoint", Report.Milliseconds(Stopwatch.GetElapsedTime(set).TotalMilliseconds), "", "");
        Dictionary<string, List<double>> elsewhere = times.ToDictionary(entry => entry.Key, _ => new List<double>());
        for (int move = 0; move < Moves; move++)
        {
            times["stop at a breakpoint"].Add(await MoveAsync(client, move % 3 == 0 ? "reverseContinue" : "continue"));
            if (move % 5 == 0)
            {
                await LookAsync(client, elsewhere);
            }
        }

        times["stack, first frame, at a new place"] = elsewhere["stack, first frame"];
        times["stack, 20 frames, at a new place"] = elsewhere["stack, 20 frames"];

        foreach ((string name, List<double> list) in times)
        {
            Report.Line(Named($"{name}, 99th percentile of {list.Count}"), Report.Milliseconds(Report.Quantile(list, 0.99)), $"median {Report.Milliseconds(Report.Median(list))}", "at most 20 ms");
        }

        await client.AskAsync("disconnect");
        await process.WaitForExitAsync();
    }

    private static string Named(FormattableString name) => name.ToString(CultureInfo.InvariantCulture);

    private static async Task<double> MoveAsync(DebugClient client, string key)
    {
        long begun = Stopwatch.GetTimestamp();
        await client.SendAsync(key, new { threadId = 1 });
        await client.EventAsync("stopped");
        return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
    }

    private static async Task LookAsync(DebugClient client, Dictionary<string, List<double>> times)
    {
        JsonElement frames = await TimedAsync("stack, first frame", "stackTrace", new { threadId = 1, startFrame = 0, levels = 1 });
        await TimedAsync("stack, 20 frames", "stackTrace", new { threadId = 1, startFrame = 1, levels = 19 });
        JsonElement scopes = await TimedAsync("scopes", "scopes", new { frameId = frames.GetProperty("stackFrames")[0].GetProperty("id").GetInt32() });
        foreach (JsonElement scope in scopes.GetProperty("scopes").EnumerateArray())
        {
            await TimedAsync("values of a scope", "variables", new { variablesReference = scope.GetProperty("variablesReference").GetInt32() });
        }

        async Task<JsonElement> TimedAsync(string name, string command, object arguments)
        {
            long begun = Stopwatch.GetTimestamp();
            JsonElement answer = await client.AskAsync(command, arguments);
            times[name].Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            return answer;
        }
    }

    private static async Task<long> EventsAsync(string workspace)
    {
        using SqliteRunStore store = new(workspace, TimeProvider.System);
        return (await store.ListAsync(CancellationToken.None))[0].Head;
    }
}
