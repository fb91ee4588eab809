using System.Collections.Immutable;
using System.Globalization;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox.Owner;

/// <summary>Owns executions in Docker: one that lasts, with the next container ready, or many short ones.</summary>
internal static class DockerOwner
{
    private const int WarmUp = 10;

    internal static async Task HoldAsync(string host, string input)
    {
        await using DockerSandbox sandbox = new(new DockerOptions(new Uri(host)));
        await RunAsync(sandbox, input, 1);
        await sandbox.ExecuteAsync(Spec(input, "import os, time\nos.fork()\nprint('running')\ntime.sleep(500)\n"u8.ToArray()), _ => Console.WriteLine("running"), CancellationToken.None);
    }

    /// <summary>Says what this process held before and after: bytes and descriptors.</summary>
    internal static async Task RepeatAsync(string host, string input, int rounds)
    {
        await using DockerSandbox sandbox = new(new DockerOptions(new Uri(host)));
        await RunAsync(sandbox, input, WarmUp);
        (long memory, int descriptors) = Held();
        await RunAsync(sandbox, input, rounds);
        (long memoryAfter, int descriptorsAfter) = Held();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{memory} {memoryAfter} {descriptors} {descriptorsAfter}"));
    }

    private static async Task RunAsync(DockerSandbox sandbox, string input, int rounds)
    {
        ExecutionSpec spec = Spec(input, "import ctypes, os, time\nctypes.CDLL(None).prctl(15, b'agentide-owned', 0, 0, 0)\nopen('submission.csv', 'w').write('1')\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(500)\n"u8.ToArray());
        for (int round = 0; round < rounds; round++)
        {
            ExecutionResult result = await sandbox.ExecuteAsync(spec, null, CancellationToken.None);
            if (result is not { Ending: Ending.Exited, ExitCode: 0, Files: [{ Bytes.Length: 1 }] })
            {
                throw new InvalidOperationException($"{result.Ending} {result.ExitCode}");
            }
        }
    }

    private static ExecutionSpec Spec(string input, byte[] code) => new(
        "owned", ProgramLanguage.Python, code, input, ExecutionLimits.Default with { MemoryBytes = 256 << 20, DiskBytes = 16 << 20, Cores = 1 },
        [new OutputFile("submission", ["submission.csv"], 1 << 20)], ImmutableDictionary<string, string>.Empty)
    {
        IsOneOfMany = true,
    };

    private static (long Memory, int Descriptors) Held() => (GC.GetTotalMemory(forceFullCollection: true), Directory.GetFiles("/proc/self/fd").Length);
}
