namespace AgentIde.Sandbox.Tests;

/// <summary>Tests that use the cluster one after the other: they look at its queue, and it has few places.</summary>
[CollectionDefinition(Name)]
public sealed class SlurmCollection
{
    public const string Name = "slurm";
}
