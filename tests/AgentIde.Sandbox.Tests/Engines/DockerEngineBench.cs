using System.Diagnostics;
using AgentIde.Core.Sandboxes;
using Docker.DotNet.Models;

namespace AgentIde.Sandbox.Tests.Engines;

/// <summary>The real Docker engine of the tests, with the next container ready.</summary>
public sealed class DockerEngineBench : EngineBench, IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DockerOptions _options = new(new Uri(DockerBench.Host));
    private readonly DockerSandbox _sandbox;
    private bool _boundsMemory;

    public DockerEngineBench() => _sandbox = new DockerSandbox(_options);

    public override ISandbox Sandbox => _sandbox;

    public override bool EnforcesMemory => BoundsMemory;

    public override bool BoundsMemory => _boundsMemory;

    public override ISandbox WithModels(params string[] folders) => new DockerSandbox(_options with { Models = [.. folders] });

    public async ValueTask InitializeAsync()
    {
        _boundsMemory = await DockerBench.BoundsMemoryAsync();
        await DockerBench.HaveCSharpImageAsync();
    }

    /// <summary>Containers of this bench but those that wait for a program: used ones are removed beside the next execution.</summary>
    public override async Task<IReadOnlyList<string>> LeftAsync()
    {
        // What is ready for the next of each kind stays; what was used is removed beside the next execution.
        const int ready = 3;
        ContainerListResponse[] left = [];
        for (long begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < Patience;)
        {
            left = await DockerBench.ContainersAsync(Input);
            if (left.Length <= ready && left.All(container => container.State is "running" or "created"))
            {
                return [];
            }
        }

        return [.. left.Select(container => $"{container.Names[0]} {container.Status}")];
    }

    public override async ValueTask DisposeAsync()
    {
        await _sandbox.DisposeAsync();
        await base.DisposeAsync();
    }
}

public sealed class DockerEngineTests(DockerEngineBench bench) : EngineTests(bench), IClassFixture<DockerEngineBench>;
