using AgentIde.Models.Keys;
using AgentIde.Models.Prices;
using AgentIde.Models.Providers;
using AgentIde.ModelServer;

namespace AgentIde.Models.Tests.Providers;

public enum Protocol
{
    Chat,
    Responses,
    Messages,
}

/// <summary>Models at a scripted server, by each protocol.</summary>
internal static class Peer
{
    public const string Canary = "canary/Key+0123456789==";

    public static TheoryData<Protocol, bool> All { get; } = new(
        from protocol in Enum.GetValues<Protocol>()
        from streamed in new[] { true, false }
        select (protocol, streamed));

    public static ModelRequest Question { get; } = new("You are an engineer.", [new ModelMessage(ModelRole.User, "Write a program.")], 4000);

    public static ProviderModel Model(
        ScriptedServer server, Protocol protocol, bool streamed = true, string model = "scripted", Func<ProviderSettings, ProviderSettings>? change = null, Price? price = null) =>
        Model(server.Url, protocol, streamed, model, change, price);

    public static ProviderModel Model(Uri url, Protocol protocol, bool streamed = true, string model = "scripted", Func<ProviderSettings, ProviderSettings>? change = null, Price? price = null)
    {
        var settings = new ProviderSettings
        {
            OpenAiBase = url,
            AnthropicBase = url,
            Protocol = protocol == Protocol.Responses ? OpenAiProtocol.Responses : OpenAiProtocol.Chat,
            Stream = streamed,
        };
        var keys = KeyRing.FromEnvironment(variable => variable == KeyRing.OtherVariable ? Canary : null);
        string name = (protocol == Protocol.Messages ? "anthropic:" : "openai:") + model;
        PriceTable prices = price is null ? PriceTable.Shipped : PriceTable.Shipped.With([(name, price)]);
        return new ModelProviders(change?.Invoke(settings) ?? settings, keys, prices, TimeProvider.System).Create(name);
    }

    public static Task<ModelReply> AskAsync(this ProviderModel model, ModelRequest? request = null, List<ModelPiece>? pieces = null) =>
        model.AskAsync(request ?? Question, pieces is null ? null : pieces.Add, TestContext.Current.CancellationToken);

    public static Task<ModelException> FailsAsync(this ProviderModel model, ModelRequest? request = null) =>
        Should.ThrowAsync<ModelException>(() => model.AskAsync(request));

    /// <summary>The events of a streamed answer by this protocol.</summary>
    public static IEnumerable<string> Stream(Protocol protocol, CannedAnswer answer) => protocol switch
    {
        Protocol.Chat => ChatWire.Stream("scripted", answer, usage: true),
        Protocol.Responses => ResponsesWire.Stream("scripted", answer),
        _ => MessagesWire.Stream("scripted", answer),
    };
}
