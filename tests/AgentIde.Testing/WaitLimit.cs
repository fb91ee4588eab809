using System.Diagnostics;

namespace AgentIde.Testing;

/// <summary>Ends a loop that waits for what never comes: a test that hangs tells nothing.</summary>
public sealed class WaitLimit
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly long _begun = Stopwatch.GetTimestamp();

    /// <summary>Cancelled when the patience is at its end.</summary>
    public CancellationToken Token { get; } = new CancellationTokenSource(Limit).Token;

    /// <exception cref="TimeoutException">The wait has gone on for a minute.</exception>
    public bool Lasts() => Stopwatch.GetElapsedTime(_begun) < Limit ? true : throw new TimeoutException($"Waited {Limit.TotalSeconds:0} seconds for what never came.");
}
