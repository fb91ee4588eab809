namespace AgentIde.Cli.Bench;

/// <summary>What a group leaves in its folder.</summary>
internal interface IGroupOutput
{
    /// <summary>Takes what a run has left. It has ended: no score of the test set can reach it any more.</summary>
    Task CollectAsync(SlotStatus status, CancellationToken cancellationToken);

    /// <summary>Writes the reports anew from all that has ended.</summary>
    void Write(IEnumerable<SlotStatus> all);
}
