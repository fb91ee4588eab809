using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.InteropServices;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Native;
using AgentIde.Sandbox.Slurm;

namespace AgentIde.Sandbox.Tests;

/// <summary>What is left of jobs when processes die: of the runner, of srun, of the node's program.</summary>
[Collection(SlurmCollection.Name)]
public sealed class SlurmLeftoverTests : IDisposable
{
    private readonly SlurmBench _bench = new();

    [Fact]
    public async Task Jobs_and_files_of_a_killed_owner_are_removed_and_those_of_a_living_one_are_not()
    {
        using CancellationTokenSource source = new();
        TaskCompletionSource lives = new();
        Task<ExecutionResult> living = _bench.RunAsync("print('running')\nimport time; time.sleep(120)", output: _ => lives.TrySetResult(), cancellationToken: source.Token);
        await lives.Task.WaitAsync(TimeSpan.FromSeconds(60));
        using Process owner = StartOwner();
        (await owner.StandardOutput.ReadLineAsync()).ShouldBe("running");
        OwnerName dead = SharedFolder.Owners(_bench.Options.Folder).Single(part => part.Owner.Process.Id == owner.Id).Owner;
        QueuedJob[] DeadJobs() => [.. Jobs(dead).Where(job => job.IsLive)];
        (await SlurmLeftovers.RemoveAsync(_bench.Options, CancellationToken.None)).ShouldBeEmpty();
        DeadJobs().Length.ShouldBe(2);

        owner.Kill();
        await owner.WaitForExitAsync();
        // Nobody has told the cluster: its jobs go on.
        DeadJobs().Length.ShouldBe(2);
        ImmutableArray<string> removed = await SlurmLeftovers.RemoveAsync(_bench.Options, CancellationToken.None);
        removed.Length.ShouldBe(3);
        removed.ShouldAllBe(line => line.Contains($"of process {owner.Id}, which is gone", StringComparison.Ordinal));
        DeadJobs().ShouldBeEmpty();
        SharedFolder.Owners(_bench.Options.Folder).Select(part => part.Owner.Process.Id).ShouldBe([Environment.ProcessId]);
        SlurmBench.Await(() => !ProcessEntry.All().Any(process => process.State != 'Z' && SlurmBench.CommandLineOf(process.Id).Contains(dead.ToString(), StringComparison.Ordinal)));

        living.IsCompleted.ShouldBeFalse();
        await source.CancelAsync();
        (await living).Ending.ShouldBe(Ending.Cancelled);
    }

