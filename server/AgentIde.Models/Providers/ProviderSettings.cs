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

    /// <summary>Until the first piece of a streamed answer. Null: 10 minutes at a server of this machine or network, which may load a model first or read a long prompt slowly; 5 elsewhere.</summary>
    public TimeSpan? First { get; init; }

    /// <summary>Between any two pieces. Null: 5 minutes; 30 for models that think longest, and show nothing of it.</summary>
    public TimeSpan? Idle { get; init; }

    /// <summary>For a whole attempt; the only limit for an answer that is not streamed. Null: 20 minutes; 60 at a server of this machine or network, and for models that think longest.</summary>
    public TimeSpan? Total { get; init; }

    internal TimeLimits LimitsFor(Keys.Origin origin, string model)
    {
        bool thinksLongest = model.EndsWith("-pro", StringComparison.Ordinal) || model.Contains("-pro-", StringComparison.Ordinal);
        return new TimeLimits(
            Connect,
            First ?? TimeSpan.FromMinutes(origin.IsPrivate ? 10 : 5),
            Idle ?? TimeSpan.FromMinutes(thinksLongest ? 30 : 5),
            Total ?? TimeSpan.FromMinutes(origin.IsPrivate || thinksLongest ? 60 : 20));
    }

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
