using System.Collections.Immutable;
using System.Text;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox;

// A process that owns running executions, for tests to kill: it says "running" when its candidates are.
if (args is not [var shared, var node, var configuration, var input])
{
    return 2;
}

using SlurmSandbox sandbox = new(new SlurmOptions(shared, BubblewrapOptions.Default.Python, node, configuration));
ExecutionSpec spec = new(
    "owned", ProgramLanguage.Python, Encoding.UTF8.GetBytes("print('running')\nimport time; time.sleep(120)"), input,
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
return 0;
