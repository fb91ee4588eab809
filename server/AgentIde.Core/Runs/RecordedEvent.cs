namespace AgentIde.Core.Runs;

/// <summary>An event as the store acknowledged it.</summary>
/// <param name="Seq">1, 2, 3, … within the run, without gaps.</param>
/// <param name="At">Wall clock at the start of its process plus the monotonic time since: it never goes back within an epoch.</param>
/// <param name="Epoch">Which owner of the run wrote it: 1 for the first process, one more for each that took over.</param>
public sealed record RecordedEvent(long Seq, DateTimeOffset At, int Epoch, RunEvent Event);
