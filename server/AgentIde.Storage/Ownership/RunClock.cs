namespace AgentIde.Storage.Ownership;

/// <summary>
/// The wall clock as it was when the process took the run, plus the monotonic time since: a clock set back in between
/// doesn't reach the log. In microseconds, which is what the store keeps.
/// </summary>
internal sealed class RunClock(TimeProvider time)
{
    private readonly DateTimeOffset start = time.GetUtcNow();
    private readonly long stamp = time.GetTimestamp();

    public long Microseconds => (start + time.GetElapsedTime(stamp) - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset ToTime(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
}
