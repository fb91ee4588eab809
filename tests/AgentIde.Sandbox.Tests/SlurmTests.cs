using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Native;
using AgentIde.Sandbox.Slurm;

namespace AgentIde.Sandbox.Tests;

/// <summary>The third engine does what the first does, by jobs of a real cluster.</summary>
[Collection(SlurmCollection.Name)]
public sealed class SlurmTests : IDisposable
{
    private readonly SlurmBench _bench = new();

    [Fact]
    public async Task Output_comes_while_the_candidate_runs_and_all_of_it_once()
    {
        StringBuilder heard = new();
        using CancellationTokenSource source = new();
        ExecutionResult result = await _bench.RunAsync("print('first')\nimport time; time.sleep(60)", output: piece =>
        {
            heard.Append(Encoding.UTF8.GetString(piece.Span));
            source.Cancel();
        }, cancellationToken: source.Token);
        (result.Ending, heard.ToString(), result.Text()).ShouldBe((Ending.Cancelled, "first\n", "first\n"));

        using MemoryStream all = new();
        ExecutionResult large = await _bench.RunAsync("import sys\nfor i in range(40000): sys.stdout.write('%07d\\n' % i)", output: piece => all.Write(piece.Span));
        Encoding.UTF8.GetString(all.ToArray()).ShouldBe(string.Concat(Enumerable.Range(0, 40000).Select(i => i.ToString("0000000\n", CultureInfo.InvariantCulture))));
        large.OutputBytes.ShouldBe(all.Length);
        large.Text().ShouldContain("bytes left out");
    }

    [Fact]
    public async Task A_listener_that_fails_fails_the_execution_and_its_job_ends()
    {
        await Should.ThrowAsync<InvalidOperationException>(() =>
            _bench.RunAsync("print('x')\nimport time; time.sleep(60)", output: _ => throw new InvalidOperationException("the listener's own")));
        _bench.Jobs().ShouldHaveSingleItem().IsLive.ShouldBeFalse();
        _bench.JobFolders().ShouldBeEmpty();
    }

    [Fact]
    public async Task One_that_waits_in_the_queue_is_cancelled_there()
    {
        using SlurmBench busy = new(null, "--exclusive", "--nodelist=n1");
        using CancellationTokenSource first = new(), second = new();
        Task<ExecutionResult>? waiting = null;
        Task<ExecutionResult> running = busy.RunAsync("print('here')\nimport time; time.sleep(60)", cancellationToken: first.Token, output: _ =>
        {
            // Its node is taken whole.
            waiting = busy.RunAsync("print('never')", cancellationToken: second.Token);
            SlurmBench.Await(() => busy.Jobs().Any(job => job.State == "PENDING"));
            second.Cancel();
        });
        await Task.WhenAny(running, Task.Run(() => SlurmBench.Await(() => waiting?.IsCompleted == true)));
        ExecutionResult never = await waiting!;
        (never.Ending, never.OutputBytes).ShouldBe((Ending.Cancelled, 0));
        running.IsCompleted.ShouldBeFalse();
        await first.CancelAsync();
        (await running).Ending.ShouldBe(Ending.Cancelled);
    }

    [Fact]
    public async Task Time_in_the_queue_is_not_the_candidates()
    {
        using SlurmBench busy = new(null, "--exclusive", "--nodelist=n2");
        Task<ExecutionResult>? second = null;
        ExecutionResult first = await busy.RunAsync("print('here')\nimport time; time.sleep(5)", output: _ =>
            second = busy.RunAsync("print('its turn')", Workbench.Small with { Time = TimeSpan.FromSeconds(4) }));
        first.ExitCode.ShouldBe(0);
        ExecutionResult result = await second!;
        (result.Ending, result.Text()).ShouldBe((Ending.Exited, "its turn\n"));
        result.Seconds.ShouldBeLessThan(4);
    }

