using System.Diagnostics;
using System.Globalization;

namespace AgentIde.Sandbox.Tests;

/// <summary>What the engine adds to a bare <c>srun</c> and to bubblewrap, printed with each run of the tests.</summary>
[Collection(SlurmCollection.Name)]
public sealed class SlurmFigures(ITestOutputHelper output)
{
    [Fact]
    public async Task The_engine_adds_little_to_srun()
    {
        const string program = "print('x')";
        using SlurmBench bench = new();
        using Workbench local = new();
        await bench.RunAsync(program);
        await local.RunAsync(program);
        double bare = await MedianAsync(() => Task.FromResult(SlurmBench.Command("srun", "--export=NONE", "--nodes=1", "--ntasks=1", "--chdir=/", "--", "/bin/true")));
        double here = await MedianAsync(() => local.RunAsync(program));
        double engine = await MedianAsync(() => bench.RunAsync(program));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"bare srun {bare:0.0} ms, bubblewrap here {here:0.0} ms, engine {engine:0.0} ms: {engine - bare:0.0} ms more than srun, {engine - bare - here:0.0} ms more than both"));
        // Ten times what a quiet machine shows: this finds a wait that does not belong there, not a slow machine.
        (engine - bare - here).ShouldBeLessThan(1000);
    }

    private static async Task<double> MedianAsync<T>(Func<Task<T>> work)
    {
        List<double> times = [];
        for (int round = 0; round < 15; round++)
        {
            long start = Stopwatch.GetTimestamp();
            await work();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        times.Sort();
        return times[times.Count / 2];
    }
}
