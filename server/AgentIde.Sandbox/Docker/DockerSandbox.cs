using System.Collections.Immutable;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Attacks;
using AgentIde.Sandbox.Docker;
using AgentIde.Sandbox.Environments;
using Docker.DotNet;

namespace AgentIde.Sandbox;

/// <summary>
/// Runs candidates in containers of the Docker engine of this machine: no network, no capabilities, a read-only
/// root from an image, a system call filter, memory file systems of fixed size, and one container for each.
/// </summary>
public sealed class DockerSandbox : ISandbox, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DockerOptions _options;
    private readonly DockerClient _client;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Task<string>> _images = [];
    private Task<Opened>? _opened;

    public DockerSandbox(DockerOptions options)
    {
        _options = options;
        using DockerClientConfiguration configuration = new(options.Endpoint, defaultTimeout: Patience);
        _client = configuration.CreateClient();
    }

    public string Engine => "docker";

    public async Task<SandboxReport> ProbeAsync(CancellationToken cancellationToken)
    {
        Opened opened = await OpenAsync(cancellationToken);
        string image = await ImageAsync(_options.Python, cancellationToken);
        string interpreter = await InterpreterVersion.ReadAsync(this, ContainerProfile.Python);
        GuaranteeProbe probe = new(this, AttackOptions.Default.Python, opened.Means.Of);
        return new SandboxReport(Engine, opened.Means.Version, $"{interpreter} in {image[..19]}", await probe.RunAsync(cancellationToken));
    }

    /// <remarks>Where the token was cancelled before anything began it throws <see cref="OperationCanceledException"/>.</remarks>
    public async Task<ExecutionResult> ExecuteAsync(ExecutionSpec spec, Action<ReadOnlyMemory<byte>>? output, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        SpecCheck.Check(spec);
        string image = _options.Image(spec.Language);
        using (InputFolder.Open(spec.InputFolder, forAnotherUser: true))
        {
            Opened opened = await OpenAsync(cancellationToken);
            Container container;
            try
            {
                ContainerKind kind = ContainerKind.Of(await ImageAsync(image, cancellationToken), spec.InputFolder, spec.Limits);
                container = await opened.Pool.TakeAsync(kind, spec.Limits.Time, spec.IsOneOfMany, cancellationToken);
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested && DockerFailure.IsOfTheEngine(error))
            {
                throw DockerFailure.Explain(error, _options, image);
            }

            try
            {
                CandidateProgram program = spec.Language == ProgramLanguage.CSharp ? DotnetEnvironment.InImage(spec.Step, spec.Limits) : PythonEnvironment.InImage;
                return await new DockerExecution(spec, container, opened.Means.Memory, output).RunAsync(program, cancellationToken);
            }
            finally
            {
                opened.Pool.GiveBack(container);
            }
        }
    }

    /// <summary>Ends what is kept ready, and returns when no container of it is left.</summary>
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
        foreach (string folder in _options.Models)
        {
            using (InputFolder.Open(ShownFolders.RefuseHome("The models", folder), forAnotherUser: true))
            {
            }
        }

        try
        {
            EngineMeans means = EngineMeans.Of(await _client.System.GetSystemInfoAsync());
            return new Opened(means, new ContainerPool(_client, new ContainerProfile(means, _options), _options.Prestart));
        }
        catch (Exception error) when (DockerFailure.IsOfTheEngine(error))
        {
            throw DockerFailure.Explain(error, _options, _options.Python);
        }
    }

    private Task<string> ImageAsync(string image, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_images.TryGetValue(image, out Task<string>? known) || known.IsFaulted)
            {
                _images[image] = known = DigestAsync(image);
            }

            return known.WaitAsync(cancellationToken);
        }
    }

    private async Task<string> DigestAsync(string image)
    {
        try
        {
            return (await _client.Images.InspectImageAsync(image)).ID;
        }
        catch (DockerImageNotFoundException)
        {
            throw DockerFailure.MissingImage(image);
        }
        catch (Exception error) when (DockerFailure.IsOfTheEngine(error))
        {
            throw DockerFailure.Explain(error, _options, image);
        }
    }

    private sealed record Opened(EngineMeans Means, ContainerPool Pool);
}
