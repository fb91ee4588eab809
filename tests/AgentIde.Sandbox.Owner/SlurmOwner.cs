using System.Collections.Immutable;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox.Owner;

/// <summary>Owns two jobs of a cluster.</summary>
internal static class SlurmOwner
{
    internal static async Task HoldAsync(string shared, string node, string configuration, string input)
    {
        using SlurmSandbox sandbox = new(new SlurmOptions(shared, BubblewrapOptions.Default.Python, node, configuration));
        ExecutionSpec spec = new(
            "owned", ProgramLanguage.Python, "print('running')\nimport time; time.sleep(120)"u8.ToArray(), input,
            new ExecutionLimits(TimeSpan.FromMinutes(3), 256 << 20, 32, 16 << 20, 1 << 20, 1), [], ImmutableDictionary<string, string>.Empty);
        int running = 0;
        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => sandbox.ExecuteAsync(
            spec,
            _ =>
            {
                if (Interlocked.Increment(ref running) == 2)
                {
                    Console.WriteLine("running");
                }
            },
            CancellationToken.None)));
    }
}
