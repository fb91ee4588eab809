namespace AgentIde.Storage.Ownership;

/// <summary>
/// The wall clock as it was when the process took the run, plus the monotonic time since: a clock set back in between
/// doesn't reach the log. In microseconds, which is what the store keeps.
/// </summary>
internal sealed class RunClock(TimeProvider time)
{
    private readonly DateTimeOffset _start = time.GetUtcNow();
    private readonly long _stamp = time.GetTimestamp();

    public long Microseconds => (_start + time.GetElapsedTime(_stamp) - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset ToTime(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
}
