using System.Collections.Immutable;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Attacks;
using AgentIde.Sandbox.Docker;
using AgentIde.Sandbox.Environments;
using AgentIde.Sandbox.Leftovers;
using AgentIde.Sandbox.Seccomp;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace AgentIde.Sandbox;

/// <summary>
/// Runs candidates in containers of a Docker-compatible engine of this machine: no network, no capabilities, a
/// read-only root from an image, a system call filter, memory file systems of fixed size, and one container for each.
/// </summary>
public sealed class DockerSandbox : ISandbox, IAsyncDisposable
{
    private const string Python = "/usr/bin/python3";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DockerOptions _options;
    private readonly DockerClient _client;
    private readonly Lock _gate = new();
    private Task<Opened>? _opened;

    public DockerSandbox(DockerOptions options)
    {
        _options = options;
        using DockerClientConfiguration configuration = new(options.Endpoint, defaultTimeout: Patience);
        _client = configuration.CreateClient(new System.Version(1, 41));
    }

    public string Engine => "docker";

    public async Task<SandboxReport> ProbeAsync(CancellationToken cancellationToken)
    {
        Opened opened = await OpenAsync(cancellationToken);
        string interpreter = await InterpreterVersion.ReadAsync(this, Python);
        GuaranteeProbe probe = new(this, AttackOptions.Default.Python, name => Means(name, opened.Engine));
        ImmutableArray<Guarantee> guarantees = await probe.RunAsync(cancellationToken);
        return new SandboxReport(Engine, opened.Engine.ServerVersion, $"{interpreter} in {opened.Image[..19]}", guarantees);
    }

    public async Task<ExecutionResult> ExecuteAsync(ExecutionSpec spec, Action<ReadOnlyMemory<byte>>? output, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        SpecCheck.Check(spec);
        if (spec.Language != ProgramLanguage.Python)
        {
            throw new SandboxException("Docker has no image for C# candidates yet: run them with --sandbox bubblewrap.");
        }

        using (InputFolder.Open(spec.InputFolder, forAnotherUser: true))
        {
            Opened opened = await OpenAsync(cancellationToken);
            Container container = await opened.Pool.TakeAsync(spec.InputFolder, spec.Limits, spec.IsOneOfMany, cancellationToken);
            try
            {
                return await new DockerExecution(spec, container, output).RunAsync(PythonEnvironment.InImage, cancellationToken);
            }
            catch (DockerApiException error)
            {
                throw DockerFailure.Explain(error, _options.Image);
            }
            finally
            {
                opened.Pool.GiveBack(container);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_opened is { IsCompletedSuccessfully: true } opened)
        {
            await (await opened).Pool.DisposeAsync();
        }

        _client.Dispose();
    }

    private Task<Opened> OpenAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            // Asked once; a failure is asked again.
            return (_opened is { IsFaulted: false } known ? known : _opened = OpenAsync()).WaitAsync(cancellationToken);
        }
    }

    private async Task<Opened> OpenAsync()
    {
        try
        {
            SystemInfoResponse engine = await _client.System.GetSystemInfoAsync();
            ImageInspectResponse image = await _client.Images.InspectImageAsync(_options.Image);
            return new Opened(engine, image.ID, new ContainerPool(_client, image.ID, ExecutionSlots.Open(_options.StateFolder), _options.Prestart));
        }
        catch (DockerImageNotFoundException)
        {
            throw DockerFailure.MissingImage(_options.Image);
        }
        catch (Exception error) when (error is HttpRequestException or TimeoutException or IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            throw DockerFailure.Unreachable(_options.Endpoint, error);
        }
    }

    private static Guarantee Means(string name, SystemInfoResponse engine) => name switch
    {
        "memory" when !engine.MemoryLimit => new Guarantee(name, false, "this Docker can't limit memory: a rootless one needs cgroup v2 with delegated controllers"),
        "processes" when !engine.PidsLimit => new Guarantee(name, true, "a resource limit of the candidate's own user"),
        "syscalls" when SyscallTable.OfThisMachine is null => new Guarantee(name, false, "there is no filter for this architecture: use x86_64 or aarch64"),
        _ => new Guarantee(name, true, name switch
        {
            "network" => "a container without network, and no sockets but unix",
            "files" => "a read-only image; of this machine only the input is shown",
            "user" => "an unused user without capabilities",
            "syscalls" => "a seccomp profile of our own",
            "containment" => "a container of its own, removed after use",
            "time" => "killed by the monotonic clock",
            "memory" => $"a memory limit of the container, swap included (cgroup v{engine.CgroupVersion})",
            "processes" => "a resource limit of the candidate's own user, and a limit of the container",
            "disk" => "memory file systems of fixed size; no host folder can be written",
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "A guarantee that nobody probes."),
        }),
    };

    private sealed record Opened(SystemInfoResponse Engine, string Image, ContainerPool Pool);
}
