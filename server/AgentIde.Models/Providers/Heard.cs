using AgentIde.Core.Runs;

namespace AgentIde.Models.Providers;

/// <summary>What a protocol says, whichever it is.</summary>
internal abstract record Heard
{
    public sealed record Text(string Value) : Heard;

    public sealed record Thinking(string Value) : Heard;

    /// <summary>Replaces what was reported before; null where what was reported is no number of tokens.</summary>
    /// <param name="IsWhole">Whether it tells of the whole output, not of its beginning alone.</param>
    public sealed record Usage(TokenUsage? Value, bool IsWhole = true) : Heard;

    public sealed record Model(string Name) : Heard;

    public sealed record Stop(StopReason Reason) : Heard;

    /// <summary>The provider says in the middle of its answer that there will be none.</summary>
    /// <param name="Code">As the provider names the error; empty where it does not.</param>
    public sealed record Trouble(string Code, string Message) : Heard;
}
