using System.Text.Json.Serialization;

namespace AgentIde.Core.Runs;

/// <summary>
/// Where a run's engineer asked a model, and for how much: for whoever goes on with the run, so that it is neither asked
/// elsewhere nor counted otherwise without a word. It is compared and shown, never used: a log may come from a stranger.
/// </summary>
/// <param name="Name">As the user names it: <c>openai:gpt-5.1</c>.</param>
/// <param name="Address">Null where it is the provider's own.</param>
/// <param name="Input">Dollars for a million tokens, as are those that follow; null where no price is known.</param>
/// <param name="CachedInput">Null where it is no cheaper.</param>
public sealed record AskedModel(string Name, string? Address, decimal? Input, decimal? Output, decimal? CachedInput)
{
    /// <summary>As <c>--price</c> takes it; null where no price is known.</summary>
    [JsonIgnore]
    public string? PriceOption => Input is { } input && Output is { } output
        ? FormattableString.Invariant($"{Name}={input},{output}") + (CachedInput is { } cached ? FormattableString.Invariant($",{cached}") : "")
        : null;
}
