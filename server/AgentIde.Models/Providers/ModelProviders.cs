using AgentIde.Models.Editor;
using AgentIde.Models.Keys;
using AgentIde.Models.Prices;
using AgentIde.Models.Providers.Wire;

namespace AgentIde.Models.Providers;

/// <summary>Makes models of their names.</summary>
public sealed class ModelProviders(ProviderSettings settings, KeyRing keys, PriceTable prices, TimeProvider clock)
{
    private static readonly Price Free = new(0, 0, null, DateOnly.MinValue);

    /// <summary>Takes these providers' keys out of text.</summary>
    public Redactor Redactor { get; } = new(keys.Secrets);

    /// <param name="name">Such as <c>openai:gpt-5.1</c>.</param>
    /// <exception cref="ArgumentException">It is no such name, or there is no key for where it is; one line with the way out.</exception>
    public ProviderModel Create(string name)
    {
        ModelName parsed = ModelName.Parse(name);
        bool isAnthropic = parsed.Provider == ModelName.Anthropic;
        ProviderAddress address = isAnthropic ? ProviderAddress.Anthropic : ProviderAddress.OpenAi;
        Uri place = (isAnthropic ? WithVersion(settings.AnthropicBase) : settings.OpenAiBase) ?? address.Default;
        var origin = Origin.Of(place);
        bool isOwn = origin == Origin.Of(address.Default);
        Secret? key = keys.For(origin);
        if (key is null && !origin.IsPrivate)
        {
            throw new ArgumentException(keys.HolderOfOther is { } holder && holder != origin && keys.VariableFor(origin) == KeyRing.OtherVariable
                ? $"{parsed} needs a key for {origin}, and {KeyRing.OtherVariable} went to {holder}: it is for one server, so ask the two in runs of their own."
                : $"{parsed} needs a key for {origin}: set {keys.VariableFor(origin)}.");
        }
        IDialect dialect = isAnthropic ? new MessagesDialect(place, parsed.Model, settings.Stream) : OpenAi(place, parsed.Model, isOwn);
        var connection = new Connection(origin, isOwn, key, isAnthropic ? isOwn ? KeyHeader.ApiKey : KeyHeader.Both : KeyHeader.Bearer, settings.LimitsFor(origin, parsed.Model), clock);
        var failures = new Failures(parsed, origin, keys.VariableFor(origin), address.BaseVariable, key is not null, Redactor);
        Price? price = prices.Of(parsed.ToString(), isOwn) ?? (origin.IsLoopback ? Free : null);
        return new ProviderModel(parsed, price, dialect, Counter(parsed, isOwn), connection, failures, partsThoughts: !isAnthropic && !isOwn) { Address = isOwn ? null : place };
    }

    /// <param name="name"><c>vscode</c> or <c>vscode:MODEL</c>.</param>
    /// <exception cref="ArgumentException">It is no such name; one line with the way out.</exception>
    public EditorModel OfEditor(string name) => new(EditorModel.Checked(name), prices.Of(name, atItsOwnProvider: false), clock);

    /// <summary>Other programs take Anthropic's address without its version: where nothing follows the host, it is meant.</summary>
    private static Uri? WithVersion(Uri? address) => address is { AbsolutePath: "/" } ? new Uri(address, "/v1") : address;

    private IDialect OpenAi(Uri place, string model, bool isOwn) => (settings.Protocol ?? (isOwn ? OpenAiProtocol.Responses : OpenAiProtocol.Chat)) == OpenAiProtocol.Responses
        ? new ResponsesDialect(place, model, settings.Stream, isOwn)
        : new ChatDialect(place, model, newMaximumName: isOwn || IsAzure(place), settings.Stream);

    private static bool IsAzure(Uri place) =>
        place.Host.EndsWith(".openai.azure.com", StringComparison.Ordinal) || place.Host.EndsWith(".azure.com", StringComparison.Ordinal);

    private static TokenCounter Counter(ModelName name, bool isOwn) => (name.Provider, isOwn) switch
    {
        (ModelName.OpenAi, true) => TokenCounter.OpenAi,
        (ModelName.Anthropic, true) => TokenCounter.Anthropic,
        _ => TokenCounter.Bytes,
    };
}
