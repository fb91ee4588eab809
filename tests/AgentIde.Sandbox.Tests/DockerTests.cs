using System.Collections.Immutable;
using System.Text;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox.Tests;

/// <summary>The second engine does what the first does, with a real Docker.</summary>
public sealed class DockerTests : IAsyncDisposable
{
    private readonly DockerBench _bench = new();

    [Theory]
    [InlineData("import os; os._exit(0)", Ending.Exited, 0, null)]
    [InlineData("import sys; sys.exit(7)", Ending.Exited, 7, null)]
    [InlineData("import os; os._exit(137)", Ending.Exited, 137, null)]
    [InlineData("1 / 0", Ending.Exited, 1, null)]
    [InlineData("import os, time; os.kill(os.getpid(), 9); time.sleep(5)", Ending.Signalled, null, 9)]
    [InlineData("import os; os.abort()", Ending.Signalled, null, 6)]
    [InlineData("import os, signal; os.kill(os.getpid(), signal.SIGTERM); signal.pause()", Ending.Signalled, null, 15)]
    public async Task Ends_are_told_apart(string code, Ending ending, int? exitCode, int? signal)
    {
        ExecutionResult result = await _bench.RunAsync(code);
        (result.Ending, result.ExitCode, result.Signal, result.OutOfMemory).ShouldBe((ending, exitCode, signal, false), result.Text());
    }

    [Fact]
    public async Task Time_memory_disk_and_output_have_their_limits()
    {
        ExecutionResult time = await _bench.RunAsync("print('begun')\nwhile True: pass", Workbench.Small with { Time = TimeSpan.FromSeconds(1) });
        (time.Ending, time.Text()).ShouldBe((Ending.TimeOut, "begun\n"));
        time.CpuSeconds.ShouldBeInRange(0.02, 2);
        ExecutionResult memory = await _bench.RunAsync("x = []\nwhile True: x.append(b'x' * (4 << 20))", Workbench.Small with { MemoryBytes = 128 << 20 });
        (memory.Ending, memory.Signal, memory.OutOfMemory).ShouldBe((Ending.OutOfMemory, 9, true), memory.Text());
        memory.PeakMemoryBytes.ShouldBeInRange(64L << 20, 130L << 20);
        ExecutionResult child = await _bench.RunAsync(
            "import os\nchild = os.fork()\nif child == 0:\n    x = []\n    while True: x.append(b'x' * (4 << 20))\nprint(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))",
            Workbench.Small with { MemoryBytes = 128 << 20 });
        (child.Ending, child.ExitCode, child.OutOfMemory).ShouldBe((Ending.Exited, 0, true), child.Text());
        ExecutionResult disk = await _bench.RunAsync("try:\n    open('big', 'wb').write(bytes(40 << 20))\nexcept OSError as error:\n    print(error.strerror)", Workbench.Small with { DiskBytes = 32 << 20 });
        disk.Text().ShouldBe("No space left on device\n");
        ExecutionResult flood = await _bench.RunAsync("while True: print('y' * 1000)", Workbench.Small with { OutputBytes = 4 << 20 });
        flood.Ending.ShouldBe(Ending.OutputFlood);
        flood.Output.Length.ShouldBeLessThan(300 << 10);
    }

    [Fact]
    public async Task A_daemon_that_holds_the_output_ends_with_its_program()
    {
        ExecutionResult result = await _bench.RunAsync(
            "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0: time.sleep(60)\n    os._exit(0)\nprint('done')");
        (result.Ending, result.ExitCode, result.Text()).ShouldBe((Ending.Exited, 0, "done\n"));
        result.Seconds.ShouldBeLessThan(20);
    }

    [Fact]
    public async Task Cancellation_kills()
    {
        using CancellationTokenSource source = new();
        ExecutionResult result = await _bench.RunAsync("import os, time\nfor _ in range(5): os.fork()\nprint('running')\ntime.sleep(60)", output: _ => source.Cancel(), cancellationToken: source.Token);
        result.Ending.ShouldBe(Ending.Cancelled);
        result.Seconds.ShouldBeLessThan(30);
    }

    [Theory]
    [InlineData("open('submission.csv', 'w').write('id,y')", "id,y", null)]
    [InlineData("os.makedirs('submission'); open('submission/submission.csv', 'w').write('a')", "a", null)]
    [InlineData("open('submission.csv', 'w').write('a'); open('working/submission.csv', 'w').write('b')", "a", "working/submission.csv is there too and differs: submission.csv was taken")]
    [InlineData("pass", null, null)]
    [InlineData("os.symlink('/etc/passwd', 'submission.csv')", null, "not a regular file: a link, or reached through one")]
    [InlineData("os.symlink('submission.csv', 'submission.csv')", null, "not a regular file: a link, or reached through one")]
    [InlineData("os.mkfifo('submission.csv')", null, "not a regular file")]
    [InlineData("os.mkdir('submission.csv')", null, "not a regular file")]
    [InlineData("os.mkdir('other'); open('other/submission.csv', 'w'); os.symlink('other', 'submission')", null, "not a regular file: a link, or reached through one")]
    [InlineData("open('submission.csv', 'wb').truncate(2 << 20)", null, "larger than 1 MiB")]
    public async Task Outputs_are_taken_or_refused_as_everywhere(string code, string? text, string? problem)
    {
        ExecutionResult result = await _bench.RunAsync($"import os\n{code}", collect: ["submission.csv", "working/submission.csv", "submission/submission.csv"]);
        CollectedFile file = result.Files.ShouldHaveSingleItem();
        (file.Bytes is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null, file.Problem).ShouldBe((text, problem), result.Text());
    }

