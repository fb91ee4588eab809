namespace AgentIde.Models.Providers.Wire;

internal enum WireTrouble
{
    Unreachable,
    TimedOut,
    Cut,
    Malformed,
    Redirected,
}

/// <summary>The request got no answer, or not the whole of it.</summary>
internal sealed class WireException(WireTrouble trouble, string message, Exception? inner = null) : Exception(message, inner)
{
    public WireTrouble Trouble { get; } = trouble;
}

/// <summary>The provider answered by a status that is no success.</summary>
internal sealed class RefusedException(Refusal refusal) : Exception($"HTTP {refusal.Status}")
{
    public Refusal Refusal { get; } = refusal;
}

/// <summary>In the place of an answer, or of the rest of it, the provider says that there will be none.</summary>
/// <param name="isAll">Nothing of an answer came before.</param>
internal sealed class TroubleException(Refusal refusal, bool isAll) : Exception(refusal.Code)
{
    public Refusal Refusal { get; } = refusal;

    public bool IsAll { get; } = isAll;
}

/// <param name="Code">The provider's own name for what is wrong; empty where it has none.</param>
/// <param name="Message">Its words; empty where there are none.</param>
/// <param name="Body">The beginning of all it said, to look for names of settings in.</param>
internal sealed record Refusal(int Status, string Code, string Message, string Body, TimeSpan? RetryAfter);
