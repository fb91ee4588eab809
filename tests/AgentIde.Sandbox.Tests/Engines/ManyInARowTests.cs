using System.Globalization;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox.Tests.Engines;

/// <summary>Many executions in a row leave nothing, in this process or outside. Nothing else runs meanwhile, which would be counted too.</summary>
[Collection(nameof(ManyInARowTests))]
public sealed class ManyInARowTests
{
    // What comes and goes by itself: a pipe to a tool, a file that is being read.
    private const int FewDescriptors = 8;

    // Each leaves a process behind, which bears this name.
    private const string Name = "agentide-many";

    private static readonly int Count = Workbench.IsTorture ? 200 : 20;

    [Theory]
    [InlineData("bubblewrap")]
    [InlineData("warm")]
    [InlineData("docker")]
    [InlineData("slurm")]
    public async Task They_leave_no_process_mount_note_container_job_or_file(string engine)
    {
        await using EngineBench bench = Create(engine);
        // As many before, so that what the runtime compiles for often run code is there.
        await RunAsync(bench, Count);
        (long Heap, long Memory, int Descriptors, string[] Mounts, int Children) before = Held();
        await RunAsync(bench, Count);
        (await bench.LeftAsync()).ShouldBeEmpty();
        Native.ProcessEntry.All().Where(process => process.Name == Name).ShouldBeEmpty();
        (long heap, long memory, int descriptors, string[] mounts, int children) = Held();

        heap.ShouldBeLessThan(before.Heap / 10 * 11, $"{before.Heap} bytes before");
        if (Workbench.IsTorture)
        {
            // Of a few only, what the runtime itself takes meanwhile would be more than theirs.
            memory.ShouldBeLessThan(before.Memory / 10 * 11, $"{before.Memory} KiB before");
        }

        descriptors.ShouldBeLessThanOrEqualTo(before.Descriptors + FewDescriptors);
        mounts.Except(before.Mounts).ShouldBeEmpty();
        children.ShouldBeLessThanOrEqualTo(before.Children);
    }

    private static EngineBench Create(string engine) => engine switch
    {
        "bubblewrap" => new BubblewrapBench(),
        "warm" => new WarmBench(),
        "docker" => new DockerEngineBench(),
        _ => new SlurmEngineBench(),
    };

    private static async Task RunAsync(EngineBench bench, int count)
    {
        for (int number = 0; number < count; number++)
        {
            ExecutionResult result = await bench.RunAsync(
                $"import ctypes, os, time\nctypes.CDLL(None).prctl(15, b'{Name}', 0, 0, 0)\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(60)\nopen('submission.csv', 'w').write('{number}')\nprint(sum(len(line) for line in open('input/train.csv')), {number})",
                collect: ["submission.csv"]);
            result.Text().ShouldBe($"9 {number}\n");
            result.Files[0].Bytes.ShouldNotBeNull();
        }
    }

    private static (long Heap, long Memory, int Descriptors, string[] Mounts, int Children) Held()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GCMemoryInfo heap = GC.GetGCMemoryInfo(GCKind.FullBlocking);
        return (
            heap.HeapSizeBytes - heap.FragmentedBytes,
            OwnMemory(),
            Directory.GetFiles("/proc/self/fd").Length,
            [.. File.ReadLines("/proc/self/mountinfo").Where(mount => !EngineBench.ComesAndGoes(mount))],
            Native.ProcessEntry.ChildrenOf(Environment.ProcessId).Count);
    }

    /// <summary>What the kernel holds for this process alone, in KiB.</summary>
    private static long OwnMemory() => long.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);
}

/// <summary>After all others, alone.</summary>
[CollectionDefinition(nameof(ManyInARowTests), DisableParallelization = true)]
public sealed class ManyInARowCollection;
