using System.Collections.Immutable;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox.Owner;

/// <summary>Owns an execution in Docker: one that lasts, with the next container ready.</summary>
internal static class DockerOwner
{
    internal static async Task HoldAsync(string host, string input)
    {
        await using DockerSandbox sandbox = new(new DockerOptions(new Uri(host)));
        await sandbox.ExecuteAsync(Spec(input, "pass"u8.ToArray()), null, CancellationToken.None);
        await sandbox.ExecuteAsync(Spec(input, "import os, time\nos.fork()\nprint('running')\ntime.sleep(500)\n"u8.ToArray()), _ => Console.WriteLine("running"), CancellationToken.None);
    }

    private static ExecutionSpec Spec(string input, byte[] code) => new(
        "owned", ProgramLanguage.Python, code, input, ExecutionLimits.Default with { MemoryBytes = 256 << 20, DiskBytes = 16 << 20, Cores = 1 },
        [new OutputFile("submission", ["submission.csv"], 1 << 20)], ImmutableDictionary<string, string>.Empty)
    {
        IsOneOfMany = true,
    };
}
