namespace AgentIde.Models.Providers;

/// <summary>What a server or model does not take. Learnt from its refusals, kept for as long as the process runs.</summary>
[Flags]
internal enum Quirks
{
    None = 0,
    /// <summary>No <c>stream_options</c>, so no usage at the end of a stream.</summary>
    StreamOptions = 1,
    /// <summary>Wants the other of <c>max_tokens</c> and <c>max_completion_tokens</c>.</summary>
    MaximumName = 2,
    Effort = 4,
    Temperature = 8,
    /// <summary>Cannot be held to a form.</summary>
    Form = 16,
    /// <summary>Shows no summaries of thoughts, or not to this account.</summary>
    Summary = 32,
    Stream = 64,
    /// <summary>Wants the other of a budget for thinking and adaptive thinking.</summary>
    Thinking = 128,
    /// <summary>Knows the older version of Anthropic's protocol only.</summary>
    Version = 256,
    /// <summary>Knows nothing of tiers of price.</summary>
    ServiceTier = 512,
}
