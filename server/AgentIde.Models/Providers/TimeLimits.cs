namespace AgentIde.Models.Providers;

/// <summary>How long one attempt is waited for.</summary>
/// <param name="Connect">Until somebody takes the connection.</param>
/// <param name="First">Until the first piece of a streamed answer.</param>
/// <param name="Idle">Between any two pieces.</param>
/// <param name="Total">For all of it; the only limit for an answer that is not streamed.</param>
internal sealed record TimeLimits(TimeSpan Connect, TimeSpan First, TimeSpan Idle, TimeSpan Total);
