namespace AgentIde.GitHub.Tests;

/// <summary>A clock for which every wait is over at once, and which keeps how long it was to be.</summary>
internal sealed class HastyTime : TimeProvider
{
    public List<TimeSpan> Waited { get; } = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Waited.Add(dueTime);
        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
