using System.Collections.Immutable;
using System.Globalization;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox;

// Owns executions in Docker as a process by itself. Without ROUNDS one that lasts, with the next container ready, until
// somebody kills this process; with ROUNDS so many short ones, and then says what this process held before and after.
if (args is not [var host, var input, ..])
{
    Console.Error.WriteLine("Usage: owner DOCKER_HOST INPUT_FOLDER [ROUNDS]");
    return 2;
}

ExecutionLimits limits = ExecutionLimits.Default with { MemoryBytes = 256 << 20, DiskBytes = 16 << 20, Cores = 1 };
ExecutionSpec lasting = new(
    "owned", ProgramLanguage.Python, "import os, time\nos.fork()\nprint('running')\ntime.sleep(500)\n"u8.ToArray(), input, limits,
    [new OutputFile("submission", ["submission.csv"], 1 << 20)], ImmutableDictionary<string, string>.Empty)
{
    IsOneOfMany = true,
};
ExecutionSpec brief = lasting with { Code = "import ctypes, os, time\nctypes.CDLL(None).prctl(15, b'agentide-owned', 0, 0, 0)\nopen('submission.csv', 'w').write('1')\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(500)\n"u8.ToArray() };

await using (DockerSandbox sandbox = new(new DockerOptions(new Uri(host))))
{
    await RunAsync(args.Length == 2 ? 1 : 10);
    if (args.Length == 2)
    {
        await sandbox.ExecuteAsync(lasting, _ => Console.Out.WriteLine("running"), CancellationToken.None);
        return 0;
    }

    (long memory, int descriptors) = Held();
    await RunAsync(int.Parse(args[2], CultureInfo.InvariantCulture));
    (long memoryAfter, int descriptorsAfter) = Held();
    Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{memory} {memoryAfter} {descriptors} {descriptorsAfter}"));

    async Task RunAsync(int rounds)
    {
        for (int round = 0; round < rounds; round++)
        {
            ExecutionResult result = await sandbox.ExecuteAsync(brief, null, CancellationToken.None);
            if (result is not { Ending: Ending.Exited, ExitCode: 0, Files: [{ Bytes.Length: 1 }] })
            {
                throw new InvalidOperationException($"{result.Ending} {result.ExitCode}");
            }
        }
    }
}

return 0;

static (long Memory, int Descriptors) Held() => (GC.GetTotalMemory(forceFullCollection: true), Directory.GetFiles("/proc/self/fd").Length);
