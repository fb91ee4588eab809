namespace AgentIde.Sandbox.Limits;

/// <summary>For what is ours and bounded by what it does.</summary>
internal sealed class NoLimits : IResourceGroup
{
    internal static NoLimits Group { get; } = new();

    public IReadOnlyList<string> Folders => [];

    public IReadOnlyList<string> EntryFiles => [];

    public IReadOnlyList<string> CommandPrefix => [];

    public IReadOnlyList<string> Environment => [];

    public TimeSpan? WatchInterval => null;

    public void BoundProcesses(int count)
    {
    }

    public void Started(Candidate candidate)
    {
    }

    public bool Watch() => false;

    public int OutOfMemoryKills() => 0;

    public long PeakMemoryBytes() => 0;

    public void Dispose()
    {
    }
}
