using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace AgentIde.Testing;

/// <summary>
/// The tests' GitHub (<c>tests/github</c>) as a process of its own, one for all tests of a project: it takes two seconds to
/// read GitHub's description. Ends with the tests.
/// </summary>
internal sealed class GitHubProcess
{
    private static readonly Lazy<GitHubProcess> Started = new(() => new GitHubProcess());

    private readonly Process _process;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonObject>> _asked = [];
    private int _last;

    private GitHubProcess()
    {
        string folder = Repository.PathOf("tests", "github");
        if (!Directory.Exists(Path.Combine(folder, "node_modules")))
        {
            throw new InvalidOperationException("The tests' GitHub is not installed: npm --prefix tests/github ci");
        }

        _process = Process.Start(new ProcessStartInfo("node", [Path.Combine(folder, "start.mjs"), "/api/v3"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            _process.StandardInput.Close();
            _process.WaitForExit();
        };
        JsonNode first = JsonNode.Parse(_process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The tests' GitHub did not start."))!;
        Address = new Uri(first["web"]!.GetValue<string>() + "/");
        new Thread(Read) { IsBackground = true, Name = "The tests' GitHub" }.Start();
    }

    public static GitHubProcess Instance => Started.Value;

    public Uri Address { get; }

    /// <summary>A number that nothing else in these tests has.</summary>
    public int Next() => Interlocked.Increment(ref _last);

    /// <exception cref="InvalidOperationException">It refuses; the message says why.</exception>
    public async Task<JsonObject> DoAsync(string verb, JsonObject wanted)
    {
        int id = Next();
        TaskCompletionSource<JsonObject> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked[id] = answer;
        wanted["id"] = id;
        wanted["do"] = verb;
        Send(wanted.ToJsonString());
        JsonObject said = await answer.Task.WaitAsync(new WaitLimit().Token);
        return said["error"] is { } error ? throw new InvalidOperationException($"The tests' GitHub can't {verb}: {error}") : said;
    }

    private void Send(string line)
    {
        lock (_asked)
        {
            _process.StandardInput.WriteLine(line);
            _process.StandardInput.Flush();
        }
    }

    private void Read()
    {
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            JsonObject said = JsonNode.Parse(line)!.AsObject();
            if (_asked.TryRemove(said["id"]!.GetValue<int>(), out TaskCompletionSource<JsonObject>? answer))
            {
                answer.SetResult(said);
            }
        }

        foreach (TaskCompletionSource<JsonObject> answer in _asked.Values)
        {
            answer.TrySetException(new InvalidOperationException("The tests' GitHub has ended."));
        }
    }
}