    [Fact]
    public async Task A_job_goes_on_and_its_result_is_taken_where_srun_was_killed()
    {
        bool killed = false;
        ExecutionResult result = await _bench.RunAsync("print('begun')\nimport time; time.sleep(2)\nprint('to its end')", output: _ =>
        {
            if (!killed)
            {
                killed = true;
                // Its child first: it ends the job when srun is gone.
                int srun = ProcessEntry.All().Single(process => process.Parent == Environment.ProcessId && SlurmBench.CommandLineOf(process.Id).Contains(_bench.Options.Folder, StringComparison.Ordinal)).Id;
                foreach (int process in ProcessEntry.ChildrenOf(srun).Append(srun))
                {
                    Libc.Kill(process, Libc.SignalKill);
                }
            }
        });
        (result.Ending, result.ExitCode, result.Text()).ShouldBe((Ending.Exited, 0, "begun\nto its end\n"));
        _bench.Jobs().Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_job_that_somebody_cancels_is_no_result_of_the_candidate()
    {
        ExecutionResult result = await _bench.RunAsync("print('begun')\nimport time; time.sleep(60)", output: _ =>
            SlurmBench.Command("scancel", _bench.Jobs().Single(job => job.IsLive).Id));
        (result.Ending, result.Why).ShouldBe((Ending.Cancelled, $"Slurm job {_bench.Jobs().Single().Id} was cancelled by somebody, not by agentide"));
        _bench.JobFolders().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_node_program_that_is_killed_takes_its_candidate_with_it_and_the_job_is_tried_again()
    {
        int killed = 0;
        ExecutionResult result = await _bench.RunAsync("print('begun')\nimport time; time.sleep(2)\nprint('to its end')", output: _ =>
        {
            if (killed == 0)
            {
                killed = ProcessEntry.All().Where(process => process.Name != "srun" && SlurmBench.CommandLineOf(process.Id).Contains(_bench.Options.Folder, StringComparison.Ordinal)).Max(process => process.Id);
                Libc.Kill(killed, Libc.SignalKill);
            }
        });
        killed.ShouldBeGreaterThan(0);
        (result.Ending, result.ExitCode, result.Text()).ShouldBe((Ending.Exited, 0, "begun\nto its end\n"));
        _bench.AwaitEnds();
        _bench.Jobs().Select(job => job.State).ShouldBe(["FAILED", "COMPLETED"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("a+b+1+2+3", true)]
    [InlineData("a+b+1+2", false)]
    [InlineData("a+b+x+2+3", false)]
    [InlineData("staged", false)]
    public void Only_names_of_owners_are_taken_for_such(string name, bool isOne) => (OwnerName.Parse(name) is not null).ShouldBe(isOne);

    [Fact]
    public void An_owner_on_another_machine_is_not_judged()
    {
        OwnerName here = OwnerName.Next();
        here.IsDead.ShouldBeFalse();
        (here with { Boot = "another" }).IsDead.ShouldBeTrue();
        (here with { Process = new Leftovers.ProcessName(Environment.ProcessId, 1) }).IsDead.ShouldBeTrue();
        (here with { Machine = "another", Boot = "another" }).IsDead.ShouldBeFalse();
    }

    [Theory]
    [InlineData("CANCELLED", "None", "n1", true, "", nameof(JobVerdict.CancelledOutside))]
    [InlineData("TIMEOUT", "TimeLimit", "n1", true, "", nameof(JobVerdict.TimeOut))]
    [InlineData("OUT_OF_MEMORY", "OutOfMemory", "n1", true, "", nameof(JobVerdict.OutOfMemory))]
    [InlineData("NODE_FAIL", "NodeDown", "n1", true, "", nameof(JobVerdict.TakenAway))]
    [InlineData("PREEMPTED", "None", "n1", true, "", nameof(JobVerdict.TakenAway))]
    [InlineData("COMPLETED", "None", "n1", true, "", nameof(JobVerdict.TakenAway))]
    [InlineData("COMPLETED", "None", "n1", false, "", nameof(JobVerdict.Unshared))]
    [InlineData("FAILED", "NonZeroExitCode", "n1", false, "slurmstepd-n1: error: execve(): /x: No such file or directory\nsrun: error: n1: task 0: Exited with exit code 2", nameof(JobVerdict.Unshared))]
    [InlineData("FAILED", "NonZeroExitCode", "n1", false, "/x: /lib/libc.so.6: version `GLIBC_2.36' not found\nsrun: error: n1: task 0: Exited with exit code 1", nameof(JobVerdict.NodeProgramFailed))]
    [InlineData("FAILED", "JobLaunchFailure", "n1", false, "", nameof(JobVerdict.TakenAway))]
    [InlineData("FAILED", "None", "", false, "srun: error: Unable to allocate resources: Requested node configuration is not available", nameof(JobVerdict.Refused))]
    [InlineData(null, "", "", false, "srun: error: invalid partition specified: none", nameof(JobVerdict.Refused))]
    [InlineData(null, "", "", true, "", nameof(JobVerdict.TakenAway))]
    public void Ends_without_a_result_are_told_apart(string? state, string reason, string nodes, bool hasStarted, string log, string verdict) =>
        JobEnd.Of(state is null ? null : new QueuedJob("1", "agentide-1", state, reason, nodes), hasStarted, log).ToString().ShouldBe(verdict);

    public void Dispose() => _bench.Dispose();

    private static QueuedJob[] Jobs(OwnerName owner) =>
        [.. SlurmBench.Command("squeue", "--noheader", "--states=all", $"--format={QueuedJob.Format}").Split('\n').Select(QueuedJob.Parse).OfType<QueuedJob>().Where(job => job.Name.StartsWith(owner.JobPrefix, StringComparison.Ordinal))];

    private Process StartOwner()
    {
        string dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
        return Process.Start(new ProcessStartInfo(
            dotnet, [Path.Combine(AppContext.BaseDirectory, "AgentIde.Sandbox.Owner.dll"), "slurm", _bench.Options.Folder, SlurmBench.NodeFolder, _bench.Options.Configuration!, _bench.Input])
        {
            RedirectStandardOutput = true,
        })!;
    }
}
