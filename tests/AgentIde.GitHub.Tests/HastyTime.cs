namespace AgentIde.GitHub.Tests;

/// <summary>A clock for which every wait is over at once, which keeps how long it was to be and stands still.</summary>
internal sealed class HastyTime : TimeProvider
{
    public static DateTimeOffset Now { get; } = new(2026, 5, 1, 12, 0, 30, TimeSpan.Zero);

    public List<TimeSpan> Waited { get; } = [];

    public override DateTimeOffset GetUtcNow() => Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Waited.Add(dueTime);
        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
