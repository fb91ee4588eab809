namespace AgentIde.GitHub;

/// <summary>How long a command waits, in all, for GitHub to take requests again, and who is told before each wait.</summary>
/// <param name="tell">Gets one sentence; null where nobody is told.</param>
public sealed class LimitWaits(Action<string>? tell = null)
{
    private TimeSpan _left = TimeSpan.FromMinutes(5);

    /// <summary>Tells of a wait that there is time for.</summary>
    /// <param name="why">The beginning of the sentence.</param>
    /// <returns>Whether there is time for it.</returns>
    internal bool Begin(TimeSpan wait, string why)
    {
        if (wait > _left)
        {
            return false;
        }

        _left -= wait;
        string length = wait < TimeSpan.FromMinutes(2) ? $"{Math.Ceiling(wait.TotalSeconds)} s" : $"{Math.Ceiling(wait.TotalMinutes)} minutes";
        tell?.Invoke($"{why}: waiting {length}, then going on.");
        return true;
    }
}
