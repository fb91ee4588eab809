using System.Collections.Immutable;
using System.Text;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox.Tests;

/// <summary>The third engine does what the first does, by jobs of a real cluster.</summary>
public sealed class SlurmTests : IDisposable
{
    private readonly SlurmBench _bench = new();

    [Theory]
    [InlineData("import os; os._exit(0)", Ending.Exited, 0, null)]
    [InlineData("import sys; sys.exit(7)", Ending.Exited, 7, null)]
    [InlineData("import os; os._exit(137)", Ending.Exited, 137, null)]
    [InlineData("1 / 0", Ending.Exited, 1, null)]
    [InlineData("import os, time; os.kill(os.getpid(), 9); time.sleep(5)", Ending.Signalled, null, 9)]
    [InlineData("import os; os.abort()", Ending.Signalled, null, 6)]
    public async Task Ends_are_told_apart(string code, Ending ending, int? exitCode, int? signal)
    {
        ExecutionResult result = await _bench.RunAsync(code);
        (result.Ending, result.ExitCode, result.Signal, result.OutOfMemory).ShouldBe((ending, exitCode, signal, false), result.Text());
    }

    public void Dispose() => _bench.Dispose();
}
