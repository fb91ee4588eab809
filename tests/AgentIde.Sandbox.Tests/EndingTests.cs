using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Limits;

namespace AgentIde.Sandbox.Tests;

public sealed class EndingTests : IDisposable
{
    private readonly Workbench _bench = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(130)]
    [InlineData(137)]
    [InlineData(139)]
    [InlineData(255)]
    public async Task An_exit_code_is_told_as_it_is_even_where_a_shell_would_mean_a_signal(int code)
    {
        ExecutionResult result = await _bench.RunAsync($"import os; os._exit({code})");
        (result.Ending, result.ExitCode, result.Signal, result.OutOfMemory).ShouldBe((Ending.Exited, code, null, false));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(6)]
    [InlineData(9)]
    [InlineData(11)]
    [InlineData(15)]
    public async Task A_signal_is_told_as_a_signal(int signal)
    {
        ExecutionResult result = await _bench.RunAsync($"import os, signal, time; {(signal == 9 ? "" : $"signal.signal({signal}, signal.SIG_DFL); ")}os.kill(os.getpid(), {signal}); time.sleep(5)");
        (result.Ending, result.ExitCode, result.Signal, result.OutOfMemory).ShouldBe((Ending.Signalled, null, signal, false));
    }

    [Fact]
    public async Task A_candidate_that_frees_its_keeper_is_told_by_the_shells_convention()
    {
        // It wakes the stopped process that guards its exit status, which then takes it and passes it on.
        ExecutionResult result = await _bench.RunAsync("import os, signal; os.kill(os.getppid(), signal.SIGCONT); os._exit(3)");
        (result.Ending, result.ExitCode).ShouldBe((Ending.Exited, 3));
    }

    [Fact]
    public async Task Too_much_memory_is_told_as_such_where_it_is_only_watched()
    {
        using Workbench watched = new(new WatchedLimits());
        await TooMuchMemoryAsync(watched);
    }

    [Fact]
    public async Task Files_in_memory_count_as_memory()
    {
        using Workbench watched = new(new WatchedLimits());
        foreach (Workbench bench in new[] { _bench, watched })
        {
            ExecutionResult result = await bench.RunAsync(
                "block = b'x' * (1 << 20)\nwith open('fill', 'wb') as file:\n    for _ in range(300): file.write(block)\nprint('all of it')\nimport time; time.sleep(20)",
                Workbench.Small with { MemoryBytes = 128 << 20, DiskBytes = 1 << 30 });
            result.Ending.ShouldBe(Ending.OutOfMemory, result.Text());
        }
    }

    [Fact]
    public async Task A_listener_that_fails_fails_the_execution_and_leaves_nothing()
    {
        await Should.ThrowAsync<InvalidOperationException>(() =>
            _bench.RunAsync("print('x')\nimport time; time.sleep(60)", output: _ => throw new InvalidOperationException("the listener's own")));
        _bench.Notes().ShouldBeEmpty();
    }

    public void Dispose() => _bench.Dispose();

    private static async Task TooMuchMemoryAsync(Workbench bench)
    {
        ExecutionResult result = await bench.RunAsync(
            "import time\nheld = []\nwhile len(held) < 400:\n    block = bytearray(1 << 20)\n    for i in range(0, len(block), 4096): block[i] = 1\n    held.append(block)\n    time.sleep(0.005)",
            Workbench.Small with { MemoryBytes = 128 << 20 });
        (result.Ending, result.Signal, result.OutOfMemory).ShouldBe((Ending.OutOfMemory, 9, true), result.Text());
        result.PeakMemoryBytes.ShouldBeInRange(64L << 20, 300L << 20);
    }
}