    [Fact]
    public async Task A_job_that_would_wait_for_ever_is_not_waited_for()
    {
        using SlurmBench shortOnes = new(null, "--partition=short");
        (await Should.ThrowAsync<SandboxException>(() => shortOnes.RunAsync("pass"))).Message.ShouldMatch(@"^Slurm job \d+ would wait for ever \(PartitionTimeLimit\): choose a partition with SLURM_PARTITION");
    }

    [Fact]
    public async Task Keys_of_this_process_do_not_come_to_a_node()
    {
        // As an untrusted program on a node would look: every environment that it may read.
        Environment.SetEnvironmentVariable("AGENTIDE_TEST_KEY", "key-of-this-process");
        ExecutionResult result = await _bench.RunAsync(
            "import glob\nfor path in glob.glob('/proc/*/environ'):\n    try:\n        print(open(path, 'rb').read())\n    except PermissionError as error:\n        print(error)");
        Environment.SetEnvironmentVariable("AGENTIDE_TEST_KEY", null);
        result.ExitCode.ShouldBe(0, result.Text());
        result.Text().ShouldContain("AGENTIDE_CORES");
        result.Text().ShouldNotContain("key-of-this-process");
        result.Text().ShouldNotContain("SLURM");
    }

    [Fact]
    public async Task The_probe_reports_what_holds_on_a_node()
    {
        using Workbench here = new();
        SandboxReport report = await _bench.Sandbox.ProbeAsync(CancellationToken.None);
        report.Engine.ShouldBe("slurm");
        report.Version.ShouldMatch(@"^\d+\.\d+\.\d+$");
        report.Interpreter.ShouldMatch(@"^Python 3\.\d+\.\d+ \(numpy .+, pandas .+, scikit-learn .+, xgboost .+\) on n[12]$");
        report.Guarantees.Select(guarantee => guarantee.Name).ShouldBe(Guarantee.All);
        // Both nodes are this machine.
        report.Missing.Select(guarantee => guarantee.Name).ShouldBe(here.Sandbox.Limits.EnforcesMemory ? [] : ["memory"]);
        report.Guarantees.ShouldAllBe(guarantee => guarantee.How.Contains(" on n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sixteen_at_once_share_one_copy_of_their_input()
    {
        ExecutionResult[] results = await Task.WhenAll(Enumerable.Range(0, 16).Select(number => _bench.RunAsync($"print(open('input/train.csv').read() == 'id,y\\n1,2\\n', {number})")));
        results.Select(result => result.Text()).ShouldBe(Enumerable.Range(0, 16).Select(number => $"True {number}\n"));
        // The node program and the input.
        Directory.GetDirectories(Path.Combine(SharedFolder.Owners(_bench.Options.Folder).Single().Path, "staged")).Length.ShouldBe(2);
    }

    [Fact]
    public async Task An_input_that_has_changed_is_brought_there_anew()
    {
        (await _bench.RunAsync("print(open('input/train.csv').read())")).Text().ShouldBe("id,y\n1,2\n\n");
        await File.WriteAllTextAsync(Path.Combine(_bench.Input, "train.csv"), "other");
        (await _bench.RunAsync("print(open('input/train.csv').read())")).Text().ShouldBe("other\n");
    }

    [Fact]
    public async Task A_node_that_does_not_see_the_shared_folder_says_so_at_once()
    {
        using SlurmBench unshared = new("unshared", "--nodelist=n2");
        long start = Stopwatch.GetTimestamp();
        SandboxException failure = await Should.ThrowAsync<SandboxException>(() => unshared.RunAsync("pass"));
        failure.Message.ShouldMatch(@"^Node n2 does not see /.+: set AGENTIDE_SLURM_FOLDER to a folder on a file system that this machine and all nodes share\.$");
        Stopwatch.GetElapsedTime(start).ShouldBeLessThan(TimeSpan.FromSeconds(50));
    }

    [Fact]
    public async Task What_is_missing_is_said_with_the_way_out()
    {
        async Task<string> FailureAsync(SlurmOptions options)
        {
            using SlurmSandbox sandbox = new(options);
            return (await Should.ThrowAsync<SandboxException>(() => sandbox.ExecuteAsync(_bench.Spec("pass"), null, CancellationToken.None))).Message;
        }

        (await FailureAsync(_bench.Options with { Configuration = "/nowhere/slurm.conf" })).ShouldBe("SLURM_CONF names /nowhere/slurm.conf, which is not there: set it to the slurm.conf of your cluster.");
        string silent = Path.Combine(_bench.Folder, "slurm.conf");
        await File.WriteAllTextAsync(silent, "ClusterName=none\nSlurmctldHost=localhost(127.0.0.1)\nSlurmctldPort=9\nMessageTimeout=1\nNodeName=n1\nPartitionName=all Nodes=n1 Default=YES\n");
        (await FailureAsync(_bench.Options with { Configuration = silent })).ShouldMatch(@"^No Slurm cluster answers \(.+\): start its controller, or set SLURM_CONF to the slurm.conf of a cluster that runs\.$");
        (await FailureAsync(_bench.Options with { Request = ["--partition=none"] })).ShouldMatch(@"^Slurm refused the job \(.*[Ii]nvalid partition.*\): choose a partition with SLURM_PARTITION");
        (await FailureAsync(_bench.Options with { NodeProgram = "/nowhere" })).ShouldContain("scripts/build-node.sh");
        (await FailureAsync(_bench.Options with { Request = ["--bogus"] })).ShouldStartWith("Slurm refused the job (unrecognized option '--bogus'): ");
        (await FailureAsync(_bench.Options with { Folder = "/proc/nowhere" })).ShouldContain("AGENTIDE_SLURM_FOLDER");
    }

    [Fact]
    public void Limits_and_devices_are_asked_of_the_cluster()
    {
        ExecutionLimits limits = new(TimeSpan.FromSeconds(90), 1000L << 20, 64, 1 << 20, 1 << 20, 4);
        IReadOnlyList<string> request = JobRequest.Write("agentide-1", limits, _bench.Options with { Gpus = 2, Request = ["--nodelist=n2"] }, ["/shared/agentide-node", "/shared/job"]);
        request.ShouldContain("--cpus-per-task=4");
        request.ShouldContain("--mem=1128M");
        request.ShouldContain("--time=4");
        request.ShouldContain("--export=NONE");
        request.SkipWhile(argument => !argument.StartsWith("--gres", StringComparison.Ordinal)).ShouldBe(["--gres=gpu:2", "--nodelist=n2", "--", "/shared/agentide-node", "/shared/job"]);
    }

    [Fact]
    public async Task A_device_is_had_where_there_is_one_and_more_than_there_are_is_refused()
    {
        using SlurmSandbox one = new(_bench.Options with { Gpus = 1 });
        (await one.ExecuteAsync(_bench.Spec("print('on the node that has it')"), null, CancellationToken.None)).ExitCode.ShouldBe(0);
        using SlurmSandbox many = new(_bench.Options with { Gpus = 64 });
        (await Should.ThrowAsync<SandboxException>(() => many.ExecuteAsync(_bench.Spec("pass"), null, CancellationToken.None))).Message.ShouldStartWith("Slurm refused the job (");
    }

    [Fact]
    public void A_folder_that_somebody_names_must_be_there_and_only_the_default_is_made()
    {
        SlurmOptions.DefaultFolder(_bench.Input).ShouldBe(_bench.Input);
        string mistyped = Path.Combine(_bench.Folder, "inptu");
        Should.Throw<SandboxException>(() => SlurmOptions.DefaultFolder(mistyped)).Message.ShouldStartWith($"AGENTIDE_SLURM_FOLDER names {mistyped}, which is no folder: ");
        SlurmOptions.DefaultFolder(null).ShouldEndWith("/agentide/slurm");
    }

    public void Dispose() => _bench.Dispose();
}
