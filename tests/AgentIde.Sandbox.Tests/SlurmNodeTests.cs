using System.Globalization;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Native;
using AgentIde.Sandbox.Slurm;

namespace AgentIde.Sandbox.Tests;

/// <summary>What happens to nodes, done by who may do it. On nodes that no other test uses.</summary>
[Collection(SlurmCollection.Name)]
public sealed class SlurmNodeTests : IDisposable
{
    private const string Program = "print('begun')\nimport time; time.sleep(4)\nprint('to its end')";

    private readonly SlurmBench _bench = new(null, "--partition=frail");

    [Fact]
    public async Task A_job_whose_node_fails_is_tried_again()
    {
        string? failed = null;
        ExecutionResult result = await _bench.RunAsync(Program, output: _ =>
        {
            if (failed is null)
            {
                failed = Living().Nodes;
                SlurmBench.CommandByRoot("scontrol", "update", $"nodename={failed}", "state=down", "reason=test");
            }
        });
        (result.Ending, result.Text()).ShouldBe((Ending.Exited, "begun\nto its end\n"));
        _bench.AwaitEnds();
        _bench.Jobs().Select(job => job.State).ShouldBe(["NODE_FAIL", "COMPLETED"], ignoreOrder: true);
        Recover();
    }

    [Fact]
    public async Task A_job_that_a_more_urgent_one_displaces_is_tried_again()
    {
        bool displaced = false;
        ExecutionResult result = await _bench.RunAsync(Program, output: _ =>
        {
            if (!displaced)
            {
                displaced = true;
                SlurmBench.Command("srun", "--partition=urgent", "--exclusive", $"--nodelist={Living().Nodes}", "--chdir=/", "/bin/true");
            }
        });
        (result.Ending, result.Text()).ShouldBe((Ending.Exited, "begun\nto its end\n"));
        _bench.AwaitEnds();
        _bench.Jobs().Select(job => job.State).ShouldBe(["PREEMPTED", "COMPLETED"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_job_that_is_taken_away_each_time_is_given_up_after_the_third()
    {
        int count = 0;
        SandboxException failure = await Should.ThrowAsync<SandboxException>(() => _bench.RunAsync("print('begun')\nimport time; time.sleep(60)", output: _ =>
        {
            count++;
            SlurmBench.CommandByRoot("scontrol", "update", $"nodename={Living().Nodes}", "state=down", "reason=test");
            SlurmBench.Await(() => _bench.Jobs().All(job => !job.IsLive));
            Recover();
        }));
        failure.Message.ShouldMatch(@"^The cluster took the job away 3 times \(NODE_FAIL on n[34]\): look at its nodes with sinfo, or choose others with SLURM_PARTITION\.$");
        count.ShouldBe(3);
    }

    [Fact]
    public async Task A_job_whose_step_daemon_dies_is_ended_on_its_node_and_tried_again()
    {
        int orphan = 0;
        ExecutionResult result = await _bench.RunAsync("print('begun')\nimport time; time.sleep(4)\nprint('to its end')", output: _ =>
        {
            if (orphan == 0)
            {
                ProcessEntry program = ProcessEntry.All().Single(process =>
                    process.Name != "srun" && ProcessEntry.Read(process.Parent)?.Name.StartsWith("slurmstepd", StringComparison.Ordinal) == true
                    && SlurmBench.CommandLineOf(process.Id).Contains(_bench.Options.Folder, StringComparison.Ordinal));
                orphan = program.Id;
                SlurmBench.CommandByRoot("kill", "-9", program.Parent.ToString(CultureInfo.InvariantCulture));
            }
        });
        (result.Ending, result.ExitCode, result.Text()).ShouldBe((Ending.Exited, 0, "begun\nto its end\n"));
        (ProcessEntry.Read(orphan) is null or { State: 'Z' }).ShouldBeTrue();
        _bench.AwaitEnds();
        _bench.Jobs().Length.ShouldBe(2);
    }

    public void Dispose() => _bench.Dispose();

    private QueuedJob Living()
    {
        QueuedJob? running = null;
        SlurmBench.Await(() => (running = _bench.Jobs().SingleOrDefault(job => job.State == "RUNNING")) is not null);
        return running!;
    }

    /// <summary>A node whose daemon lives comes back by itself.</summary>
    private static void Recover() =>
        SlurmBench.Await(() => SlurmBench.Command("sinfo", "--noheader", "--Node", "--partition=frail", "--states=idle", "--format=%N").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length == 2);
}
