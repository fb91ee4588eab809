namespace AgentIde.Models.Providers;

/// <summary>What the user's flags and environment say about providers. Nothing here may come from a workspace.</summary>
public sealed record ProviderSettings
{
    /// <summary>Of a server that speaks OpenAI's protocol, such as <c>http://localhost:11434/v1</c>; null is OpenAI.</summary>
    public Uri? OpenAiBase { get; init; }

    /// <summary>Of a server that speaks Anthropic's protocol, up to and with <c>/v1</c>; null is Anthropic.</summary>
    public Uri? AnthropicBase { get; init; }

    /// <summary>Null: responses at OpenAI itself, chat completions everywhere else.</summary>
    public OpenAiProtocol? Protocol { get; init; }

    /// <summary>Whether answers are asked for piece by piece. Without, nothing is heard of an answer until it is whole.</summary>
    public bool Stream { get; init; } = true;

    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long nothing may come: before the first piece of a streamed answer, and between any two.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>For a whole attempt; the only limit for an answer that is not streamed.</summary>
    public TimeSpan Total { get; init; } = TimeSpan.FromMinutes(20);

    /// <summary>Reads <c>OPENAI_BASE_URL</c>, <c>ANTHROPIC_BASE_URL</c>; a flag's value goes first.</summary>
    /// <exception cref="ArgumentException">An address is none; one line with the way out.</exception>
    public static ProviderSettings FromEnvironment(Func<string, string?> read) => new()
    {
        OpenAiBase = BaseAddress.Parse(Keys.ProviderAddress.OpenAi.BaseVariable, read(Keys.ProviderAddress.OpenAi.BaseVariable)),
        AnthropicBase = BaseAddress.Parse(Keys.ProviderAddress.Anthropic.BaseVariable, read(Keys.ProviderAddress.Anthropic.BaseVariable)),
    };
}

public enum OpenAiProtocol
{
    /// <summary><c>POST /chat/completions</c>: what every compatible server speaks.</summary>
    Chat,
    /// <summary><c>POST /responses</c>: shows summaries of a reasoning model's thoughts.</summary>
    Responses,
}
