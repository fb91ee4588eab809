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
/// libraries, cold and warm; Docker and Slurm, bare and by the engine, where the scripts have started them.
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
        StartMeasurement start = await StartMeasurement.TakeAsync(options, input, 4 * Rounds, CancellationToken.None);
        Report.Line("bubblewrap, an empty program", Report.Milliseconds(start.Engine.TotalMilliseconds), $"bare {Report.Milliseconds(start.Bare.TotalMilliseconds)}, ratio {Report.Ratio(start.Ratio)}", "ratio at most 1.3");

        using BubblewrapSandbox cold = new(options), warm = new(options with { Start = PythonStart.Warm });
        double coldly = await MedianAsync(cold, input, Imports), warmly = await MedianAsync(warm, input, Imports);
        Report.Line("warm Python, the usual imports", Report.Milliseconds(warmly), $"cold {Report.Milliseconds(coldly)}, ratio {Report.Ratio(warmly / coldly)}", "at most 50 ms");

        string host = Repository.PathOf("artifacts", "docker", "host");
        if (File.Exists(host))
        {
            await DockerAsync((await File.ReadAllTextAsync(host)).Trim(), input);
        }

        string cluster = Repository.PathOf("artifacts", "slurm", "home");
        if (File.Exists(cluster))
        {
            await SlurmAsync(Path.Combine((await File.ReadAllTextAsync(cluster)).Trim(), "slurm.conf"), folder["shared"], input);
        }
    }

    private static async Task SlurmAsync(string configuration, string shared, string input)
    {
        using SlurmSandbox slurm = new(new SlurmOptions(shared, BubblewrapOptions.Default.Python, Repository.PathOf("artifacts", "publish", "agentide-node"), configuration));
        List<double> bare = [], engine = [];
        for (int round = -1; round < Rounds; round++)
        {
            double run = await BareAsync("srun", ["--chdir=/", "/bin/true"], ("SLURM_CONF", configuration)), executed = await TimeAsync(slurm, Spec(input, "pass\n"));
            if (round >= 0)
            {
                bare.Add(run);
                engine.Add(executed);
            }
        }

        double median = Report.Median(bare), whole = Report.Median(engine);
        Report.Line("Slurm, an empty program", Report.Milliseconds(whole), $"srun /bin/true {Report.Milliseconds(median)}, adds {Report.Milliseconds(whole - median)}", "adds at most 100 ms");
    }

    /// <summary>One after the other in turn, so that whatever else the machine does weighs on all alike.</summary>
    private static async Task DockerAsync(string host, string input)
    {
        await using DockerSandbox needed = new(new DockerOptions(new Uri(host), Prestart: false)), ahead = new(new DockerOptions(new Uri(host)));
        List<double> bare = [], made = [], ready = [];
        for (int round = -1; round < Rounds; round++)
        {
            double run = await BareAsync("docker", ["-H", host, "run", "--rm", "--network", "none", DockerOptions.PythonImage, "/usr/bin/python3", "-c", "pass"]), whenNeeded = await TimeAsync(needed, Spec(input, "pass\n")), startedAhead = await TimeAsync(ahead, Spec(input, "pass\n"));
            if (round >= 0)
            {
                bare.Add(run);
                made.Add(whenNeeded);
                ready.Add(startedAhead);
            }
        }

        double median = Report.Median(bare);
        Docker("Docker, each made when needed", Report.Median(made), "ratio at most 1.3");
        Docker("Docker, started ahead", Report.Median(ready), "ratio at most 0.3");

        void Docker(string what, double engine, string goal) =>
            Report.Line(what, Report.Milliseconds(engine), $"docker run {Report.Milliseconds(median)}, ratio {Report.Ratio(engine / median)}", goal);
    }

    private static async Task<double> BareAsync(string program, string[] arguments, params (string Name, string Value)[] environment)
    {
        long begun = Stopwatch.GetTimestamp();
        ProcessStartInfo info = new(program, arguments);
        foreach ((string name, string value) in environment)
        {
            info.Environment[name] = value;
        }

        using Process process = Process.Start(info)!;
        await process.WaitForExitAsync();
        return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
    }

    private static async Task<double> MedianAsync(ISandbox sandbox, string input, string code)
    {
        List<double> times = [];
        for (int round = -1; round < Rounds; round++)
        {
            double time = await TimeAsync(sandbox, Spec(input, code));
            if (round >= 0)
            {
                // The first is for the caches.
                times.Add(time);
            }
        }

        return Report.Median(times);
    }

    private static async Task<double> TimeAsync(ISandbox sandbox, ExecutionSpec spec)
    {
        long begun = Stopwatch.GetTimestamp();
        ExecutionResult result = await sandbox.ExecuteAsync(spec, null, CancellationToken.None);
        double time = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        return result.ExitCode == 0
            ? time
            : throw new InvalidOperationException($"The measured program ended as {result.Ending}: {Encoding.UTF8.GetString(result.Output.Span)}");
    }

    private static ExecutionSpec Spec(string input, string code) => new(
        "bench", ProgramLanguage.Python, Encoding.UTF8.GetBytes(code), input, ExecutionLimits.Default with { Cores = 1 },
        [new OutputFile("submission", ["submission.csv"], 1 << 20)], ImmutableDictionary<string, string>.Empty)
    {
        IsOneOfMany = true,
    };
}