    [Theory]
    [InlineData("import os\nprint(sorted((name, value) for name, value in os.environ.items() if name not in ('PWD', 'SHLVL', '_', 'OLDPWD', 'LC_CTYPE')))")]
    [InlineData("import os, resource, signal, sys\nprint(__name__, __file__, sys.argv, sys.path[0], os.getcwd(), sorted(os.listdir('.')), os.listdir('/tmp'), os.listdir('/dev/shm'), os.umask(0))\nprint(os.getpgrp() == os.getsid(0) == os.getpid() or os.getsid(0) > 0, signal.getsignal(signal.SIGINT) is signal.default_int_handler, [resource.getrlimit(kind) for kind in (resource.RLIMIT_CORE, resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE)])\nprint([line for line in open('/proc/self/status') if line.startswith(('Cap', 'NoNewPrivs', 'Seccomp:', 'SigBlk'))], os.read(0, 1))")]
    [InlineData("import multiprocessing\ndef square(number):\n    return number * number\nif __name__ == '__main__':\n    for method in ('fork', 'spawn'):\n        with multiprocessing.get_context(method).Pool(2) as pool:\n            print(pool.map(square, range(4)))")]
    [InlineData("import os, sys\nprint('before', flush=True)\nprint('an error', file=sys.stderr)\nopen('submission.csv', 'w').write('a')\nos.close(1)\nos.close(2)")]
    public async Task A_program_finds_the_same_as_in_bubblewrap(string code)
    {
        using Workbench bubblewrap = new();
        ExecutionResult there = await bubblewrap.RunAsync(code, collect: ["submission.csv"]), here = await _bench.RunAsync(code, collect: ["submission.csv"]);
        here.Text().ShouldBe(there.Text());
        (here.Ending, here.ExitCode, here.Signal, here.Files.Single().Bytes?.Length).ShouldBe((there.Ending, there.ExitCode, there.Signal, there.Files.Single().Bytes?.Length));
    }

    [Fact]
    public async Task Executions_side_by_side_are_told_apart()
    {
        ExecutionResult[] results = await Task.WhenAll(Enumerable.Range(1, 4).Select(number => _bench.RunAsync($"import sys, time\ntime.sleep(0.1)\nprint({number})\nsys.exit({number})")));
        results.Select(result => (result.ExitCode, result.Text())).ShouldBe(Enumerable.Range(1, 4).Select(number => ((int?)number, $"{number}\n")));
    }

    [Fact]
    public async Task Every_attack_is_held()
    {
        ImmutableArray<AttackResult> results = await new AttackSuite(_bench.Sandbox, AttackOptions.Default with { HomeFolder = _bench.Folder }).RunAsync(null, null, CancellationToken.None);
        results.Where(result => result.Result != AttackVerdict.Held).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_probe_sees_every_guarantee()
    {
        SandboxReport report = await _bench.Sandbox.ProbeAsync(CancellationToken.None);
        report.Engine.ShouldBe("docker");
        report.Interpreter.ShouldMatch(@"^Python 3\.\d+\.\d+ \(numpy .+, pandas .+, scikit-learn .+, xgboost .+\) in sha256:[0-9a-f]{12}$");
        report.Missing.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("tcp://10.0.0.1:2375", "only an engine of this machine can be used")]
    [InlineData("ssh://somewhere", "only an engine of this machine can be used")]
    public void An_engine_elsewhere_is_refused(string host, string said) =>
        Should.Throw<SandboxException>(() => DockerOptions.DefaultEndpoint(host)).Message.ShouldContain(said);

    [Fact]
    public async Task What_is_missing_is_said_with_the_way_out()
    {
        await using DockerSandbox nowhere = new(_bench.Options with { Endpoint = new Uri("unix:///nowhere/docker.sock") });
        (await Should.ThrowAsync<SandboxException>(() => nowhere.ProbeAsync(CancellationToken.None))).Message.ShouldContain("Docker does not answer at /nowhere/docker.sock");
        await using DockerSandbox imageless = new(_bench.Options with { Python = "agentide/none:latest" });
        (await Should.ThrowAsync<SandboxException>(() => imageless.ProbeAsync(CancellationToken.None))).Message.ShouldBe("Docker has no image agentide/none:latest: agentide sandbox build makes it.");
        await using DockerSandbox keeperless = new(_bench.Options with { Python = "debian:bookworm-slim" });
        (await Should.ThrowAsync<SandboxException>(() => keeperless.ProbeAsync(CancellationToken.None))).Message.ShouldStartWith("The image debian:bookworm-slim has no /usr/bin/python3");
    }

    public ValueTask DisposeAsync() => _bench.DisposeAsync();
}
