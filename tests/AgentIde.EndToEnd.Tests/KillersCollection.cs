namespace AgentIde.EndToEnd.Tests;

/// <summary>Tests that kill what owns executions, one after the other: each would find what another has just left.</summary>
[CollectionDefinition(Name)]
public sealed class KillersCollection
{
    public const string Name = "killers";
}
