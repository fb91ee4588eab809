using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox.Tests.Engines;

/// <summary>The cluster of two nodes on this machine.</summary>
public sealed class SlurmEngineBench : EngineBench
{
    private readonly SlurmBench _bench = new();

    public override ISandbox Sandbox => _bench.Sandbox;

    /// <summary>The nodes are this machine, and their jobs this user's.</summary>
    public override bool EnforcesMemory { get; } = new BubblewrapSandbox(BubblewrapOptions.Default).Limits.EnforcesMemory;

    public override ISandbox WithModels(params string[] folders) => new SlurmSandbox(_bench.Options with { Models = [.. folders] });

    public override Task<IReadOnlyList<string>> LeftAsync()
    {
        _bench.AwaitEnds();
        return Task.FromResult<IReadOnlyList<string>>(_bench.JobFolders());
    }

    public override ValueTask DisposeAsync()
    {
        _bench.Dispose();
        return base.DisposeAsync();
    }
}

[Collection(SlurmCollection.Name)]
public sealed class SlurmEngineTests(SlurmEngineBench bench) : EngineTests(bench), IClassFixture<SlurmEngineBench>;
