using System.Collections.Immutable;
using System.Text.Json.Serialization;
using AgentIde.Models;
using AgentIde.Models.Keys;
using AgentIde.Models.Prices;
using AgentIde.Models.Prompts;
using AgentIde.Models.Providers;

namespace AgentIde.Cli.Runner;

/// <summary>How an engineer is spoken to, as the user's flags say. Nothing of it may come from a workspace.</summary>
/// <param name="Folder">Where the user stands; absolute.</param>
/// <param name="BaseUrl">Of a server that speaks the protocol of the engineer's provider.</param>
/// <param name="Prices">Each <c>MODEL=IN,OUT[,CACHED]</c>, dollars for a million tokens.</param>
/// <param name="MaximumOutput">Tokens of an answer, reasoning included.</param>
/// <param name="Record">A file that does not exist yet, for every exchange; absolute.</param>
/// <param name="Whole">Whether answers come in one piece rather than as they are written.</param>
internal sealed record EngineerFlags(string Folder, string? BaseUrl, ImmutableArray<string> Prices, Effort? Effort, double? Temperature, int? MaximumOutput, string? Record, bool Whole)
{
    private const int PromptTokens = 24_000, OutputTokens = 16_000;

    public static EngineerFlags In(string folder) => new(folder, null, [], null, null, null, null, false);

    /// <summary>Whether programs too are asked for as a field of an object.</summary>
    public bool IsStructured { get; init; }

    /// <summary>How long one answer may take.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Answers to ask for with each prompt; of a resumed run its log tells.</summary>
    public int Samples { get; init; } = 1;

    /// <summary>Whether they say nothing of models.</summary>
    [JsonIgnore]
    public bool AskNothing => this is { BaseUrl: null, Prices.IsEmpty: true, Effort: null, Temperature: null, MaximumOutput: null, Record: null, Whole: false, IsStructured: false, Timeout: null };

    /// <summary>The models whose price they tell.</summary>
    [JsonIgnore]
    public IEnumerable<string> Priced => Told.Select(price => price.Model);

    private IEnumerable<(string Model, Price Price)> Told => Prices.Select(price => PriceTable.Parse(price, DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime)));

    /// <param name="isStructured">Whether a program is asked for as a field of an object.</param>
    /// <param name="takesForms">Whether other answers are.</param>
    public PromptOptions Options(EnvironmentFacts environment, bool isStructured, bool takesForms) =>
        new(environment, PromptTokens, MaximumOutput ?? OutputTokens) { Effort = Effort, Temperature = Temperature, IsStructured = isStructured, TakesForms = takesForms };

    /// <exception cref="ArgumentException">An address, a key or a price is none.</exception>
    public ModelProviders Providers(string engineer) =>
        new(Settings(engineer), KeyRing.FromEnvironment(Environment.GetEnvironmentVariable), Table(), TimeProvider.System);

    private ProviderSettings Settings(string engineer)
    {
        ProviderSettings settings = ProviderSettings.FromEnvironment(Environment.GetEnvironmentVariable) with { Stream = !Whole, First = Timeout, Total = Timeout };
        if (BaseUrl is null)
        {
            return settings;
        }

        Uri? address = BaseAddress.Parse("--base-url", BaseUrl);
        bool isAnthropic = engineer.Contains("anthropic:", StringComparison.Ordinal), isOpenAi = engineer.Contains("openai:", StringComparison.Ordinal);
        return isAnthropic && isOpenAi
            ? throw new ArgumentException("--base-url is for one provider, and this crew has two: set OPENAI_BASE_URL and ANTHROPIC_BASE_URL in its place.")
            : isAnthropic ? settings with { AnthropicBase = address } : settings with { OpenAiBase = address };
    }

    /// <summary>What is shipped, then the user's own file, then the flags.</summary>
    private PriceTable Table()
    {
        string folder = Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { Length: > 0 } given ? given : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config");
        string own = Path.Combine(folder, "agentide", "prices.json");
        return (Path.Exists(own) ? PriceTable.Shipped.WithFile(own) : PriceTable.Shipped).With(Told);
    }
}
