using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox.Tests;

/// <summary>What of the second engine is its own; what all engines do alike stands in <see cref="Engines.EngineTests"/>.</summary>
public sealed class DockerTests : IAsyncDisposable
{
    private readonly DockerBench _bench = new();

    [Theory]
    [InlineData("import os, signal\nprint(os.umask(0), signal.getsignal(signal.SIGINT) is signal.default_int_handler, [line for line in open('/proc/self/status') if line.startswith('SigBlk')], os.read(0, 1))")]
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
    public async Task The_probe_names_the_image()
    {
        SandboxReport report = await _bench.Sandbox.ProbeAsync(CancellationToken.None);
        report.Interpreter.ShouldMatch(@"^Python 3\.\d+\.\d+ \(numpy .+, pandas .+, scikit-learn .+, xgboost .+\) in sha256:[0-9a-f]{12}$");
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
