namespace AgentIde.Models.Keys;

/// <summary>Where a provider is by default, and which variables of the environment say otherwise.</summary>
internal sealed record ProviderAddress(string Provider, Uri Default, string BaseVariable, string KeyVariable)
{
    public static ProviderAddress OpenAi { get; } =
        new("openai", new Uri("https://api.openai.com/v1"), "OPENAI_BASE_URL", "OPENAI_API_KEY");

    public static ProviderAddress Anthropic { get; } =
        new("anthropic", new Uri("https://api.anthropic.com/v1"), "ANTHROPIC_BASE_URL", "ANTHROPIC_API_KEY");

    public static IReadOnlyList<ProviderAddress> All { get; } = [OpenAi, Anthropic];
}
