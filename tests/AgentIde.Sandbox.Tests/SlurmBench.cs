using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Native;
using AgentIde.Sandbox.Slurm;
using AgentIde.Testing;

namespace AgentIde.Sandbox.Tests;

/// <summary>
/// The real cluster that <c>scripts/slurm-test-cluster.sh start</c> started, with an input folder and a shared folder of
/// its own. When it is disposed no job and no file of it may be left.
/// </summary>
internal sealed class SlurmBench : IDisposable
{
    /// <summary>Names the cluster's folder where the repository isn't at hand.</summary>
    internal const string Variable = "AGENTIDE_TEST_SLURM";

    private static int _count;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("agentide-test-");

    internal SlurmBench(string? shared = null, params string[] request)
    {
        _folder.UnixFileMode |= UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        Input = _folder.CreateSubdirectory("input").FullName;
        File.WriteAllText(Path.Combine(Input, "train.csv"), "id,y\n1,2\n");
        string own = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{Interlocked.Increment(ref _count)}");
        Options = new SlurmOptions(
            Path.Combine(Cluster, shared ?? "shared", own), BubblewrapOptions.Default.Python, NodeFolder, Path.Combine(Cluster, "slurm.conf"), Request: [.. request]);
        Sandbox = new SlurmSandbox(Options);
    }

    internal static string Cluster => Environment.GetEnvironmentVariable(Variable)
        ?? (File.Exists(Repository.PathOf("artifacts", "slurm", "home"))
            ? File.ReadAllText(Repository.PathOf("artifacts", "slurm", "home")).Trim()
            : throw new InvalidOperationException("There is no Slurm cluster for tests: scripts/slurm-test-cluster.sh start"));

    /// <summary>Of <c>scripts/build-node.sh</c>.</summary>
    internal static string NodeFolder => Environment.GetEnvironmentVariable(NodeProgram.Variable) ?? Repository.PathOf("artifacts", "publish", "agentide-node");

    internal string Folder => _folder.FullName;

    internal string Input { get; }

    internal SlurmOptions Options { get; }

    internal SlurmSandbox Sandbox { get; }

    internal Task<ExecutionResult> RunAsync(
        string code, ExecutionLimits? limits = null, Action<ReadOnlyMemory<byte>>? output = null, CancellationToken cancellationToken = default, params string[][] collect) =>
        Sandbox.ExecuteAsync(Spec(code, limits, collect), output, cancellationToken);

    internal ExecutionSpec Spec(string code, ExecutionLimits? limits = null, params string[][] collect) => new(
        "test", ProgramLanguage.Python, Encoding.UTF8.GetBytes(code), Input, limits ?? Workbench.Small,
        [.. collect.Select(paths => new OutputFile(paths[0], [.. paths], 1 << 20))], ImmutableDictionary<string, string>.Empty)
    {
        IsOneOfMany = true,
    };

    /// <summary>One of Slurm's own commands, to look at the cluster.</summary>
    internal static string Command(params string[] command) => Run([$"/usr/bin/{command[0]}", .. command.Skip(1)]);

    /// <summary>A command of the cluster's administrator, who is root.</summary>
    internal static string CommandByRoot(params string[] command) =>
        Run([.. Workbench.IsRoot ? Array.Empty<string>() : ["/usr/bin/sudo", "-n", "--preserve-env=SLURM_CONF"], $"/usr/bin/{command[0]}", .. command.Skip(1)]);

    private static string Run(IReadOnlyList<string> command)
    {
        (int status, string output) = ShortCommand.Run(command, ["PATH=/usr/bin:/bin", $"SLURM_CONF={Path.Combine(Cluster, "slurm.conf")}"], TimeSpan.FromSeconds(30));
        status.ShouldBe(0, output);
        return output;
    }

    /// <summary>Jobs of this bench's sandbox, living and ended.</summary>
    internal QueuedJob[] Jobs() => SharedFolder.Owners(Options.Folder).Select(part => part.Owner.JobPrefix).FirstOrDefault() is { } prefix
        ? [.. Command("squeue", "--noheader", "--states=all", $"--format={QueuedJob.Format}").Split('\n').Select(QueuedJob.Parse).OfType<QueuedJob>().Where(job => job.Name.StartsWith(prefix, StringComparison.Ordinal))]
        : [];

    /// <summary>srun ends a moment before its job has left its node.</summary>
    internal void AwaitEnds() => Await(() => Jobs().All(job => !job.IsLive));

    /// <summary>Looks at the cluster until it is so; Slurm tells nobody by itself.</summary>
    internal static void Await(Func<bool> isSo)
    {
        long start = Stopwatch.GetTimestamp();
        while (!isSo())
        {
            Stopwatch.GetElapsedTime(start).ShouldBeLessThan(TimeSpan.FromSeconds(60));
            Descriptors.Wait(TimeSpan.FromMilliseconds(20));
        }
    }

    /// <summary>Folders of jobs that are under way.</summary>
    internal string[] JobFolders() => [.. SharedFolder.Owners(Options.Folder).SelectMany(part => Directory.GetDirectories(Path.Combine(part.Path, "jobs")))];

    internal static string CommandLineOf(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    public void Dispose()
    {
        AwaitEnds();
        Sandbox.Dispose();
        string[] left = Directory.Exists(Options.Folder) ? Directory.GetFileSystemEntries(Options.Folder) : [];
        if (left.Length == 0 && Directory.Exists(Options.Folder))
        {
            Directory.Delete(Options.Folder);
        }

        _folder.Delete(recursive: true);
        left.ShouldBeEmpty();
    }
}
