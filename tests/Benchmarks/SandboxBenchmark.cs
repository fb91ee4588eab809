using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox;
using AgentIde.Testing;

namespace AgentIde.Benchmarks;

/// <summary>
/// What an execution costs beside its own work: bubblewrap by the engine and bare; a program that imports the usual
/// libraries, cold and warm; and Docker, bare and by the engine, where <c>scripts/docker-test-engine.sh start</c> was.
/// </summary>
internal static class SandboxBenchmark
{
    private const int Rounds = 15;
    private const string Imports = "import numpy, pandas, sklearn.ensemble, sklearn.linear_model\n";

    public static async Task RunAsync()
    {
        using TemporaryFolder folder = new();
        File.SetUnixFileMode(folder.Path, File.GetUnixFileMode(folder.Path) | UnixFileMode.OtherExecute | UnixFileMode.OtherRead);
        string input = Directory.CreateDirectory(folder["input"]).FullName;
        BubblewrapOptions options = BubblewrapOptions.Default with { StateFolder = folder["state"], Start = PythonStart.Cold };
        StartMeasurement start = await StartMeasurement.TakeAsync(options, input, Rounds, CancellationToken.None);
        Report.Line("bubblewrap, an empty program", Report.Milliseconds(start.Engine.TotalMilliseconds), $"bare {Report.Milliseconds(start.Bare.TotalMilliseconds)}, ratio {Report.Ratio(start.Ratio)}", "ratio at most 1.3");

        using BubblewrapSandbox cold = new(options), warm = new(options with { Start = PythonStart.Warm });
        double coldly = await MedianAsync(cold, input, Imports), warmly = await MedianAsync(warm, input, Imports);
        Report.Line("warm Python, the usual imports", Report.Milliseconds(warmly), $"cold {Report.Milliseconds(coldly)}, ratio {Report.Ratio(warmly / coldly)}", "at most 50 ms");

        string host = Repository.PathOf("artifacts", "docker", "host");
        if (File.Exists(host))
        {
            await DockerAsync((await File.ReadAllTextAsync(host)).Trim(), input);
        }
    }

    private static async Task DockerAsync(string host, string input)
    {
        List<double> bare = [];
        for (int round = 0; round < Rounds; round++)
        {
            long begun = Stopwatch.GetTimestamp();
            ProcessStartInfo info = new("docker", ["-H", host, "run", "--rm", "--network", "none", DockerOptions.PythonImage, "/usr/bin/python3", "-c", "pass"]);
            using Process process = Process.Start(info)!;
            await process.WaitForExitAsync();
            bare.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }

        double run = Report.Median(bare);
        foreach ((string what, bool prestart, string goal) in new[] { ("Docker, each made when needed", false, "ratio at most 1.3"), ("Docker, started ahead", true, "ratio at most 0.3") })
        {
            await using DockerSandbox docker = new(new DockerOptions(new Uri(host), Prestart: prestart));
            double engine = await MedianAsync(docker, input, "pass\n");
            Report.Line(what, Report.Milliseconds(engine), $"docker run {Report.Milliseconds(run)}, ratio {Report.Ratio(engine / run)}", goal);
        }
    }

    private static async Task<double> MedianAsync(ISandbox sandbox, string input, string code)
    {
        ExecutionSpec spec = new(
            "bench", ProgramLanguage.Python, Encoding.UTF8.GetBytes(code), input, ExecutionLimits.Default with { Cores = 1 },
            [new OutputFile("submission", ["submission.csv"], 1 << 20)], ImmutableDictionary<string, string>.Empty)
        {
            IsOneOfMany = true,
        };
        List<double> times = [];
        for (int round = -1; round < Rounds; round++)
        {
            long begun = Stopwatch.GetTimestamp();
            ExecutionResult result = await sandbox.ExecuteAsync(spec, null, CancellationToken.None);
            double time = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            if (result.ExitCode != 0)
            {
                throw new InvalidOperationException($"The measured program ended as {result.Ending}: {Encoding.UTF8.GetString(result.Output.Span)}");
            }

            if (round >= 0)
            {
                // The first is for the caches.
                times.Add(time);
            }
        }

        return Report.Median(times);
    }
}
